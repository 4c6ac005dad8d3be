"""The results as tables for a terminal."""

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table

from benchmarks.comparison import (
    AGAIN,
    CUSTODIAN,
    FIRST,
    FLOOR,
    PLANNER,
    RECORDING_FLOOR,
    STEWARD,
    Row,
)
from benchmarks.growth import Grown
from benchmarks.imports import Import
from benchmarks.large_unit import OTHER_UNITS, LargeUnit
from benchmarks.verdicts import MEGABYTE, Verdict

type Rows = Mapping[tuple[str, str], Row]

ORDER = (FLOOR, RECORDING_FLOOR, STEWARD, PLANNER, CUSTODIAN)
_BASE = {FIRST: RECORDING_FLOOR, AGAIN: FLOOR}


def comparison_table(rows: Rows, sweep: str) -> Table:
    """Medians, and in brackets how many times the floor's they are."""
    base = rows[_BASE[sweep], sweep].median
    table = titled(f"{sweep} sweep (times {_BASE[sweep]})", "", "CPU s", "wall s", "peak MB")
    for row in _rows_of(rows, sweep):
        median = row.median
        table.add_row(
            row.contender,
            f"{median.cpu_seconds:.2f} ({median.cpu_seconds / base.cpu_seconds:.1f})",
            f"{median.wall_seconds:.2f} ({median.wall_seconds / base.wall_seconds:.1f})",
            f"{median.peak_bytes / MEGABYTE:.0f} ({median.peak_bytes / base.peak_bytes:.1f})",
        )
    return table


def calls_table(rows: Rows, sweep: str) -> Table:
    """How often each contender called each operation, counted at the server."""
    calls = {row.contender: row.calls.by_operation() for row in _rows_of(rows, sweep)}
    table = titled(f"{sweep} sweep: AWS calls", "", *calls)
    for name in sorted({name for counted in calls.values() for name in counted}):
        counts = (str(counted.get(name, "")) for counted in calls.values())
        table.add_row(name.partition(":")[2], *counts)
    return table


def units_table(units: Sequence[LargeUnit]) -> Table:
    table = titled(
        f"one unit, swept last by a worker that has met {OTHER_UNITS} others",
        *("stacks", "leases", "peak MB, registering", "peak MB, again"),
    )
    for unit in units:
        peaks = (unit.registering_bytes, unit.steady_bytes)
        table.add_row(
            f"{unit.stacks}", f"{unit.leases}", *(f"{peak / MEGABYTE:.0f}" for peak in peaks)
        )
    return table


def growth_table(job: str, sizes: Iterable[Grown]) -> Table:
    table = titled(
        f"simulated growth: {job}", *("accounts", "units", "calls", "CPU ms a unit", "peak MB")
    )
    for size in sizes:
        table.add_row(
            f"{size.accounts}",
            f"{size.units}",
            f"{size.all_calls}",
            f"{size.cpu_per_unit * 1000:.2f}",
            f"{size.peak_bytes / MEGABYTE:.0f}",
        )
    return table


def imports_table(imports: Iterable[Import]) -> Table:
    table = titled("import of each handler, CPU", "handler", "ms", "what it needs, ms", "ratio")
    for each in imports:
        seconds = (each.seconds, each.needed_seconds)
        table.add_row(
            each.handler, *(f"{value * 1000:.0f}" for value in seconds), f"{each.ratio:.2f}"
        )
    return table


def verdicts_table(verdicts: Iterable[Verdict]) -> Table:
    table = Table(title="demands and aims")
    for name in ("what", "found", ""):
        table.add_column(name)
    for verdict in verdicts:
        table.add_row(verdict.what, verdict.found, _outcome(verdict))
    return table


def _outcome(verdict: Verdict) -> str:
    if verdict.met:
        return "met"
    return "[red]NOT MET[/]" if verdict.is_demand else "[yellow]aim missed[/]"


def _rows_of(rows: Rows, sweep: str) -> list[Row]:
    return sorted(
        (row for row in rows.values() if row.sweep == sweep),
        key=lambda row: ORDER.index(row.contender),
    )


def titled(title: str, first: str, *others: str) -> Table:
    table = Table(title=title)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right")
    return table
