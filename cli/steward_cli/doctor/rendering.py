"""The report for a person: a row for each check, and below it what shows and what mends it."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from steward.notify.harmless import harmless
from steward_cli.counting import number
from steward_cli.doctor.findings import Status
from steward_cli.doctor.report import CheckReport, DoctorReport
from steward_cli.terminal import say

_STYLES = {
    Status.OK: "green",
    Status.SKIPPED: "dim",
    Status.WARN: "yellow",
    Status.FAIL: "bold red",
}
_STATUS_WIDTH = max(map(len, Status))
_INDENT = 4


def show(report: DoctorReport, console: Console) -> None:
    """Print every check; the sum is the last line."""
    say(console, f"hub {report.stack} in {report.account_id}, {report.region}")
    width = max((len(row.name) for row in report.checks), default=0)
    for row in report.checks:
        _show_row(row, width, console)
    counts = ", ".join(f"{report.count(each)} {each}" for each in Status)
    say(console, f"{number(len(report.checks), 'check')}: {counts}")


def _show_row(row: CheckReport, width: int, console: Console) -> None:
    head = Text(f"{row.status:<{_STATUS_WIDTH}}", style=_STYLES[row.status])
    head = Text.assemble(head, f"  {row.name:<{width}}  ")
    _show_line(head, row.why, console)
    if row.status in (Status.OK, Status.SKIPPED):
        return
    for seen in row.evidence:
        say(console, f"seen: {_place(seen.call, seen.field)} = {seen.value}", _INDENT)
    say(console, f"mend: {row.mend}", _INDENT)


def _place(call: str, field: str) -> str:
    return f"{call}: {field}" if field else call


def _show_line(head: Text, why: str, console: Console) -> None:
    """On a terminal the sentence is wrapped in a column of its own."""
    words = Text(harmless(why))
    if not console.is_terminal:
        console.print(Text.assemble(head, words), soft_wrap=True)
        return
    row = Table.grid()
    row.add_column(width=head.cell_len, no_wrap=True)
    row.add_column(overflow="fold")
    row.add_row(head, words)
    console.print(row)
