"""Instants as AWS writes them, in UTC."""

from datetime import UTC, datetime


def instant_of(written: object) -> datetime | None:
    """A datetime, seconds since 1970, or ISO 8601; None when it is none of them.

    One without an offset is in UTC, which is what AWS's documents mean by it.
    """
    match written:
        case datetime():
            return _in_utc(written)
        case bool():
            return None
        case int() | float():
            return _since_1970(written)
        case str():
            return _parsed(written)
        case _:
            return None


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def _since_1970(seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _parsed(text: str) -> datetime | None:
    try:
        return _in_utc(datetime.fromisoformat(text))
    except (OverflowError, ValueError):
        return None
