"""When deleting is allowed: hours of weekdays in a time zone, minus freeze dates.

A window moves a deletion later, never earlier.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

HORIZON_DAYS = 400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Schedule(Protocol):
    """The part of the policy that says when deleting is allowed."""

    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def opens(self) -> time: ...
    @property
    def closes(self) -> time: ...

    def allows_day(self, day: date) -> bool:
        """Whether a window may open on `day`, freezes aside."""
        ...

    def is_frozen(self, day: date) -> bool:
        """Whether nothing may be deleted on `day`, in whichever window it lies."""
        ...


def is_open(windows: Schedule, at: datetime) -> bool:
    """Whether `at` lies in a window; the opening second is inside, the closing one outside."""
    local = at.astimezone(windows.zone)
    if windows.is_frozen(local.date()):
        return False
    days = (local.date(), local.date() - timedelta(days=1))
    return any(opens <= at < closes for opens, closes in _windows_of(windows, days))


def next_open(windows: Schedule, at: datetime) -> datetime | None:
    """The first moment at or after `at` that lies in a window; None if none opens in 400 days."""
    if is_open(windows, at):
        return at
    today = at.astimezone(windows.zone).date()
    days = (today + timedelta(days=offset) for offset in range(HORIZON_DAYS))
    starts = (
        start
        for opens, closes in _windows_of(windows, days)
        for start in _starts(windows, opens, closes)
    )
    return next((start for start in starts if start >= at and is_open(windows, start)), None)


def _windows_of(
    windows: Schedule, days: Iterator[date] | tuple[date, ...]
) -> Iterator[tuple[datetime, datetime]]:
    for day in days:
        if windows.allows_day(day):
            closing_day = day if windows.opens < windows.closes else day + timedelta(days=1)
            yield _utc(windows, day, windows.opens), _utc(windows, closing_day, windows.closes)


def _starts(windows: Schedule, opens: datetime, closes: datetime) -> Iterator[datetime]:
    """Where a window can be entered: its opening, and midnight after a freeze ends inside it."""
    yield opens
    midnight = _utc(windows, opens.astimezone(windows.zone).date() + timedelta(days=1), time.min)
    if opens < midnight < closes:
        yield midnight


def _utc(windows: Schedule, day: date, at: time) -> datetime:
    return datetime.combine(day, at, windows.zone).astimezone(UTC)
