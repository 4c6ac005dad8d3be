"""Dates and times as owners write them in a tag."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_LONGEST_TEXT = 40


class UnreadableInstant(ValueError):
    """The text is no ISO 8601 date or time; the message quotes it and shows valid ones."""

    def __init__(self, text: str) -> None:
        shown = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}..."
        super().__init__(
            f"{shown!r} is not a date; write it in ISO 8601 like 2027-01-31 "
            "or 2027-01-31T18:00:00+01:00"
        )


def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """Read an ISO 8601 date or time as UTC.

    A date without a time means the end of that day in `zone`: the reading that deletes later.
    A time without an offset is read in `zone`. A date beyond the calendar is its last moment.
    """
    written = text.strip()
    if len(written) > _LONGEST_TEXT:
        raise UnreadableInstant(text)
    try:
        return _parse(written, zone)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
    except ValueError:
        raise UnreadableInstant(text) from None


def _parse(written: str, zone: ZoneInfo) -> datetime:
    day = _date_only(written)
    if day is not None:
        return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)
    moment = datetime.fromisoformat(written)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _date_only(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def iso(moment: datetime) -> str:
    """`moment` in UTC to the second, in the form used in tags, messages and the ledger."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def spoken(moment: datetime, zone: ZoneInfo) -> str:
    """`moment` for a person, in `zone` and with its name: `Mon 2026-11-23 09:00 CET`."""
    return moment.astimezone(zone).strftime("%a %Y-%m-%d %H:%M %Z")
