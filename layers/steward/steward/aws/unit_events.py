"""News of a deployment, for whoever listens on the unit's own event bus."""

import json
from typing import TYPE_CHECKING, Literal

from steward.aws.errors import denials
from steward.domain.rollouts.results import Phase, Status

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "steward.rollouts"
DETAIL_TYPE = "Steward Rollout News"
type What = Literal["verdict", "guard", "failsafe", "watchdog", "reconciliation"]


class NotSent(Exception):
    """EventBridge did not take an event; says why."""


def send_news(
    client: "EventBridgeClient",
    deployment_id: str,
    what: What,
    phase: Phase | None = None,
    status: Status | None = None,
) -> None:
    """A nudge only: who gets it reads the deployment and its records. Raise NotSent, NotAllowed."""
    detail = {"deploymentId": deployment_id, "what": what}
    detail |= {"phase": phase.value} if phase else {}
    detail |= {"status": status.value} if status else {}
    entry = {"Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": json.dumps(detail)}
    with denials("check the roles of org/members/hooks.yaml"):
        answer = client.put_events(Entries=[entry])  # type: ignore[list-item]
    refused = next((each for each in answer["Entries"] if each.get("ErrorCode")), None)
    if refused:
        raise NotSent(
            f"events:PutEvents refused news of {deployment_id}: "
            f"{refused.get('ErrorCode')} {refused.get('ErrorMessage', '')}"
        )
