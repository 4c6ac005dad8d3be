"""Milestones, counts and lists of runtimes in words."""

import shlex
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import assert_never

from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import RuntimeNotice

REPORT_COMMAND = "steward report runtimes --out runtimes.html"


def today_of(now: datetime) -> date:
    """Milestones are reached at 00:00 UTC."""
    return now.astimezone(UTC).date()


def day_said(day: date, today: date) -> str:
    """`Mon 2027-02-01, in 70 days`"""
    return f"{day:%a %Y-%m-%d}, {_distance((day - today).days)}"


def deadline_said(notice: RuntimeNotice, today: date) -> str:
    """What ends and when; empty when the notice has no milestone."""
    if notice.milestone is None or notice.day is None:
        return ""
    when = "from" if notice.day > today else "since"
    return f"{_what_ends(notice.milestone)} {when} {day_said(notice.day, today)}"


def counted(count: int, one: str, many: str = "") -> str:
    return f"1 {one}" if count == 1 else f"{count} {many or one + 's'}"


def some_of(lines: Sequence[str], most: int, total: int = 0) -> tuple[str, ...]:
    """At most `most` of `lines`; what is not among them of all, or of `total`, is counted."""
    more = max(total, len(lines)) - min(len(lines), most)
    rest = (f"and {more} more, which are in the report",) if more else ()
    return (*lines[:most], *rest)


def acknowledge_command(notice: RuntimeNotice) -> str:
    """By its place, as people call it; where a place has several items the command lists them."""
    return f"steward runtimes acknowledge {shlex.quote(notice.place)}"


def _distance(days: int) -> str:
    if days == 0:
        return "today"
    return f"in {counted(days, 'day')}" if days > 0 else f"{counted(-days, 'day')} ago"


def _what_ends(milestone: Milestone) -> str:
    match milestone:
        case Milestone.DEPRECATED:
            return "no more security patches"
        case Milestone.CREATE_BLOCK:
            return "no new functions"
        case Milestone.UPDATE_BLOCK:
            return "no more updates of code or configuration"
        case _:
            assert_never(milestone)
