"""Durations as people write them (`14d`, `36h`, `2w`, `1d12h`) or as ISO 8601 (`P14D`, `PT36H`)."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, TypeAdapter, ValidationError, WithJsonSchema

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_HUMAN = re.compile(r"(?:(\d{1,5})w)?(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?", re.ASCII)
_ISO_8601 = re.compile(
    r"P(?=\d|T\d)(?:\d{1,5}W)?(?:\d{1,5}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,7}M)?)?", re.ASCII
)
_ISO_ADAPTER = TypeAdapter(timedelta)
_LONGEST_TEXT = 32
LONGEST = timedelta(days=99_999)
DURATION_PATTERN = (
    r"^(?=.)(?:[0-9]{1,5}w)?(?:[0-9]{1,5}d)?(?:[0-9]{1,6}h)?(?:[0-9]{1,7}m)?$|^P[0-9WDTHM]+$"
)


class UnreadableDuration(ValueError):
    """The text is no duration; the message quotes it and shows valid ones."""

    def __init__(self, text: str) -> None:
        shown = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}..."
        super().__init__(
            f"{shown!r} is not a duration; write it like 14d, 36h, 2w or 1d12h, "
            "or in ISO 8601 like P14D"
        )


def parse_duration(text: str) -> timedelta:
    """Read a positive duration of at most 99,999 days.

    Raise UnreadableDuration for anything else, a bare number too.
    """
    written = text.strip()
    if len(written) > _LONGEST_TEXT:
        raise UnreadableDuration(text)
    duration = _parse_iso(written) if written.startswith("P") else _parse_human(written)
    if duration is None or not timedelta(0) < duration <= LONGEST:
        raise UnreadableDuration(text)
    return duration


def _parse_human(written: str) -> timedelta | None:
    match = _HUMAN.fullmatch(written.lower())
    if match is None:
        return None
    counts = (int(count) if count else 0 for count in match.groups())
    return timedelta(**dict(zip(_UNITS.values(), counts, strict=True)))


def _parse_iso(written: str) -> timedelta | None:
    if _ISO_8601.fullmatch(written) is None:
        return None
    try:
        return _ISO_ADAPTER.validate_python(written)
    except ValidationError:
        return None


def format_duration(duration: timedelta) -> str:
    """Write a duration the way `parse_duration` reads it, in days, hours and minutes: `1d12h`."""
    minutes = int(duration.total_seconds()) // 60
    sign, minutes = ("-", -minutes) if minutes < 0 else ("", minutes)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"))
    return sign + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0m")


def spoken_duration(duration: timedelta) -> str:
    """A duration as a sentence has it: `60 days`, `36 hours`, `1 day 6 hours`."""
    minutes = int(duration.total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    counted = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    said = (f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in counted if count)
    return " ".join(said) or "0 minutes"


def _read(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        return parse_duration(value)
    raise UnreadableDuration(str(value))


Duration = Annotated[
    timedelta,
    BeforeValidator(_read),
    PlainSerializer(format_duration, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN, "examples": ["14d", "P14D"]}),
]
