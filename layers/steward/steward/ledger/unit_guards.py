"""What one unit keeps of the looks at its deployments, so that each look counts once."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from steward.domain.rollouts.guarding import GuardRecord
from steward.ledger.attributes import Attribute, Item, epoch_seconds, moment, number, text

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

GUARD = "guard"
_AS_READ = "looks = :looks AND beat_at = :beat_at"


@cache
def _records() -> TypeAdapter[GuardRecord]:
    return TypeAdapter(GuardRecord)


class UnitGuards:
    """The guards' items in the table of org/members/hooks.yaml. They go after `retention`."""

    def __init__(self, client: "DynamoDBClient", table: str, retention: timedelta) -> None:
        self._client = client
        self._table = table
        self._retention = retention

    def read(self, deployment_id: str) -> GuardRecord | None:
        item = self._client.get_item(
            TableName=self._table, Key=_key(deployment_id), ConsistentRead=True
        ).get("Item")
        return _records().validate_json(item["document"]["S"]) if item else None

    def save(self, record: GuardRecord, before: GuardRecord | None) -> bool:
        """Put `record` in the place of `before`, as it was read (None: there was none).

        False when another look was faster: its record stays, and this one's counts for nothing.
        """
        try:
            if before is None:
                self._client.put_item(
                    TableName=self._table,
                    Item=self._item(record),
                    ConditionExpression="attribute_not_exists(pk)",
                )
            else:
                self._client.put_item(
                    TableName=self._table,
                    Item=self._item(record),
                    ConditionExpression=_AS_READ,
                    ExpressionAttributeValues=_version(before, ":"),
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _item(self, record: GuardRecord) -> Item:
        return {
            **_key(record.deployment_id),
            **_version(record),
            "document": text(_records().dump_json(record).decode()),
            "ttl": epoch_seconds(record.beat_at + self._retention),
        }


def _key(deployment_id: str) -> Item:
    return {"pk": text(deployment_id), "sk": text(GUARD)}


def _version(record: GuardRecord, prefix: str = "") -> dict[str, Attribute]:
    return {
        f"{prefix}looks": number(record.looks),
        f"{prefix}beat_at": moment(record.beat_at),
    }
