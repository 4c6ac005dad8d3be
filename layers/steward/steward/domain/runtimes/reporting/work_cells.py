"""What is affected, summed by work item and runtime while functions stream by.

Memory grows with owners, stacks, runtimes and units, never with functions.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from steward.domain.runtimes.groups import GroupKey, place_of
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.severity import Level
from steward.domain.stacks import Unit

MOST_SHOWN = 20


@dataclass(slots=True)
class Sums:
    """`in_use`: published versions that something uses. `shown`: some of the functions, as text.
    `notes`: what cannot be undone, or what to do where there is no runtime to change to.

    `day`: the first day on which the next milestone comes for one of them.
    """

    functions: int = 0
    versions: int = 0
    in_use: int = 0
    level: Level = Level.NONE
    day: date | None = None
    in_stack: bool = False
    units: set[Unit] = field(default_factory=set)
    runtimes: set[str] = field(default_factory=set)
    hops: set[str] = field(default_factory=set)
    breakers: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    shown: list[str] = field(default_factory=list)

    @property
    def is_worth_a_notice(self) -> bool:
        """Versions that nothing uses are in the report; nobody is written to for them alone."""
        return self.functions + self.in_use > 0

    def add(self, row: ReportedFunction) -> None:
        """Count one more function or version."""
        self.functions += not row.is_version
        self.versions += row.is_version
        self.in_use += row.is_version and row.in_use
        self.in_stack |= bool(row.stack)
        self.units.add(row.unit)
        self.runtimes.add(row.runtime_id or "")
        self.hops |= {row.smallest} if row.smallest else set()
        self.breakers.update(row.breakers)
        self.notes.update([row.rollback] if row.smallest and row.rollback else row.interim)
        self._at_worst(row.level, row.day)
        if len(self.shown) < MOST_SHOWN:
            self.shown.append(shown(row))

    def take_in(self, other: "Sums") -> None:
        """Add what `other` counted."""
        self.functions += other.functions
        self.versions += other.versions
        self.in_use += other.in_use
        self.in_stack |= other.in_stack
        self.units |= other.units
        self.runtimes |= other.runtimes
        self.hops |= other.hops
        self.breakers |= other.breakers
        self.notes |= other.notes
        self._at_worst(other.level, other.day)
        self.shown = [*self.shown, *other.shown][:MOST_SHOWN]

    def _at_worst(self, level: Level, day: date | None) -> None:
        self.level = max(self.level, level, key=lambda each: each.rank)
        self.day = min((each for each in (self.day, day) if each), default=None)


@dataclass(slots=True)
class WorkCells:
    """The sums of each work item and runtime. `unproven`: groups, as notices know them, some of
    whose functions could not be looked at, so that nobody knows whether they are fixed."""

    cells: dict[tuple[GroupKey, str], Sums] = field(default_factory=dict)
    unproven: set[str] = field(default_factory=set)

    def add(self, row: ReportedFunction) -> None:
        """Count one affected function or version."""
        self.cells.setdefault((key_of(row), row.runtime_id or ""), Sums()).add(row)

    def doubt(self, row: ReportedFunction) -> None:
        """Note one that was not looked at."""
        self.unproven.add(key_of(row).told_as)

    def items(self) -> dict[GroupKey, Sums]:
        """The sums of each work item, over all its runtimes."""
        found: dict[GroupKey, Sums] = {}
        for (key, _runtime), sums in self.cells.items():
            found.setdefault(key, Sums()).take_in(sums)
        return found

    def told_as(self) -> dict[str, list[tuple[GroupKey, str, Sums]]]:
        """The cells of each group as notices know it, whichever milestone is next."""
        found: dict[str, list[tuple[GroupKey, str, Sums]]] = {}
        for (key, runtime), sums in self.cells.items():
            found.setdefault(key.told_as, []).append((key, runtime, sums))
        return found


def key_of(row: ReportedFunction) -> GroupKey:
    """The work item that `row` belongs to."""
    place = place_of(row.stack, row.account_id, row.name)
    return GroupKey(row.owner, row.origin, place, row.milestone)


def together(sums: Iterable[Sums]) -> Sums:
    """All of them in one."""
    total = Sums()
    for each in sums:
        total.take_in(each)
    return total


def shown(row: ReportedFunction) -> str:
    """A function as notices name it."""
    version = f":{row.version}" if row.is_version else ""
    return f"{row.name}{version} ({row.runtime_id}, {row.unit})"


def addresses_of(owner: str) -> tuple[str, ...]:
    """The addresses that a row's owner is made of."""
    return tuple(_addresses(owner))


def _addresses(owner: str) -> Iterator[str]:
    for address in owner.split(","):
        if address.strip():
            yield address.strip()
