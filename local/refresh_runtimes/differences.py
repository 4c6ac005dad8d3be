"""Where the table and cfn-lint differ, and which of it is known and has a reason."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from local.refresh_runtimes.peers import Peers, Row
from steward.domain.runtimes.lifecycle import Lifecycle, Milestone, Runtime

CFN_LINT = "cfn-lint"
KNOWN = Path(__file__).with_name("known_differences.json")
_ROW, _LATEST, _ABSENT, _PRESENT = "row", "latest", "absent", "present"


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """`theirs`: what cfn-lint says, as text. `why`: why the table does not say so, too."""

    runtime_id: str
    what: str
    theirs: str
    why: str = ""

    @classmethod
    def of_day(cls, runtime_id: str, milestone: Milestone, day: date | None) -> "Difference":
        return cls(runtime_id, milestone, f"{day}" if day else "not scheduled")

    @classmethod
    def of_successor(cls, runtime_id: str, successor: str | None) -> "Difference":
        return cls(runtime_id, _LATEST, successor or "none")

    def __str__(self) -> str:
        return f"{self.runtime_id}: {self.what}: cfn-lint says {self.theirs}"


def reasons() -> tuple[Difference, ...]:
    """The committed list, each with its reason."""
    return tuple(Difference(**each) for each in json.loads(KNOWN.read_text("utf-8")))


def known_differences() -> frozenset[Difference]:
    """The committed list without the reasons, to be compared."""
    return frozenset(replace(each, why="") for each in reasons())


def differences(table: Lifecycle, peers: Peers) -> frozenset[Difference]:
    """All that differs now."""
    return frozenset(_all(table, peers))


def _all(table: Lifecycle, peers: Peers) -> Iterator[Difference]:
    for name in table.runtimes.keys() - peers.rows.keys():
        yield Difference(name, _ROW, _ABSENT)
    for name, stated in peers.rows.items():
        row = table.runtime(name)
        if row is None:
            yield Difference(name, _ROW, _PRESENT)
        else:
            yield from _of_row(row, stated)


def _of_row(row: Runtime, stated: Row) -> Iterator[Difference]:
    for milestone in Milestone:
        if row.day_of(milestone) != stated.days[milestone]:
            yield Difference.of_day(row.id, milestone, stated.days[milestone])
    if row.latest != stated.successor:
        yield Difference.of_successor(row.id, stated.successor)
