"""The head of a report, from everything that was counted and looked up for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from steward.domain.runtimes.plans import ScanPlan
from steward.domain.runtimes.records import DateOnRecord, Snapshot
from steward.domain.runtimes.reporting.burn_down import wave_key
from steward.domain.runtimes.reporting.coverage_box import headline
from steward.domain.runtimes.reporting.overview import CoverageBox, ExceptionLine, Overview
from steward.domain.runtimes.reporting.report_dates import ReportDates
from steward.domain.runtimes.reporting.reported_units import ReadUnit, canary_lines
from steward.domain.runtimes.reporting.runtime_lines import move_lines, runtime_lines
from steward.domain.runtimes.reporting.summary import ExceptionSums, Summary, counts
from steward.domain.runtimes.reporting.told import Told
from steward.domain.runtimes.reporting.waves import waves_of
from steward.domain.runtimes.reporting.work_items import owner_lines, work_items

NOBODY = "nobody"
NO_RUNTIME = "no runtime"
MOST_OWNERS_KEPT = 500
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Counted:
    """`silent`: why nobody is told of anything; empty when people are."""

    plan: ScanPlan
    units: Sequence[ReadUnit]
    coverage: CoverageBox
    summary: Summary
    dates: ReportDates
    told: Told
    snapshots: Sequence[Snapshot]
    dates_on_record: Sequence[DateOnRecord]
    silent: str = ""


def overview_of(found: Counted, written_at: datetime) -> Overview:
    """All that the report says but its functions."""
    summary, dates, box = found.summary, found.dates, found.coverage
    shown = runtime_lines(summary, dates)
    return Overview(
        scan_id=found.plan.scan_id,
        scanned_at=found.plan.scanned_at,
        written_at=written_at,
        today=dates.today,
        why=found.plan.why,
        headline=headline(box, summary.buckets),
        coverage=box,
        total=summary.total,
        buckets=counts(summary.buckets),
        states=dict(summary.states),
        levels=dict(summary.levels),
        versions={name: summary.versions[name] for name in ("read", "ending", "in use")},
        unowned=summary.unowned,
        pinned=summary.pinned,
        framework=summary.framework,
        blocked_by_layers=summary.blocked_by_layers,
        regressed=summary.regressions.count,
        regressions=tuple(summary.regressions.kept),
        waves=waves_of(summary, dates, found.snapshots, box.total - box.covered),
        owners=owner_lines(summary.owners),
        work=work_items(summary.work, found.told, dates.today, found.silent),
        runtimes=shown,
        moves=move_lines((each.id for each in shown), dates, found.dates_on_record),
        exceptions=tuple(_exceptions(summary, dates.today)),
        canaries=canary_lines(found.units, dates.today),
    )


def _exceptions(summary: Summary, today: date) -> Iterator[ExceptionLine]:
    for number, each in enumerate(summary.exceptions):
        covers = summary.covers.get(number, ExceptionSums())
        in_time = each.created <= today < each.expires
        yield ExceptionLine(
            scope=f"{each.kind} {each.scope}",
            runtime=each.runtime,
            reason=each.reason,
            approver=each.approver,
            expires=each.expires,
            holds=in_time and covers.functions + covers.versions > 0,
            functions=covers.functions if in_time else 0,
            ticket=each.ticket,
        )


def snapshot_of(overview: Overview, summary: Summary) -> Snapshot:
    """The counts of the day, as the burn-down of later days needs them."""
    by_runtime: dict[str, int] = {}
    for (name, _region), sums in summary.runtimes.items():
        if sums.hit:
            by_runtime[name or NO_RUNTIME] = by_runtime.get(name or NO_RUNTIME, 0) + sums.hit
    return Snapshot(
        day=overview.today,
        covered=overview.coverage.covered,
        total_units=overview.coverage.total,
        buckets=dict(overview.buckets),
        states=dict(overview.states),
        waves={wave_key(each.milestone, each.day): each.functions for each in overview.waves},
        owners=open_by_owner(overview, MOST_OWNERS_KEPT),
        organizational_units=dict(summary.organizational_units),
        runtimes=by_runtime,
    )


def open_by_owner(overview: Overview, most: int) -> dict[str, int]:
    """Affected functions by owner: those with most by name, the rest together, so that the sum is
    whole."""
    named = [(each.owner or NOBODY, each.functions) for each in overview.owners if each.functions]
    named.sort(key=lambda each: (-each[1], each[0]))
    shown = dict(named[:most])
    rest = sum(functions for _owner, functions in named[most:])
    return shown | {OTHERS: shown.get(OTHERS, 0) + rest} if rest else shown
