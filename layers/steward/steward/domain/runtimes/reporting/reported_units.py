"""What a report read of each unit, and what that makes of its coverage."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.plans import ScanPlan
from steward.domain.runtimes.reporting.coverage_box import at_most, sources_of
from steward.domain.runtimes.reporting.manifest import KnownUnit
from steward.domain.runtimes.reporting.overview import CanaryLine, CoverageBox, UncoveredUnit
from steward.domain.runtimes.results import Canary, ReportedFunction, UnitHeader

NO_RESULT = (
    "not scanned in this scan: its worker has not finished, or failed; look at the dead-letter "
    "queue of the runtime units and at the log of runtime_worker"
)
FILE_GONE = "its results are no longer in the reports bucket; scan it again"


@dataclass(frozen=True, slots=True)
class ReadUnit:
    """`header`: of the result at `key`, whose lines are reported; empty when there is none to read.

    `reason`: why the unit is not covered, so that its lines only say what was known earlier; empty
    when it is covered. `functions`: how many are known. `problems`: what could not be read.
    `pinned`: the runtime versions at which its lines say functions are held.
    """

    known: KnownUnit
    header: UnitHeader | None = None
    key: str = ""
    reason: str = ""
    functions: int = 0
    problems: tuple[str, ...] = ()
    pinned: Mapping[str, str] = field(default_factory=dict)

    @property
    def covered(self) -> bool:
        return not self.reason

    def as_reported(self, row: ReportedFunction) -> ReportedFunction:
        """`row` as it counts: of a unit that is not covered, it is only what was known."""
        if self.covered:
            return row if self._is_live or row.is_version else self._as_pinned(row)
        read = f"{self.known.last_read:%Y-%m-%d}" if self.known.last_read else "an earlier scan"
        said = f"not covered: {self.reason}; as of {read}: {row.reason}"
        return row.model_copy(update={"bucket": Bucket.NOT_COVERED, "reason": said})

    def _as_pinned(self, row: ReportedFunction) -> ReportedFunction:
        pinned = self.known.pinned.get(row.name, "")
        return row.model_copy(update={"pinned": pinned}) if pinned else row

    def remembered(self) -> KnownUnit:
        """The unit as the manifest has it from now on."""
        if not self.covered or self.header is None:
            return self.known
        read = {"last_read": self.header.scanned_at, "read_before": self.read_before}
        news = {"functions": self.functions, **read}
        named = self.header.account_name or self.known.account_name
        key = {"covered_key": self.key, "account_name": named}
        live = {"canaries": self.canaries, "pinned": self.pinned, "versions": self.versions}
        return self.known.model_copy(update=news | key | (live if self._is_live else {}))

    @property
    def read_before(self) -> datetime | None:
        """When the unit was last read on a day before that of its result; a report that is written
        again, or another one on that day, comes to the same."""
        last = self.known.last_read
        if self.header is None or last is None:
            return None
        return last if _day(last) < _day(self.header.scanned_at) else self.known.read_before

    @property
    def day_before(self) -> date | None:
        """The day of `read_before`."""
        return _day(self.read_before) if self.read_before else None

    @property
    def canaries(self) -> tuple[Canary, ...]:
        """Those of the unit, as they were when Lambda itself was last read."""
        return self.header.canaries if self.header and self._is_live else self.known.canaries

    @property
    def versions(self) -> int:
        """How many published versions there were, when Lambda itself was last read."""
        return self.header.versions if self.header and self._is_live else self.known.versions

    @property
    def _is_live(self) -> bool:
        return self.covered and self.header is not None and self.header.live


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def coverage_of(
    units: Sequence[ReadUnit], plan: ScanPlan, whole: ScanPlan | None, problems: Sequence[str] = ()
) -> CoverageBox:
    """The coverage of a report on `units`.

    `whole`: the plan of the last scan of the whole organization, where it is at hand.
    """
    plans = [plan] if whole is None or whole.scan_id == plan.scan_id else [plan, whole]
    passed_over = {name: why for each in reversed(plans) for name, why in each.passed_over.items()}
    planned = {(each.account_id, each.region) for each in plan.units}
    return CoverageBox(
        covered=sum(each.covered for each in units),
        total=len(units),
        live=sum(each.covered and each.header is not None and each.header.live for each in units),
        partial=any(
            each.known.missed_in == plan.scan_id
            and (each.known.account_id, each.known.region) in planned
            for each in units
        ),
        uncovered=tuple(_uncovered(each) for each in units if not each.covered),
        passed_over=passed_over,
        sources=sources_of(*plans),
        problems=at_most([*problems, *_problems(units, plan)]),
    )


def _uncovered(each: ReadUnit) -> UncoveredUnit:
    return UncoveredUnit(
        account_id=each.known.account_id,
        account_name=each.known.account_name,
        region=each.known.region,
        reason=each.reason,
        functions=each.functions,
        last_read=each.known.last_read,
    )


def _problems(units: Sequence[ReadUnit], plan: ScanPlan) -> Iterator[str]:
    yield from plan.problems
    for each in units:
        yield from (f"{each.known.unit}: {problem}" for problem in each.problems)
        if each.covered and each.header:
            yield from (f"{each.known.unit}: {problem}" for problem in each.header.problems)


def regions_of(units: Sequence[ReadUnit]) -> list[str]:
    """The regions of all units, the one with most units first."""
    counted = Counter(each.known.region for each in units)
    return sorted(counted, key=lambda region: (-counted[region], region))


def canary_lines(units: Sequence[ReadUnit], today: date) -> tuple[CanaryLine, ...]:
    """The canaries of all units, those that end first before all."""
    lines = [
        CanaryLine(
            account_id=each.known.account_id,
            account_name=each.known.account_name,
            region=each.known.region,
            name=canary.name,
            runtime_version=canary.runtime_version,
            ends=canary.ends,
            days_left=(canary.ends - today).days if canary.ends else None,
            latest=canary.latest,
            owner=canary.owner,
            stack=canary.stack,
        )
        for each in units
        for canary in each.canaries
    ]
    return tuple(sorted(lines, key=lambda each: (each.ends or date.max, each.name)))
