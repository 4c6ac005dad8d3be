"""A report's counts, taken while its functions stream by; nothing of one function is kept.

Buckets count functions (`$LATEST`); published versions are counted apart.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from steward.domain.runtimes.exceptions import Excepted, GrantedException, is_for
from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.functions import Function, Origin
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.reporting.regressions import Regressions
from steward.domain.runtimes.reporting.report_dates import is_customer_managed
from steward.domain.runtimes.reporting.work_cells import WorkCells, addresses_of
from steward.domain.runtimes.results import ReportedFunction, UnitHeader
from steward.domain.runtimes.severity import Level

HIT = frozenset({Bucket.AFFECTED, Bucket.EXCEPTED})
WITHOUT_UNIT = "no organizational unit"


@dataclass(slots=True)
class RuntimeSums:
    """One runtime in one region. `hit`: functions that its milestones concern already, `excepted`
    among them; `versions`: published versions likewise; `functions`: all on it."""

    functions: int = 0
    hit: int = 0
    excepted: int = 0
    versions: int = 0
    owners: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)

    def add(self, row: ReportedFunction) -> None:
        """Count one more function or version on it."""
        self.functions += not row.is_version
        if row.bucket not in HIT:
            return
        self.hit += not row.is_version
        self.versions += row.is_version
        self.excepted += row.bucket is Bucket.EXCEPTED and not row.is_version
        self.owners.add(named_owner(row))
        self.accounts.add(row.account_id)


@dataclass(slots=True)
class OwnerSums:
    """What one owner has to do. `nearest`: the first milestone to come for one of them."""

    functions: int = 0
    versions: int = 0
    excepted: int = 0
    worst: Level = Level.NONE
    nearest: date | None = None

    def add(self, row: ReportedFunction) -> None:
        """Count one more affected or excepted function or version."""
        is_excepted = row.bucket is Bucket.EXCEPTED
        self.functions += not row.is_version and not is_excepted
        self.versions += row.is_version and not is_excepted
        self.excepted += is_excepted and not row.is_version
        self.worst = max(self.worst, row.level, key=lambda level: level.rank)
        self.nearest = min((day for day in (self.nearest, row.day) if day), default=None)


@dataclass(slots=True)
class ExceptionSums:
    """What one exception covers. `owners`: the addresses of who has to act before it ends."""

    functions: int = 0
    versions: int = 0
    remind: bool = False
    owners: set[str] = field(default_factory=set)
    shown: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Summary:
    """`exceptions`: those on record, of which the counts say what each covers. `lost`: functions
    that are known to exist and of which nothing could be read. `published`: see ReportDates."""

    exceptions: Sequence[GrantedException] = ()
    total: int = 0
    lost: int = 0
    buckets: Counter[Bucket] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    unowned: int = 0
    pinned: int = 0
    framework: int = 0
    blocked_by_layers: int = 0
    owners: dict[str, OwnerSums] = field(default_factory=dict)
    organizational_units: Counter[str] = field(default_factory=Counter)
    runtimes: dict[tuple[str, str], RuntimeSums] = field(default_factory=dict)
    published: dict[str, dict[Milestone, date]] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    covers: dict[int, ExceptionSums] = field(default_factory=dict)
    work: WorkCells = field(default_factory=WorkCells)
    ou_paths: dict[str, tuple[str, ...]] = field(default_factory=dict)
    regressions: Regressions = field(default_factory=Regressions)

    def enter(self, header: UnitHeader) -> None:
        """Begin with a unit that was read."""
        self.versions["read"] += header.versions
        self.ou_paths[header.account_id] = header.ou_path

    def lose(self, functions: int) -> None:
        """Count functions that are known to exist and were not looked at."""
        self.total += functions
        self.lost += functions
        self.buckets[Bucket.NOT_COVERED] += functions

    def add(self, row: ReportedFunction) -> None:
        """Count one row, in the bucket that it names."""
        if not row.is_version:
            self.total += 1
            self.buckets[row.bucket] += 1
        if row.bucket is Bucket.NOT_COVERED:
            self.work.doubt(row)
            return
        if not row.is_version:
            self.states[row.state] += 1
            self.pinned += bool(row.pinned)
        self.runtimes.setdefault((row.runtime_id or "", row.region), RuntimeSums()).add(row)
        if row.bucket is Bucket.UNKNOWN:
            self.unknown[row.runtime_id or ""] += 1
        if row.bucket in HIT:
            self._add_hit(row)

    def _add_hit(self, row: ReportedFunction) -> None:
        if row.runtime_id and row.milestone and row.day and is_customer_managed(row.runtime_id):
            self.published.setdefault(row.runtime_id, {})[row.milestone] = row.day
        self.owners.setdefault(named_owner(row), OwnerSums()).add(row)
        if row.is_version:
            self.versions["ending"] += 1
            self.versions["in use"] += row.in_use
        else:
            self.unowned += not row.owned
        if row.bucket is Bucket.EXCEPTED:
            self._add_excepted(row)
        else:
            self._add_affected(row)

    def _add_affected(self, row: ReportedFunction) -> None:
        self.work.add(row)
        if row.is_version:
            return
        self.levels[row.level] += 1
        self.framework += row.origin is Origin.FRAMEWORK
        self.blocked_by_layers += bool(row.blocking_layers)
        path = self.ou_paths.get(row.account_id, ())
        self.organizational_units[path[-1] if path else WITHOUT_UNIT] += 1

    def _add_excepted(self, row: ReportedFunction) -> None:
        named = _as_excepted(row)
        for number, exception in enumerate(self.exceptions):
            if is_for(exception, named):
                _cover(self.covers.setdefault(number, ExceptionSums()), row)

    def of_runtime(self, runtime_id: str) -> tuple[int, int]:
        """Functions and hit versions on `runtime_id`, in all regions."""
        found = [sums for (name, _region), sums in self.runtimes.items() if name == runtime_id]
        return sum(each.functions for each in found), sum(each.versions for each in found)


def named_owner(row: ReportedFunction) -> str:
    """Who owns it; empty when only the fallback stands for an owner."""
    return row.owner if row.owned else ""


def counts(found: Mapping[Bucket, int]) -> dict[str, int]:
    """Every bucket with its count, the empty ones as well."""
    return {bucket.value: found.get(bucket, 0) for bucket in Bucket}


def _as_excepted(row: ReportedFunction) -> Excepted:
    function = Function(
        row.unit, row.name, row.runtime_id, owner=row.owner, stack=row.stack, version=row.version
    )
    return function.as_excepted()


def _cover(sums: ExceptionSums, row: ReportedFunction) -> None:
    sums.functions += not row.is_version
    sums.versions += row.is_version
    sums.remind |= row.remind
    sums.owners.update(addresses_of(row.owner))
    if len(sums.shown) < 20:
        sums.shown.append(row.name)
