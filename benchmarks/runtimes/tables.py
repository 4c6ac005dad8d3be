"""What scans of runtimes took, as tables for a terminal."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from benchmarks.comparison import CUSTODIAN, Row
from benchmarks.runtimes.comparison import ORDER, Scans
from benchmarks.runtimes.inventory import ACCOUNTS, FORMS, Inventory, Job
from benchmarks.runtimes.large_unit import LargeScan
from benchmarks.tables import titled
from benchmarks.verdicts import MEGABYTE


def scans_table(scans: Scans) -> Table:
    """Medians, and in brackets how many times those of Cloud Custodian they are."""
    base = scans.rows[CUSTODIAN].median
    title = f"functions on ending runtimes (times {CUSTODIAN})"
    table = titled(title, "", "CPU s", "wall s", "peak MB", "calls", "functions", "versions")
    for row in _ordered(scans):
        median, found = row.median, scans.found.get(row.contender)
        table.add_row(
            row.contender,
            f"{median.cpu_seconds:.2f} ({median.cpu_seconds / base.cpu_seconds:.2f})",
            f"{median.wall_seconds:.2f} ({median.wall_seconds / base.wall_seconds:.2f})",
            f"{median.peak_bytes / MEGABYTE:.0f} ({median.peak_bytes / base.peak_bytes:.2f})",
            f"{row.calls.total()}",
            *((f"{found.functions}", f"{found.versions}") if found else ("", "")),
        )
    return table


def calls_table(scans: Scans) -> Table:
    calls = {row.contender: row.calls.by_operation() for row in _ordered(scans)}
    table = titled("functions on ending runtimes: AWS calls", "", *calls)
    for name in sorted({name for counted in calls.values() for name in counted}):
        counts = (str(counted.get(name, "")) for counted in calls.values())
        table.add_row(name.partition(":")[2], *counts)
    return table


def inventories_table(inventories: Sequence[Inventory]) -> Table:
    names = [f"{each.functions} functions" for each in inventories]
    table = titled(f"a scan of {ACCOUNTS} units, from Config", "", *names)
    for name, values in _lines(inventories):
        table.add_row(name, *values)
    return table


def _lines(inventories: Sequence[Inventory]) -> Iterator[tuple[str, list[str]]]:
    jobs: dict[str, list[Job]] = {
        "planner": [each.planner for each in inventories],
        "planner, scattered": [each.scattered for each in inventories],
        "worker": [each.worker for each in inventories],
        "report": [each.report for each in inventories],
    }
    yield "planner: pages of the aggregator", [f"{each.pages}" for each in inventories]
    for name, took in jobs.items():
        yield f"{name}: calls", [f"{sum(job.calls.values())}" for job in took]
        yield f"{name}: CPU s", [f"{job.cpu_seconds:.1f}" for job in took]
        yield f"{name}: peak MB", [f"{job.peak_bytes / MEGABYTE:.0f}" for job in took]
    for form in FORMS:
        sizes = [each.file_bytes[form] / MEGABYTE for each in inventories]
        yield f"report: {form}, MB", [f"{size:.1f}" for size in sizes]


def units_table(units: Sequence[LargeScan]) -> Table:
    columns = ("functions", "peak MB, from Config", "peak MB, from Lambda", "pages")
    table = titled("one unit, scanned by a cold worker", *columns)
    for unit in units:
        peaks = (unit.config_bytes, unit.live_bytes)
        shown = (f"{peak / MEGABYTE:.0f}" for peak in peaks)
        table.add_row(f"{unit.functions}", *shown, f"{unit.pages}")
    return table


def _ordered(scans: Scans) -> list[Row]:
    return [scans.rows[contender] for contender in ORDER]
