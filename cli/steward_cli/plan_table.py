"""The stacks of a plan: one line each in a pipe, a table where it fits, else two lines each."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from steward.notify.harmless import harmless
from steward_cli.ages import short_age
from steward_cli.plan_report import PlannedStack
from steward_cli.row_table import Row, print_rows

HEADINGS = ("ACCOUNT", "REGION", "STACK", "AGE", "EXPIRES", "ACTION", "REASON")
_STYLES = {
    "reap": "bold red",
    "mark": "yellow",
    "notify": "yellow",
    "report": "magenta",
    "register": "cyan",
    "unmark": "green",
    "keep": "dim",
}


def print_stacks(
    stacks: Sequence[PlannedStack], now: datetime, zone: ZoneInfo, console: Console
) -> None:
    """Print every stack with its reason; nothing is cut off."""
    rows = [_cells(stack, now, zone) for stack in stacks]
    print_rows(HEADINGS, rows, [stack.reason for stack in stacks], console)


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
