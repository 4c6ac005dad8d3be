"""Dates as owners write them: read late rather than early, and never a crash."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.instants import UnreadableInstant, iso, parse_instant, spoken

BERLIN = ZoneInfo("Europe/Berlin")
LAST_MOMENT = datetime.max.replace(tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]  # a date's parts


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("2027-01-31", utc(2027, 1, 31, 23), id="winter day ends at 23:00 UTC"),
        pytest.param("2027-07-31", utc(2027, 7, 31, 22), id="summer day ends at 22:00 UTC"),
        pytest.param("2027-03-28", utc(2027, 3, 28, 22), id="day the clock goes forward"),
        pytest.param("2027-10-31", utc(2027, 10, 31, 23), id="day the clock goes back"),
        pytest.param("20270131", utc(2027, 1, 31, 23), id="basic form"),
        pytest.param("2027-W04-7", utc(2027, 1, 31, 23), id="week date"),
        pytest.param(" 2027-01-31 ", utc(2027, 1, 31, 23), id="blanks around"),
        pytest.param("2027-01-31T18:00", utc(2027, 1, 31, 17), id="time in the zone"),
        pytest.param("2027-03-28T02:30", utc(2027, 3, 28, 1, 30), id="time that never comes"),
        pytest.param("2027-01-31T18:00:00Z", utc(2027, 1, 31, 18), id="UTC"),
        pytest.param("2027-01-31T18:00:00+05:30", utc(2027, 1, 31, 12, 30), id="offset"),
        pytest.param("9999-12-31", LAST_MOMENT, id="last day of the calendar"),
        pytest.param("9999-12-31T23:59:59-12:00", LAST_MOMENT, id="beyond the calendar"),
    ],
)
def test_reads_dates_and_times_as_utc(written: str, meant: datetime) -> None:
    instant = parse_instant(written, BERLIN)
    assert instant == meant
    assert instant.tzinfo is UTC


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="empty"),
        pytest.param("tomorrow", id="word"),
        pytest.param("2027-02-29", id="day that is not"),
        pytest.param("2027-13-01", id="month that is not"),
        pytest.param("31.01.2027", id="local form"),
        pytest.param("2027-01-31T25:00", id="hour that is not"),
        pytest.param("10000-01-01", id="year of five digits"),
        pytest.param("\u0662\u0660\u0662\u0667-01-31", id="digits of another script"),
        pytest.param("2027-01-31\x00", id="control character"),
        pytest.param("2027-01-31T18:00:00+01:00 or some time later", id="41 and more"),
        pytest.param("9" * 5000, id="oversized"),
    ],
)
def test_refuses_what_is_no_date(written: str) -> None:
    with pytest.raises(UnreadableInstant, match="is not a date; write it in ISO 8601 like 2027"):
        parse_instant(written, BERLIN)


def test_an_unreadable_date_is_quoted_with_valid_ones() -> None:
    with pytest.raises(UnreadableInstant) as refused:
        parse_instant("next week", BERLIN)
    assert str(refused.value) == (
        "'next week' is not a date; write it in ISO 8601 like 2027-01-31 "
        "or 2027-01-31T18:00:00+01:00"
    )


@pytest.mark.parametrize(
    ("length", "quoted"),
    [
        pytest.param(40, f"{'x' * 40!r} is", id="just short enough"),
        pytest.param(41, f"{'x' * 40 + '...'!r} is", id="one too long"),
    ],
)
def test_a_long_text_is_cut_in_the_message(length: int, quoted: str) -> None:
    with pytest.raises(UnreadableInstant) as refused:
        parse_instant("x" * length, BERLIN)
    assert str(refused.value).startswith(quoted)


def test_a_text_of_the_longest_length_is_still_read() -> None:
    written = "2027-01-31T18:00:00.000000000000000+00:00"
    assert len(written) == 41
    with pytest.raises(UnreadableInstant):
        parse_instant(written, BERLIN)
    assert parse_instant(written.replace("000+", "00+"), BERLIN) == utc(2027, 1, 31, 18)


@given(st.text(max_size=60))
def test_any_text_is_read_as_utc_or_refused(text: str) -> None:
    try:
        instant = parse_instant(text, BERLIN)
    except UnreadableInstant:
        return
    assert instant.tzinfo is UTC


@given(st.dates())
def test_a_date_never_ends_before_its_day_does(day: object) -> None:
    end = parse_instant(str(day), BERLIN)
    assert end == LAST_MOMENT or end.astimezone(BERLIN).strftime("%H:%M:%S") == "00:00:00"
    assert end == LAST_MOMENT or (end.astimezone(BERLIN) - timedelta(hours=1)).date() == day


def test_iso_is_utc_to_the_second() -> None:
    moment = datetime(2026, 11, 23, 10, 0, 5, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert iso(moment) == "2026-11-23T09:00:05Z"


def test_spoken_names_day_and_zone() -> None:
    assert spoken(utc(2026, 11, 23, 8), BERLIN) == "Mon 2026-11-23 09:00 CET"
    assert spoken(utc(2026, 7, 23, 8), BERLIN) == "Thu 2026-07-23 10:00 CEST"
