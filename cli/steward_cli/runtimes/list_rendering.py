"""Functions for people: a line each, then what they are out of and what is not covered."""

from collections.abc import Iterator
from datetime import datetime

from rich.console import Console
from rich.text import Text

from steward.domain.instants import spoken
from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.severity import Level
from steward.notify.harmless import harmless
from steward_cli.ages import short_age
from steward_cli.clock import UTC_ZONE
from steward_cli.counting import number
from steward_cli.reports.rendering import coverage_lines
from steward_cli.row_table import Row, print_rows
from steward_cli.runtimes.list_report import FunctionList
from steward_cli.terminal import say

HEADINGS = ("LEVEL", "ACCOUNT", "REGION", "FUNCTION", "RUNTIME", "STACK", "OWNER", "WHAT")
_STYLES = {
    Level.BREACH: "bold red",
    Level.CRITICAL: "bold red",
    Level.HIGH: "red",
    Level.MEDIUM: "yellow",
}


def show_functions(found: FunctionList, console: Console) -> None:
    """Print every function, and never a number without what it covers."""
    rows = found.functions
    if rows:
        print_rows(HEADINGS, [_cells(row) for row in rows], list(map(_what, rows)), console)
    for line in _sums(found, found.at):
        say(console, line)
    for line in coverage_lines(found.coverage):
        say(console, line, indent=2)


def _cells(row: ReportedFunction) -> Row:
    level = row.level if row.bucket is Bucket.AFFECTED else row.bucket
    name = f"{row.name}:{row.version}" if row.is_version else row.name
    return (
        Text(str(level), style=_STYLES.get(row.level, "")),
        Text(harmless(row.account_name) or row.account_id),
        Text(row.region),
        Text(harmless(name)),
        Text(harmless(row.runtime_id or "-")),
        Text(harmless(row.stack) or "-"),
        Text(harmless(row.owner) or "-"),
    )


def _what(row: ReportedFunction) -> str:
    return "; ".join(part for part in _parts(row) if part)


def _parts(row: ReportedFunction) -> Iterator[str]:
    if row.bucket is Bucket.AFFECTED:
        yield row.severity_reason
    else:
        yield row.reason
    yield row.excepted
    if row.smallest:
        latest = f", the latest is {row.latest}" if row.latest not in ("", row.smallest) else ""
        yield f"change it to {row.smallest}{latest}"
    elif row.latest:
        yield f"change it to {row.latest}"
    if row.blocking_layers:
        yield f"held up by layers: {', '.join(row.blocking_layers)}"
    if row.pinned:
        yield f"pinned to {row.pinned}, which gets no patches"
    yield row.advice


def _sums(found: FunctionList, now: datetime) -> Iterator[str]:
    versions = sum(row.is_version for row in found.functions)
    listed = number(len(found.functions) - versions, "function")
    if versions:
        listed += f" and {number(versions, 'published version')}"
    yield f"{listed} listed of {number(found.total, 'function')}"
    if found.fine_left_out:
        yield f"{number(found.fine_left_out, 'other')} on runtimes that do not end soon (--all)"
    age = short_age(found.scanned_at, now)
    yield f"as of {spoken(found.scanned_at, UTC_ZONE)}, {age} ago; covered:"
