"""The table itself: reads that see every write, and writes that happen together or not at all."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from steward.ledger.attributes import Item
from steward.ledger.keys import INDEX

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, TransactWriteItemTypeDef

type Write = TransactWriteItemTypeDef

_PAUSES_SECONDS = (0.05, 0.1, 0.2, 0.4)
# "TransactWriteItems", Errors, Amazon DynamoDB API Reference: after these it may be repeated.
_PASSING_REASONS = frozenset(
    {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
)
_CONDITION = "ConditionalCheckFailed"


@dataclass(frozen=True)
class Table:
    """The DynamoDB table `name`, and how long it keeps what is past."""

    client: "DynamoDBClient"
    name: str
    audit_retention: timedelta
    pause: Callable[[float], None] = time.sleep

    def read(self, item_key: Item) -> Item | None:
        answer = self.client.get_item(TableName=self.name, Key=item_key, ConsistentRead=True)
        return answer.get("Item")

    def query(self, pk: str, sort_prefix: str = "") -> Iterator[Item]:
        """Every item of a partition whose sort key begins so, in its order, page by page."""
        values: Item = {":pk": {"S": pk}}
        condition = "pk = :pk"
        if sort_prefix:
            values |= {":prefix": {"S": sort_prefix}}
            condition += " AND begins_with(sk, :prefix)"
        pages = self.client.get_paginator("query").paginate(
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
        )
        for page in pages:
            yield from page["Items"]

    def last(self, pk: str) -> Item | None:
        """The item of a partition whose sort key comes last."""
        answer = self.client.query(
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
            ScanIndexForward=False,
            Limit=1,
        )
        return next(iter(answer["Items"]), None)

    def query_index(self, gsi1pk: str) -> Iterator[Item]:
        """The projected items of an index partition; the index lags behind the table's writes."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.name,
            IndexName=INDEX,
            KeyConditionExpression="gsi1pk = :pk",
            ExpressionAttributeValues={":pk": {"S": gsi1pk}},
        )
        for page in pages:
            yield from page["Items"]

    def put(self, item: Item) -> Write:
        return {"Put": {"TableName": self.name, "Item": item}}

    def put_if_absent(self, item: Item) -> Write:
        condition = "attribute_not_exists(pk)"
        return {"Put": {"TableName": self.name, "Item": item, "ConditionExpression": condition}}

    def write_together(self, writes: Sequence[Write]) -> frozenset[int]:
        """Do all of `writes`, or none: then the places of those whose conditions did not hold."""
        try:
            self.patiently(lambda: self.client.transact_write_items(TransactItems=writes))
        except self.client.exceptions.TransactionCanceledException as error:
            refused = _refused(_reasons(error.response))
            if not refused:
                raise
            return refused
        return frozenset()

    def update(
        self,
        item_key: Item,
        expression: str,
        condition: str,
        names: Mapping[str, str],
        values: "Mapping[str, AttributeValueTypeDef]",
    ) -> Item | None:
        """The item after its update; None when the condition did not hold."""
        try:
            answer = self.patiently(
                lambda: self.client.update_item(
                    TableName=self.name,
                    Key=item_key,
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=values,
                    ReturnValues="ALL_NEW",
                )
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return None
        return answer["Attributes"]

    def patiently[T](self, call: Callable[[], T]) -> T:
        """Repeat a write that met another's transaction: botocore does not, and it soon ends."""
        for seconds in _PAUSES_SECONDS:
            try:
                return call()
            except self.client.exceptions.ClientError as error:
                if not _will_pass(error.response):
                    raise
                self.pause(seconds)
        return call()


def _will_pass(response: Mapping[str, Any]) -> bool:
    code = response["Error"]["Code"]
    if code == "TransactionCanceledException":
        reasons = _reasons(response)
        return not _refused(reasons) and not _PASSING_REASONS.isdisjoint(reasons)
    return bool(code == "TransactionConflictException")


def _reasons(response: Mapping[str, Any]) -> list[str]:
    return [reason.get("Code", "") for reason in response.get("CancellationReasons", [])]


def _refused(reasons: Sequence[str]) -> frozenset[int]:
    return frozenset(place for place, code in enumerate(reasons) if code == _CONDITION)
