"""The ledger for those who only want to know: reads are real, writes happen nowhere."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from steward.aws.sessions import Sessions
from steward.domain.leases import Lease
from steward.domain.stacks import Unit
from steward.ledger.attributes import Item
from steward.ledger.keys import ended_key, unit_partition
from steward.ledger.lease_items import lease_from
from steward.ledger.ledger import Ledger
from steward.ledger.table import Write

# Only writes would use it.
_NO_RETENTION = timedelta(0)


class DryLedger(Ledger):
    """Answers every write as if it had been made, so that a sweep's own code can be rehearsed."""

    @classmethod
    def of(cls, sessions: Sessions, table: str) -> "DryLedger":
        return cls(sessions.dynamodb(), table, _NO_RETENTION)

    def write_together(self, writes: Sequence[Write]) -> frozenset[int]:  # noqa: ARG002  # as Table has it
        return frozenset()

    def put_alone(self, item: Item) -> None:
        """Nobody who only looks keeps the books of a sweep."""

    def update(self, item_key: Item, *_how: Any) -> Item | None:
        raise AssertionError(f"nobody who only looks updates {item_key}")

    def ended_leases_of(self, unit: Unit) -> Iterator[Lease]:
        """Leases of stacks that are gone, as long as the audit keeps them."""
        prefix = ended_key(unit, "")["sk"]["S"]
        return map(lease_from, self.query(unit_partition(unit), prefix))


class NoLedger(DryLedger):
    """A ledger in which nothing was ever written."""

    def read(self, item_key: Item) -> Item | None:  # noqa: ARG002  # as Table has it
        return None

    def query(self, pk: str, sort_prefix: str = "") -> Iterator[Item]:  # noqa: ARG002  # as Table has it
        return iter(())

    def query_index(self, gsi1pk: str) -> Iterator[Item]:  # noqa: ARG002  # as Table has it
        return iter(())
