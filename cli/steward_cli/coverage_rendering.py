"""Coverage for people: a row a sweep, then what is not covered now, and why."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from steward.domain.coverage import SweepState
from steward.domain.instants import spoken
from steward.domain.stacks import Unit
from steward_cli.ages import short_age
from steward_cli.clock import UTC_ZONE
from steward_cli.coverage_report import (
    CoverageReport,
    RuntimeScan,
    SweepRow,
    UnitCovered,
    UnreachableUnit,
)
from steward_cli.gaps import gap_lines
from steward_cli.terminal import say

FIRST_LINES = 10
_NUMBERS = ("age", "swept", "unreachable", "unanswered")
_STYLES = {SweepState.COMPLETE: "green", SweepState.PARTIAL: "bold red", SweepState.RUNNING: ""}


def show_coverage(report: CoverageReport, console: Console, *, everything: bool) -> None:
    """Print the report; of long lists the first lines, unless `everything` is wanted."""
    if report.sweeps:
        console.print(_table(report))
    for row in report.sweeps:
        is_latest = row.sweep_id == report.latest_finished
        lines = [*_about(row), *(_units(row.units, everything) if is_latest else ())]
        _show_some(lines, console, everything)
    _show_unreachable(report, console, everything)
    _show_some(list(_passed_over(report.passed_over, everything)), console, everything)
    for line in _runtimes(report.runtimes, report.at):
        say(console, line)
    _show_some(list(_uncovered(report.runtimes)), console, everything, indent=2)
    for line in _ending(report):
        say(console, line)


def _table(report: CoverageReport) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("sweep", "state"):
        table.add_column(heading, no_wrap=True)
    for heading in _NUMBERS:
        table.add_column(heading, no_wrap=True, justify="right")
    for row in report.sweeps:
        table.add_row(
            row.sweep_id,
            _state(row.state),
            short_age(row.swept_at, report.at),
            f"{row.swept} of {row.planned}",
            str(row.unreachable),
            str(row.unanswered),
        )
    return table


def _state(state: SweepState) -> Text:
    shown = state.upper() if state is SweepState.PARTIAL else state
    return Text(shown, style=_STYLES[state])


def _about(row: SweepRow) -> Iterator[str]:
    """What the row of a sweep cannot show."""
    if row.unreadable or row.planned == 0:
        yield f"{row.sweep_id}: {row.sentence}"
    elif row.held:
        yield f"{row.sweep_id} only observed: {row.held}"


def _units(units: Sequence[UnitCovered], everything: bool) -> Iterator[str]:
    """Without `everything` only what has no line of its own under `unreachable now`."""
    for state in ("unanswered", "unreachable", "swept") if everything else ("unanswered",):
        reasons = {
            Unit(each.account_id, each.region): _why(each) for each in units if each.state == state
        }
        for line in gap_lines(reasons):
            yield f"{state}: {line}".removesuffix(": ")


def _why(unit: UnitCovered) -> str:
    if unit.state == "unanswered":
        return unit.reason or "no worker answered; its message waits, failed or was lost"
    return unit.reason


def _show_unreachable(report: CoverageReport, console: Console, everything: bool) -> None:
    if not report.unreachable_now:
        return
    count = len(report.unreachable_now)
    say(console, f"unreachable now: {count} unit{'' if count == 1 else 's'}")
    _show_some(list(_since(report.unreachable_now, report.at)), console, everything, indent=2)


def _since(units: Sequence[UnreachableUnit], now: datetime) -> Iterator[str]:
    """One line for all regions of an account that share reason and date."""
    grouped: dict[tuple[str, str, datetime, str], list[str]] = {}
    for each in units:
        reason = each.reason.replace(f"{each.account_id}/{each.region}", each.account_id)
        whose = each.account_id, each.account_name, each.since, reason
        grouped.setdefault(whose, []).append(each.region)
    for (account_id, name, since, reason), regions in grouped.items():
        who = f"{name} {account_id}".strip()
        age = f"since {spoken(since, UTC_ZONE)} ({short_age(since, now)})"
        yield f"{who} ({', '.join(regions)}) {age}: {reason}"


def _passed_over(passed_over: Mapping[str, str], everything: bool) -> Iterator[str]:
    """One line a reason, with its accounts."""
    reasons: dict[str, list[str]] = {}
    for account_id, why in sorted(passed_over.items()):
        reasons.setdefault(why, []).append(account_id)
    for why, accounts in reasons.items():
        shown = accounts if everything else accounts[:FIRST_LINES]
        more = len(accounts) - len(shown)
        said = ", ".join(shown) + (f" and {more} more" if more else "")
        yield f"passed over: {said}: {why}"


def _runtimes(scan: RuntimeScan, now: datetime) -> Iterator[str]:
    if scan.scanned_at is None:
        yield f"runtimes: {scan.problem}"
        return
    label = "PARTIAL: " if scan.partial or scan.covered < scan.total else ""
    yield (
        f"runtimes: {label}{scan.covered} of {scan.total} units covered by scan {scan.scan_id}, "
        f"{short_age(scan.scanned_at, now)} ago"
    )


def _uncovered(scan: RuntimeScan) -> Iterator[str]:
    gaps = {Unit(each.account_id, each.region): each.reason for each in scan.uncovered}
    return gap_lines(gaps)


def _ending(report: CoverageReport) -> Iterator[str]:
    for row in report.sweeps:
        if row.sweep_id == report.latest_finished:
            policy = f", policy {row.policy}, mode {row.mode}" if row.policy else ""
            yield f"coverage: {row.sentence} in sweep {row.sweep_id}{policy}; times are UTC"


def _show_some(lines: Sequence[str], console: Console, everything: bool, indent: int = 0) -> None:
    shown = lines if everything else lines[:FIRST_LINES]
    for line in shown:
        say(console, line, indent)
    if len(lines) > len(shown):
        say(console, f"and {len(lines) - len(shown)} more lines (--units shows all)", indent)
