"""Durations: what people write, what is refused, and that nothing is lost in writing them back."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from steward.domain.durations import (
    Duration,
    UnreadableDuration,
    format_duration,
    parse_duration,
    spoken_duration,
)

DURATION = TypeAdapter(Duration)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("14d", timedelta(days=14), id="days"),
        pytest.param("36h", timedelta(hours=36), id="hours"),
        pytest.param("2w", timedelta(weeks=2), id="weeks"),
        pytest.param("90m", timedelta(minutes=90), id="minutes"),
        pytest.param("1w2d3h4m", timedelta(weeks=1, days=2, hours=3, minutes=4), id="all units"),
        pytest.param(" 14D ", timedelta(days=14), id="capital and blanks"),
        pytest.param("P14D", timedelta(days=14), id="ISO days"),
        pytest.param("P2W", timedelta(weeks=2), id="ISO weeks"),
        pytest.param("PT36H", timedelta(hours=36), id="ISO hours"),
        pytest.param("P1DT12H30M", timedelta(days=1, hours=12, minutes=30), id="ISO mixed"),
        pytest.param("99999d", timedelta(days=99_999), id="longest of all"),
        pytest.param("14285w", timedelta(weeks=14_285), id="most weeks"),
        pytest.param("999999h", timedelta(hours=999_999), id="most hours"),
        pytest.param("9999999m", timedelta(minutes=9_999_999), id="most minutes"),
    ],
)
def test_reads_durations_as_people_write_them(written: str, meant: timedelta) -> None:
    assert parse_duration(written) == meant


UNREADABLE = [
    pytest.param("", id="empty"),
    pytest.param("   ", id="blank"),
    pytest.param("14", id="bare number"),
    pytest.param("-14d", id="negative"),
    pytest.param("0d", id="zero"),
    pytest.param("P0D", id="ISO zero"),
    pytest.param("14 d", id="blank inside"),
    pytest.param("1.5d", id="fraction"),
    pytest.param("3d2w", id="units out of order"),
    pytest.param("100000d", id="six digits of days"),
    pytest.param("99999d1m", id="a minute longer than the longest"),
    pytest.param("99999w", id="too many weeks"),
    pytest.param("P", id="ISO nothing"),
    pytest.param("PT", id="ISO no time"),
    pytest.param("P1DT", id="ISO time missing"),
    pytest.param("P1Y", id="ISO year"),
    pytest.param("P1M", id="ISO month"),
    pytest.param("P-1D", id="ISO negative"),
    pytest.param("p14d", id="ISO in small letters"),
    pytest.param("\u0661\u0664d", id="digits of another script"),
    pytest.param("P\u0661\u0664D", id="ISO with digits of another script"),
    pytest.param("14d\x00", id="control character"),
    pytest.param("never", id="word"),
    pytest.param("9" * 5000 + "d", id="oversized"),
]


@pytest.mark.parametrize("written", UNREADABLE)
def test_refuses_what_is_no_positive_duration(written: str) -> None:
    with pytest.raises(UnreadableDuration, match="write it like 14d, 36h, 2w or 1d12h, or in ISO"):
        parse_duration(written)


def test_an_unreadable_duration_is_quoted() -> None:
    with pytest.raises(UnreadableDuration) as refused:
        parse_duration("soon")
    assert str(refused.value) == (
        "'soon' is not a duration; write it like 14d, 36h, 2w or 1d12h, or in ISO 8601 like P14D"
    )


@pytest.mark.parametrize(
    ("length", "quoted"),
    [
        pytest.param(32, f"{'x' * 32!r} is", id="just short enough"),
        pytest.param(33, f"{'x' * 32 + '...'!r} is", id="one too long"),
    ],
)
def test_a_long_text_is_cut_in_the_message(length: int, quoted: str) -> None:
    with pytest.raises(UnreadableDuration) as refused:
        parse_duration("x" * length)
    assert str(refused.value).startswith(quoted)


def test_a_text_of_the_longest_length_is_still_read() -> None:
    assert parse_duration("00001w00001d000001h0000001m".ljust(32)) == timedelta(
        weeks=1, days=1, hours=1, minutes=1
    )
    assert parse_duration("P00001W00001DT000001H0000001M") == parse_duration("1w1d1h1m")


@pytest.mark.parametrize(
    ("duration", "written"),
    [
        pytest.param(timedelta(days=14), "14d", id="days"),
        pytest.param(timedelta(hours=36), "1d12h", id="days and hours"),
        pytest.param(timedelta(minutes=61), "1h1m", id="hours and minutes"),
        pytest.param(timedelta(0), "0m", id="nothing"),
        pytest.param(timedelta(seconds=59), "0m", id="seconds are left out"),
        pytest.param(timedelta(seconds=60), "1m", id="a minute exactly"),
        pytest.param(timedelta(hours=-25), "-1d1h", id="negative"),
        pytest.param(timedelta(minutes=-1), "-1m", id="a minute ago"),
    ],
)
def test_writes_durations_in_days_hours_and_minutes(duration: timedelta, written: str) -> None:
    assert format_duration(duration) == written


@given(st.integers(1, 9_999_999))
def test_what_is_written_is_read_back(minutes: int) -> None:
    duration = timedelta(minutes=minutes)
    assert parse_duration(format_duration(duration)) == duration


@given(st.text(max_size=60))
def test_any_text_is_read_as_positive_or_refused(text: str) -> None:
    try:
        duration = parse_duration(text)
    except UnreadableDuration:
        return
    assert duration > timedelta(0)


def test_a_field_takes_text_and_durations_and_writes_text() -> None:
    assert DURATION.validate_python("36h") == DURATION.validate_python(timedelta(hours=36))
    assert DURATION.dump_json(timedelta(hours=36)) == b'"1d12h"'
    assert DURATION.dump_python(timedelta(hours=36)) == timedelta(hours=36)


def test_a_field_refuses_a_bare_number_and_quotes_it() -> None:
    with pytest.raises(ValidationError, match="'14' is not a duration"):
        DURATION.validate_python(14)


@pytest.mark.parametrize(
    ("written", "admitted"),
    [
        pytest.param("14d", True, id="days"),
        pytest.param("1w2d3h4m", True, id="all units"),
        pytest.param("P14D", True, id="ISO"),
        pytest.param("PT36H", True, id="ISO time"),
        pytest.param("", False, id="empty"),
        pytest.param("14", False, id="bare number"),
        pytest.param("1.5d", False, id="fraction"),
    ],
)
def test_the_schema_says_the_same(written: str, admitted: bool) -> None:
    schema = DURATION.json_schema()
    assert schema["type"] == "string"
    assert schema["examples"] == ["14d", "P14D"]
    assert bool(re.search(schema["pattern"], written)) is admitted


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        pytest.param(timedelta(days=60), "60 days", id="days"),
        pytest.param(timedelta(days=1), "1 day", id="one"),
        pytest.param(timedelta(days=1, hours=6), "1 day 6 hours", id="both"),
        pytest.param(timedelta(hours=1, minutes=1), "1 hour 1 minute", id="short"),
        pytest.param(timedelta(0), "0 minutes", id="nothing"),
    ],
)
def test_a_duration_is_said_in_words(duration: timedelta, said: str) -> None:
    assert spoken_duration(duration) == said
