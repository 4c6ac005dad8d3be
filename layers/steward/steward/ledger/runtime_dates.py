"""The dates of runtimes as they counted last, and which events about them were heard of."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import batched

from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import DateOnRecord
from steward.ledger.attributes import (
    TTL,
    Item,
    ItemReader,
    epoch_seconds,
    known_days,
    moment,
    text,
)
from steward.ledger.keys import RUNTIME_DATES, heard_key, runtime_date_key
from steward.ledger.table import Table, Write

# "TransactWriteItems", Amazon DynamoDB API Reference: up to 100 action requests.
_MOST_WRITES = 100
HEARD_LASTS = timedelta(days=14)


class RuntimeDates(Table):
    """Reads first: a date that is on record already costs no write."""

    def dates(self) -> list[DateOnRecord]:
        """Every date on record, by runtime, milestone and region."""
        return [date_from(item) for item in self.query(RUNTIME_DATES)]

    def save_dates(self, dates: Iterable[DateOnRecord]) -> None:
        """Put on record what is not there yet; what is known since a later day stays."""
        known = {item["sk"]["S"]: item for item in self.query(RUNTIME_DATES)}
        items = ((each, date_item(each)) for each in dates)
        changed = [each for each, item in items if known.get(item["sk"]["S"]) != item]
        for some in batched(changed, _MOST_WRITES, strict=False):
            self._save_dates(list(some))

    def heard_of(self, communication: str, account_id: str, at: datetime) -> bool:
        """Whether this is the first that is heard of `communication` for the account in 14 days."""
        heard = self.update(
            heard_key(communication, account_id),
            f"SET communication = :communication, heard_at = :at, {TTL} = :ttl",
            # Items are deleted some time after their time, so that one may be there still.
            "attribute_not_exists(pk) OR #heard_at < :forgotten",
            {"#heard_at": "heard_at"},
            {
                ":communication": text(communication),
                ":at": moment(at),
                ":forgotten": moment(at - HEARD_LASTS),
                ":ttl": epoch_seconds(at + HEARD_LASTS),
            },
        )
        return heard is not None

    def _save_dates(self, dates: list[DateOnRecord]) -> None:
        left = dates
        while left and (
            refused := self.write_together([self._unless_known_later(each) for each in left])
        ):
            left = [each for place, each in enumerate(left) if place not in refused]

    def _unless_known_later(self, on_record: DateOnRecord) -> Write:
        return {
            "Put": {
                "TableName": self.name,
                "Item": date_item(on_record),
                "ConditionExpression": "attribute_not_exists(pk) OR #since <= :since",
                "ExpressionAttributeNames": {"#since": "since"},
                "ExpressionAttributeValues": {":since": text(on_record.since.isoformat())},
            }
        }


def date_item(on_record: DateOnRecord) -> Item:
    return runtime_date_key(on_record) | {
        "runtime_id": text(on_record.runtime_id),
        "milestone": text(on_record.milestone),
        "region": text(on_record.region),
        "speaker": text(on_record.speaker),
        "moved": {"BOOL": on_record.moved},
        **known_days(day=on_record.day, since=on_record.since),
    }


def date_from(item: Item) -> DateOnRecord:
    read = ItemReader(item)
    return read.whole(
        DateOnRecord(
            runtime_id=read.text("runtime_id"),
            milestone=read.choice("milestone", Milestone),
            region=read.text("region"),
            day=read.day_or_none("day"),
            speaker=read.text("speaker"),
            since=read.day("since"),
            moved=read.truth("moved"),
        )
    )
