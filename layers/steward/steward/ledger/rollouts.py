"""The history of deployments: only changes are written, and nothing newer is written over."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING

from steward.domain.rollouts.record_fitting import fitted
from steward.domain.rollouts.records import Rollout
from steward.domain.stacks import Unit
from steward.ledger.attributes import Item, UnreadableItem, instant, text
from steward.ledger.keys import (
    INDEX,
    rollout_key,
    rollout_place_key,
    rollout_places,
    rollouts_of_month,
)
from steward.ledger.rollout_items import (
    RolloutOnRecord,
    on_record,
    place_from,
    place_item,
    rollout_from,
    rollout_item,
)
from steward.ledger.table import Table, Write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import (
        KeysAndAttributesOutputTypeDef,
        KeysAndAttributesTypeDef,
    )

# "Constraints in Amazon DynamoDB": an item has 400 KB, of which keys and names take little.
MOST_BYTES = 350_000
# "BatchGetItem", Amazon DynamoDB API Reference: 100 items and 16 MB a call.
_MOST_READ = 100
_MOST_READ_AGAIN = 20
_READ_AGAIN_SECONDS = 0.2


class Rollouts(Table):
    """A deployment and the place it is found at by its id change together or not at all."""

    def rollout(self, unit: Unit, deployment_id: str) -> RolloutOnRecord | None:
        """What is on record of one deployment."""
        place = self.read(rollout_place_key(unit, deployment_id))
        item = self.read(place_from(place)) if place else None
        return rollout_from(item) if item else None

    def rollouts_named(self, deployment_id: str) -> list[Rollout]:
        """The deployments of this id: nearly always one, since accounts number their own."""
        places = self.query(rollout_places(deployment_id))
        items = (self.read(place_from(place)) for place in places)
        return [rollout_from(item).rollout for item in items if item]

    def rollouts_between(
        self, start: datetime, end: datetime
    ) -> Iterator[Rollout | UnreadableItem]:
        """Every deployment that began from `start` until before `end`, the latest first.

        The index only says where to look: it lags, and holds no document. One that cannot be read
        stops no other.
        """
        listed = (each for month in _months(start, end) for each in self._listed(month, start, end))
        for some in batched(listed, _MOST_READ, strict=False):
            yield from map(_read_if_possible, self._read_all(some))

    def save_rollout(self, before: RolloutOnRecord | None, rollout: Rollout) -> bool:
        """Put `rollout` in the place of `before`; what has not changed costs no write.

        False, and nothing is written, when `before` is not what is on record any more: read again,
        first the ledger and then the deployment. Evidence that an item has no room for is left out.
        """
        kept = fitted(rollout, MOST_BYTES)
        if before is not None and before.digest == on_record(kept).digest:
            return True
        return not self.write_together(self._written(before, kept))

    def _written(self, before: RolloutOnRecord | None, kept: Rollout) -> list[Write]:
        item = rollout_item(kept, self.audit_retention)
        writes = [self._placed(before, kept), self.put(item)]
        if before is not None and rollout_key(before.rollout) != rollout_key(kept):
            # Its function was not known before.
            stale = rollout_key(before.rollout)
            writes.append({"Delete": {"TableName": self.name, "Key": stale}})
        return writes

    def _placed(self, before: RolloutOnRecord | None, kept: Rollout) -> Write:
        """The place has the digest too, so that it alone tells whether anything moved."""
        item = place_item(kept, self.audit_retention)
        if before is None:
            return self.put_if_absent(item)
        return {
            "Put": {
                "TableName": self.name,
                "Item": item,
                "ConditionExpression": "#digest = :digest",
                "ExpressionAttributeNames": {"#digest": "digest"},
                "ExpressionAttributeValues": {":digest": text(before.digest)},
            }
        }

    def _listed(self, month: str, start: datetime, end: datetime) -> Iterator[Item]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.name,
            IndexName=INDEX,
            KeyConditionExpression="gsi1pk = :month AND gsi1sk BETWEEN :start AND :end",
            ExpressionAttributeValues={
                ":month": text(month),
                ":start": text(instant(start)),
                # Sorts before all that began at `end`, whose keys go on after the instant.
                ":end": text(instant(end)),
            },
            ScanIndexForward=False,
        )
        for page in pages:
            for item in page["Items"]:
                yield {"pk": item["pk"], "sk": item["sk"]}

    def _read_all(self, keys: Sequence[Item]) -> list[Item]:
        """The items of `keys` in their order, without those that are gone."""
        found: dict[tuple[str, str], Item] = {}
        wanted: Mapping[str, KeysAndAttributesTypeDef | KeysAndAttributesOutputTypeDef] = {
            self.name: {"Keys": list(keys), "ConsistentRead": True}
        }
        for _ in range(_MOST_READ_AGAIN):
            answer = self.client.batch_get_item(RequestItems=wanted)
            found |= {_place(item): item for item in answer["Responses"].get(self.name, [])}
            wanted = answer["UnprocessedKeys"]
            if not wanted:
                return [found[_place(each)] for each in keys if _place(each) in found]
            self.pause(_READ_AGAIN_SECONDS)
        raise TimeoutError(
            f"table {self.name} left deployments unread {_MOST_READ_AGAIN} times in a row; "
            "try again with a shorter --since"
        )


def _read_if_possible(item: Item) -> Rollout | UnreadableItem:
    try:
        return rollout_from(item).rollout
    except UnreadableItem as error:
        return error


def _place(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _months(start: datetime, end: datetime) -> Iterator[str]:
    """The index partitions of a period, the latest first."""
    first = start.astimezone(UTC).replace(day=1)
    month = end.astimezone(UTC)
    while month >= first:
        yield rollouts_of_month(month)
        month = month.replace(day=1) - timedelta(days=1)
