"""What one unit keeps of its deployments: which hook ran, and what the verdict was.

Beside the workloads and not in the hub, so that a verdict never waits for another account.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from steward.domain.rollouts.attempts import Attempt
from steward.domain.rollouts.results import Phase, Verdict
from steward.domain.rollouts.shortening import shortened
from steward.ledger.attributes import Attribute, Item, epoch_seconds, text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

VERDICT = "verdict#"
ATTEMPT = "attempt#"
# "Service, account, and table quotas in Amazon DynamoDB": 400 KB an item, with its names.
MOST_BYTES = 300_000
_MOST_READS = 3


@cache
def _verdicts() -> TypeAdapter[Verdict]:
    return TypeAdapter(Verdict)


@cache
def _attempts() -> TypeAdapter[Attempt]:
    return TypeAdapter(Attempt)


class UnitRecords:
    """The table of org/members/hooks.yaml. Items go after `retention`."""

    def __init__(self, client: "DynamoDBClient", table: str, retention: timedelta) -> None:
        self._client = client
        self._table = table
        self._retention = retention

    def begin(self, attempt: Attempt) -> Verdict | None:
        """Put the attempt on record; the verdict, when this very execution has one already.

        Lambda may deliver an asynchronous event twice. A verdict of another execution is none of
        this one's: a hook that serves both lifecycle events asks before it knows which one it is.
        """
        before = self._put_attempt(attempt)
        if before is None or before.execution_id != attempt.execution_id:
            return None
        return self.verdict(attempt.deployment_id, attempt.phase)

    def revise(self, attempt: Attempt) -> None:
        """Put the attempt on record again, with what is known better by now."""
        self._put_attempt(attempt)

    def latch(self, verdict: Verdict, execution_id: str = "") -> Verdict:
        """Put the verdict on record unless there is one; return the one that counts.

        What is on record of another execution says nothing about this one: it stays, and the
        verdict counts without being on record.
        """
        for _ in range(_MOST_READS):
            try:
                self._client.put_item(
                    TableName=self._table,
                    Item=self._verdict_item(verdict, execution_id),
                    ConditionExpression="attribute_not_exists(pk)",
                )
                return verdict
            except self._client.exceptions.ConditionalCheckFailedException:
                item = self._item(verdict.deployment_id, f"{VERDICT}{verdict.phase}")
                if item is not None:
                    is_other = execution_id and _execution(item) not in ("", execution_id)
                    return verdict if is_other else _verdict_of(item)
        raise RuntimeError(
            f"the verdict of {verdict.deployment_id} {verdict.phase} comes and goes; "
            f"nothing but time to live should delete items of {self._table}"
        )

    def overrule(self, verdict: Verdict, execution_id: str = "") -> None:
        """Put the verdict in the place of any other: CodeDeploy has accepted this one."""
        item = self._verdict_item(verdict, execution_id)
        self._client.put_item(TableName=self._table, Item=item)

    def verdict(self, deployment_id: str, phase: Phase) -> Verdict | None:
        item = self._item(deployment_id, f"{VERDICT}{phase}")
        return _verdict_of(item) if item else None

    def verdicts(self, deployment_id: str) -> tuple[Verdict, ...]:
        """All that is on record of a deployment, in the order in which it was decided."""
        found = map(_verdict_of, self._query(deployment_id, VERDICT))
        return tuple(sorted(found, key=lambda each: each.decided_at))

    def attempts(self, deployment_id: str) -> tuple[Attempt, ...]:
        """The last attempt of each phase, oldest first."""
        found = [
            _attempts().validate_json(item["document"]["S"])
            for item in self._query(deployment_id, ATTEMPT)
        ]
        return tuple(sorted(found, key=lambda each: each.started_at))

    def _put_attempt(self, attempt: Attempt) -> Attempt | None:
        """The attempt that was on record before."""
        answer = self._client.put_item(
            TableName=self._table,
            Item=_key(attempt.deployment_id, f"{ATTEMPT}{attempt.phase}")
            | {
                "document": text(_attempts().dump_json(attempt).decode()),
                "ttl": self._until(attempt.started_at),
            },
            ReturnValues="ALL_OLD",
        )
        before = answer.get("Attributes")
        return _attempts().validate_json(before["document"]["S"]) if before else None

    def _item(self, deployment_id: str, sort: str) -> Item | None:
        answer = self._client.get_item(
            TableName=self._table, Key=_key(deployment_id, sort), ConsistentRead=True
        )
        return answer.get("Item")

    def _verdict_item(self, verdict: Verdict, execution_id: str) -> Item:
        """`status` is an attribute of its own for the condition of rollout_failsafe."""
        document = shortened(verdict, MOST_BYTES, lambda each: len(_verdicts().dump_json(each)))
        return _key(verdict.deployment_id, f"{VERDICT}{verdict.phase}") | {
            "document": text(_verdicts().dump_json(document).decode()),
            "status": text(verdict.status),
            "execution_id": text(execution_id),
            "ttl": self._until(verdict.decided_at),
        }

    def _until(self, moment: datetime) -> Attribute:
        return epoch_seconds(moment + self._retention)

    def _query(self, deployment_id: str, prefix: str) -> Iterator[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": text(deployment_id), ":prefix": text(prefix)},
        )
        for page in pages:
            yield from page["Items"]


def _verdict_of(item: Item) -> Verdict:
    return _verdicts().validate_json(item["document"]["S"])


def _execution(item: Item) -> str:
    return item.get("execution_id", {}).get("S", "")


def _key(deployment_id: str, sort: str) -> Item:
    return {"pk": text(deployment_id), "sk": text(sort)}
