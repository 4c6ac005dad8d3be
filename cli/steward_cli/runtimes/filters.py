"""Which functions of a report are meant."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.states import RuntimeState

_ORDER = (
    Bucket.AFFECTED,
    Bucket.UNKNOWN,
    Bucket.EXCEPTED,
    Bucket.NOT_COVERED,
    Bucket.CUSTOM,
    Bucket.IMAGE,
    Bucket.FINE,
)
_PLACE = {bucket: place for place, bucket in enumerate(_ORDER)}


@dataclass(frozen=True, slots=True)
class Filters:
    """Several values of one kind widen it, several kinds narrow it; what is empty admits all.

    `owners`: whole addresses. `stacks`: root stacks. `accounts`: ids or names. `level`: at least.
    """

    owners: frozenset[str] = frozenset()
    stacks: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    runtimes: frozenset[str] = frozenset()
    states: frozenset[RuntimeState] = frozenset()
    buckets: frozenset[Bucket] = frozenset()
    level: Level = Level.NONE

    def admits(self, row: ReportedFunction) -> bool:
        """Whether `row` is meant."""
        owners = {owner.casefold() for owner in row.owner.split(", ")}
        wanted: Iterable[tuple[frozenset[str], Iterable[str]]] = (
            (frozenset(owner.casefold() for owner in self.owners), owners),
            (self.stacks, (row.stack,)),
            (self.accounts, (row.account_id, row.account_name)),
            (self.regions, (row.region,)),
            (self.runtimes, (row.runtime_id or "",)),
            (frozenset(self.states), (row.state,)),
            (frozenset(self.buckets), (row.bucket,)),
        )
        return row.level.rank >= self.level.rank and all(
            not asked or not asked.isdisjoint(found) for asked, found in wanted
        )

    def written(self) -> Mapping[str, tuple[str, ...]]:
        """What was asked for, by the option's name."""
        return {name: values for name, values in self._all() if values}

    def _all(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield "owner", tuple(sorted(self.owners))
        yield "stack", tuple(sorted(self.stacks))
        yield "account", tuple(sorted(self.accounts))
        yield "region", tuple(sorted(self.regions))
        yield "runtime", tuple(sorted(self.runtimes))
        yield "state", tuple(sorted(self.states))
        yield "bucket", tuple(sorted(self.buckets))
        yield "level", (self.level,) if self.level is not Level.NONE else ()


def urgency(row: ReportedFunction) -> tuple[int, int, date, str, str, str, str]:
    """Sorts the most urgent first: what has no date any more is blocked, and comes before all."""
    day = row.day or date.min
    place = row.account_id, row.region, row.name, row.version
    return _PLACE[row.bucket], -row.level.rank, day, *place
