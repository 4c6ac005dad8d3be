"""The stacks of a plan: one line each in a pipe, a table where it fits, else two lines each."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from steward.notify.harmless import harmless
from steward_cli.ages import short_age
from steward_cli.plan_report import PlannedStack

HEADINGS = ("ACCOUNT", "REGION", "STACK", "AGE", "EXPIRES", "ACTION")
# In a narrower column a reason takes more lines than it is worth.
_NARROWEST_REASON = 45
_GAP = "  "
_STYLES = {
    "reap": "bold red",
    "mark": "yellow",
    "notify": "yellow",
    "report": "magenta",
    "register": "cyan",
    "unmark": "green",
    "keep": "dim",
}

type Row = tuple[Text, ...]


def print_stacks(
    stacks: Sequence[PlannedStack], now: datetime, zone: ZoneInfo, console: Console
) -> None:
    """Print every stack with its reason; nothing is cut off."""
    rows = [_cells(stack, now, zone) for stack in stacks]
    widths = [
        max(cell_len(text) for text in (heading, *(row[column].plain for row in rows)))
        for column, heading in enumerate(HEADINGS)
    ]
    reasons = [harmless(stack.reason) for stack in stacks]
    left = console.width - sum(widths) - len(_GAP) * len(widths)
    if not console.is_terminal:
        _print_lines(rows, reasons, widths, console)
    elif left >= _NARROWEST_REASON:
        console.print(_table(rows, reasons))
    else:
        _print_pairs(rows, reasons, widths, console)


def _cells(stack: PlannedStack, now: datetime, zone: ZoneInfo) -> Row:
    expires = stack.expires_at.astimezone(zone).strftime("%Y-%m-%d") if stack.expires_at else "-"
    return (
        Text(harmless(stack.account_name) or stack.account_id),
        Text(stack.region),
        Text(harmless(stack.stack_name)),
        Text(short_age(stack.created_at, now), justify="right"),
        Text(expires),
        Text("-") if stack.outside else Text(stack.action, style=_STYLES.get(stack.action, "")),
    )


def _table(rows: Sequence[Row], reasons: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, len(_GAP), 0, 0), header_style="bold")
    for heading in HEADINGS:
        table.add_column(heading, no_wrap=True)
    table.add_column("REASON", overflow="fold")
    for row, reason in zip(rows, reasons, strict=True):
        table.add_row(*row, Text(reason))
    return table


def _print_lines(
    rows: Sequence[Row], reasons: Sequence[str], widths: Sequence[int], console: Console
) -> None:
    headings = tuple(map(Text, HEADINGS))
    for row, reason in zip((headings, *rows), ("REASON", *reasons), strict=True):
        console.print(_line(row, widths) + Text(reason), soft_wrap=True)


def _print_pairs(
    rows: Sequence[Row], reasons: Sequence[str], widths: Sequence[int], console: Console
) -> None:
    for row, reason in zip(rows, reasons, strict=True):
        console.print(_line(row, widths), soft_wrap=True)
        console.print(Padding(Text(reason, style="dim"), (0, 0, 0, 4)))


def _line(row: Row, widths: Sequence[int]) -> Text:
    line = Text()
    for cell, width in zip(row, widths, strict=True):
        blanks = " " * (width - cell_len(cell.plain))
        line += Text(blanks) + cell if cell.justify == "right" else cell + Text(blanks)
        line += Text(_GAP)
    return line
