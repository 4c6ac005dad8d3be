"""Answers Failed for a hook that died. Trigger: the hooks' OnFailure destination.

It stands alone: what breaks a hook, such as a layer that cannot be imported, must not break this.
"""

import json
import logging
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

QUICKLY = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 4})
OVER = "LifecycleEventAlreadyCompletedException"
UNCHANGED = "ConditionalCheckFailedException"
log = logging.getLogger(__name__)


class BadRecord(Exception):
    """Without both ids nobody can be answered; the guard ends the deployment instead."""


def lambda_handler(record: Mapping[str, Any], _context: object) -> dict[str, str]:
    """Raise when CodeDeploy could not be told: Lambda calls again, and an alarm sees it."""
    called = record.get("requestPayload") or {}
    deployment, execution = called.get("DeploymentId"), called.get("LifecycleEventHookExecutionId")
    if not deployment or not execution:
        raise BadRecord(f"requestPayload has no DeploymentId or no execution id: {record!r:.2000}")
    reason = f"{what_happened(record)}; nothing was checked"
    log.error("deployment %s: %s", deployment, reason)
    accepted = answer_failed(deployment, execution)
    phase = phase_of(record)
    if phase and accepted:
        attempt(lambda: keep(deployment, execution, phase, reason))
    attempt(lambda: send_news(deployment, phase))
    return {"deploymentId": deployment, "phase": phase, "answer": "Failed" if accepted else "over"}


def what_happened(record: Mapping[str, Any]) -> str:
    """ "Capturing records of Lambda asynchronous invocations", AWS Lambda Developer Guide."""
    if (record.get("requestContext") or {}).get("condition") == "EventAgeExceeded":
        return "the hook was throttled until its event was too old; raise HookConcurrency"
    answer = record.get("responsePayload")
    error = answer if isinstance(answer, dict) else {}
    said = f"{error.get('errorType', '')}: {error.get('errorMessage', '')}".strip(": ")
    return f"the hook died: {said or 'without a word'}"[:500]


def phase_of(record: Mapping[str, Any]) -> str:
    """The phase by the hook's name; empty where the record does not say it."""
    arn = str((record.get("requestContext") or {}).get("functionArn", ""))
    name = arn.split(":function:")[-1].split(":")[0]
    return next((phase for phase in ("pre", "post") if name.endswith(f"-{phase}")), "")


def answer_failed(deployment: str, execution: str) -> bool:
    """Whether CodeDeploy took it; False when it had an answer already."""
    try:
        boto3.client("codedeploy", config=QUICKLY).put_lifecycle_event_hook_execution_status(
            deploymentId=deployment, lifecycleEventHookExecutionId=execution, status="Failed"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != OVER:
            raise
        return False
    return True


def keep(deployment: str, execution: str, phase: str, reason: str) -> None:
    """What steward.ledger.unit_records reads, in the place of a Succeeded that was not reported."""
    now = datetime.now(UTC)
    until = now + timedelta(days=int(os.environ["RECORD_RETENTION_DAYS"]))
    document = {"deployment_id": deployment, "phase": phase, "status": "Failed"}
    document |= {"cause": "failsafe", "reason": reason, "decided_at": now.isoformat()}
    item = {"pk": deployment, "sk": f"verdict#{phase}", "document": json.dumps(document)}
    item |= {"status": "Failed", "execution_id": execution}
    written = {name: {"S": value} for name, value in item.items()}
    try:
        boto3.client("dynamodb", config=QUICKLY).put_item(
            TableName=os.environ["ROLLOUTS_TABLE"],
            Item={**written, "ttl": {"N": str(int(until.timestamp()))}},
            ConditionExpression="attribute_not_exists(pk) OR #status = :unsaid",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":unsaid": {"S": "Succeeded"}},
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != UNCHANGED:
            raise


def send_news(deployment: str, phase: str) -> None:
    """As steward.aws.unit_events does."""
    detail = {"deploymentId": deployment, "what": "failsafe", "status": "Failed"}
    detail |= {"phase": phase} if phase else {}
    answer = boto3.client("events", config=QUICKLY).put_events(
        Entries=[
            {
                "Source": "steward.rollouts",
                "DetailType": "Steward Rollout News",
                "Detail": json.dumps(detail),
            }
        ]
    )
    if answer["FailedEntryCount"]:
        log.error("news of deployment %s was refused: %s", deployment, answer["Entries"])


def attempt(follow: Callable[[], None]) -> None:
    """CodeDeploy has its answer: no failure after that may have it asked for again."""
    try:
        follow()
    except Exception:
        log.exception("not done after the answer")
