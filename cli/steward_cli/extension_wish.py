"""How long a stack shall live: what an operator wrote, as one date. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from steward.domain.durations import LONGEST, UnreadableDuration, parse_duration
from steward.domain.instants import UnreadableInstant, parse_instant
from steward_cli.failures import ExitCode, Failure


def wished_date(longer: str | None, until: str | None, base: datetime, zone: ZoneInfo) -> datetime:
    """The expiry asked for: `longer` is counted from `base`, a bare date lasts its whole day.

    A date past every stack's life becomes one that calendars of all zones still know.
    """
    if (longer is None) is (until is None):
        raise Failure(
            "how long is not said, or said twice",
            "give either --for, like --for P7D, or --until, like --until 2027-01-31",
            ExitCode.USAGE,
        )
    if longer is not None:
        return base + _duration(longer)
    return min(_date(until or "", zone), base + LONGEST)


def _duration(written: str) -> timedelta:
    try:
        return parse_duration(written)
    except UnreadableDuration as error:
        raise _unreadable("--for", error) from None


def _date(written: str, zone: ZoneInfo) -> datetime:
    try:
        return parse_instant(written, zone)
    except UnreadableInstant as error:
        raise _unreadable("--until", error) from None


def _unreadable(option: str, error: Exception) -> Failure:
    what, _, todo = str(error).partition("; ")
    return Failure(f"{option}: {what}", todo, ExitCode.USAGE)
