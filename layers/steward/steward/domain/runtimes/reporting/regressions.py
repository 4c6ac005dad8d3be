"""What is new on a runtime that ends: functions that were created on it, or changed to it, since
their unit was last read. Nobody grows old into this, and no date moves anybody into it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.lifecycle import Milestone, Runtime
from steward.domain.runtimes.reporting.overview import RegressionLine
from steward.domain.runtimes.reporting.report_dates import ReportDates
from steward.domain.runtimes.reporting.work_cells import WorkCells
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.severity import DEFAULTS, Level, Windows, severity_of
from steward.domain.runtimes.states import ENDED, RuntimeState, runtime_state
from steward.domain.stacks import Account

MOST_KEPT = 100
_ENDING = ENDED | {RuntimeState.DEPRECATING}

type KnownSince = Mapping[tuple[str, Milestone], date]


def is_regression(
    row: ReportedFunction,
    read_before: date | None,
    runtime: Runtime | None,
    today: date,
    windows: Windows = DEFAULTS,
) -> bool:
    """Whether `row` is news since `read_before`, on a runtime that was ending by then.

    `read_before`: the last day before this one on which its unit was read; None when it never was.
    `runtime`: with the dates that were known on that day.
    """
    if read_before is None or runtime is None or row.is_version:
        return False
    is_new = row.bucket is Bucket.AFFECTED and row.opened_on == today > read_before
    return is_new and _was_ending(runtime, read_before, windows)


def _was_ending(runtime: Runtime, day: date, windows: Windows) -> bool:
    """Ending, and in a window: where windows are short, what is ending may come to one later."""
    if runtime_state(runtime, day).state not in _ENDING:
        return False
    return severity_of(runtime, day, windows=windows).level is not Level.NONE


def as_known_on(day: date, runtime: Runtime, known_since: KnownSince) -> Runtime:
    """`runtime` without the dates that moved after `day`; which they were before, nobody kept."""
    moved = (each for each in Milestone if known_since.get((runtime.id, each), day) > day)
    return runtime.model_copy(update={each.name.lower(): None for each in moved})


def default_windows(_account: Account) -> Windows:
    """Those that count without a policy."""
    return DEFAULTS


@dataclass(slots=True)
class Regressions:
    """Those of a report, found while its functions stream by. `kept` are the first of `count`.

    `dates`: those of the report; without them nothing is looked at. `work`: their sums for notices.
    """

    dates: ReportDates | None = None
    windows_of: Callable[[Account], Windows] = default_windows
    count: int = 0
    kept: list[RegressionLine] = field(default_factory=list)
    work: WorkCells = field(default_factory=WorkCells)

    def look_at(self, row: ReportedFunction, account: Account, read_before: date | None) -> None:
        """Count `row` if it is one."""
        dates = self.dates
        if dates is None or read_before is None or row.opened_on != dates.today:
            return
        runtime = dates.runtime(row.runtime_id or "", row.region)
        then = runtime and as_known_on(read_before, runtime, dates.known_since)
        if is_regression(row, read_before, then, dates.today, self.windows_of(account)):
            self._add(row, read_before)

    def _add(self, row: ReportedFunction, read_before: date) -> None:
        self.count += 1
        self.work.add(row)
        if len(self.kept) < MOST_KEPT:
            self.kept.append(_line(row, read_before))


def _line(row: ReportedFunction, read_before: date) -> RegressionLine:
    return RegressionLine(
        account_id=row.account_id,
        account_name=row.account_name,
        region=row.region,
        name=row.name,
        runtime=row.runtime_id or "",
        owner=row.owner if row.owned else "",
        stack=row.stack,
        read_before=read_before,
    )
