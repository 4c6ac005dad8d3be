"""The counts of runtimes day by day, as far as they changed."""

from dataclasses import replace

from steward.domain.runtimes.records import Snapshot
from steward.ledger.attributes import (
    TTL,
    Item,
    ItemReader,
    epoch_seconds,
    known_days,
    number,
    number_map,
    start_of,
)
from steward.ledger.keys import RUNTIME_SNAPSHOTS, snapshot_key
from steward.ledger.table import Table

_COUNTS = ("buckets", "states", "waves", "owners", "organizational_units", "runtimes")


class Snapshots(Table):
    """A day without a snapshot had the counts of the day before."""

    def snapshots(self) -> list[Snapshot]:
        """Oldest first, as far back as the audit goes."""
        return [snapshot_from(item) for item in self.query(RUNTIME_SNAPSHOTS)]

    def save_snapshot(self, snapshot: Snapshot) -> bool:
        """Put the day's counts on record, in the place of those that the day had already.

        False, and nothing is written, when nothing but the day differs from the last ones.
        """
        item = self.last(RUNTIME_SNAPSHOTS)
        last = snapshot_from(item) if item else None
        if last is not None and replace(last, day=snapshot.day) == snapshot:
            return False
        kept = epoch_seconds(start_of(snapshot.day) + self.audit_retention)
        self.write_together([self.put(snapshot_item(snapshot) | {TTL: kept})])
        return True


def snapshot_item(snapshot: Snapshot) -> Item:
    return snapshot_key(snapshot.day) | {
        "covered": number(snapshot.covered),
        "total_units": number(snapshot.total_units),
        **known_days(day=snapshot.day),
        **{name: number_map(getattr(snapshot, name)) for name in _COUNTS},
    }


def snapshot_from(item: Item) -> Snapshot:
    read = ItemReader(item)
    return read.whole(
        Snapshot(
            day=read.day("day"),
            covered=read.number("covered"),
            total_units=read.number("total_units"),
            buckets=read.number_map("buckets"),
            states=read.number_map("states"),
            waves=read.number_map("waves"),
            owners=read.number_map("owners"),
            organizational_units=read.number_map("organizational_units"),
            runtimes=read.number_map("runtimes"),
        )
    )
