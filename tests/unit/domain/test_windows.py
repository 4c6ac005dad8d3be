"""Deletion windows: exact edges, clock changes, midnight, freezes; later, never earlier."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.policy_windows import Freeze, Windows
from steward.domain.windows import HORIZON_DAYS, is_open, next_open

BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
ALL_WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def windows(hours: str = "09:00-16:00", **overrides: Any) -> Windows:
    return Windows.model_validate({"timezone": "Europe/Berlin", "hours": hours, **overrides})


def at(text: str) -> datetime:
    """A moment on the wall in Berlin, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def frozen(first: str, last: str) -> list[Freeze]:
    return [Freeze(first=date.fromisoformat(first), last=date.fromisoformat(last))]


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        pytest.param("09:00-16:00", "2026-11-23T08:59:59", False, id="a second before it opens"),
        pytest.param("09:00-16:00", "2026-11-23T09:00:00", True, id="as it opens"),
        pytest.param("09:00-16:00", "2026-11-23T15:59:59", True, id="its last second"),
        pytest.param("09:00-16:00", "2026-11-23T16:00:00", False, id="as it closes"),
        pytest.param("09:00-16:00", "2026-11-26T12:00:00", True, id="thursday"),
        pytest.param("09:00-16:00", "2026-11-27T12:00:00", False, id="friday"),
        pytest.param("22:00-04:00", "2026-11-23T21:59:59", False, id="night not begun"),
        pytest.param("22:00-04:00", "2026-11-23T22:00:00", True, id="night begins"),
        pytest.param("22:00-04:00", "2026-11-24T03:59:59", True, id="night's last second"),
        pytest.param("22:00-04:00", "2026-11-24T04:00:00", False, id="night is over"),
        pytest.param("22:00-04:00", "2026-11-23T02:00:00", False, id="night of sunday"),
        pytest.param("22:00-04:00", "2026-11-27T02:00:00", True, id="night of thursday"),
        pytest.param("22:00-04:00", "2026-11-27T23:00:00", False, id="night of friday"),
        pytest.param("00:00-24:00", "2026-11-23T00:00:00", True, id="whole day begins"),
        pytest.param("00:00-24:00", "2026-11-26T23:59:59", True, id="whole day ends"),
        pytest.param("00:00-24:00", "2026-11-27T00:00:00", False, id="after the last whole day"),
        pytest.param("20:00-24:00", "2026-11-23T23:59:59", True, id="until midnight"),
        pytest.param("20:00-24:00", "2026-11-24T00:00:00", False, id="midnight is outside"),
        pytest.param("20:00-00:00", "2026-11-23T23:59:59", True, id="until 00:00"),
        pytest.param("09:30-16:45", "2026-11-23T09:29:59", False, id="minutes count at opening"),
        pytest.param("09:30-16:45", "2026-11-23T16:44:59", True, id="minutes count at closing"),
    ],
)
def test_a_window_has_exact_edges(hours: str, moment: str, expected: bool) -> None:
    assert is_open(windows(hours), at(moment)) is expected


@pytest.mark.parametrize(
    ("hours", "opens", "closes"),
    [
        pytest.param("01:00-05:00", "2027-03-28T00:00Z", "2027-03-28T03:00Z", id="an hour less"),
        pytest.param("02:30-05:00", "2027-03-28T01:30Z", "2027-03-28T03:00Z", id="gap at opening"),
        pytest.param("01:00-05:00", "2027-10-30T23:00Z", "2027-10-31T04:00Z", id="an hour more"),
        pytest.param("02:00-03:00", "2027-10-31T00:00Z", "2027-10-31T02:00Z", id="hour twice"),
        pytest.param("22:00-06:00", "2027-03-27T21:00Z", "2027-03-28T04:00Z", id="short night"),
        pytest.param("22:00-06:00", "2027-10-30T20:00Z", "2027-10-31T05:00Z", id="long night"),
    ],
)
def test_a_window_keeps_wall_time_when_the_clock_changes(
    hours: str, opens: str, closes: str
) -> None:
    schedule = windows(hours, weekdays=["sat", "sun"])
    first, after = datetime.fromisoformat(opens), datetime.fromisoformat(closes)
    assert not is_open(schedule, first - SECOND)
    assert is_open(schedule, first)
    assert is_open(schedule, after - SECOND)
    assert not is_open(schedule, after)


def test_a_window_in_the_skipped_hour_does_not_open_that_day() -> None:
    schedule = windows("02:00-03:00", weekdays=["sun"])
    assert next_open(schedule, at("2027-03-27T12:00")) == at("2027-04-04T02:00")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param("2026-12-23T12:00:00", True, id="the day before"),
        pytest.param("2026-12-24T09:00:00", False, id="first day"),
        pytest.param("2026-12-28T12:00:00", False, id="between"),
        pytest.param("2026-12-31T15:59:59", False, id="last day"),
        pytest.param("2027-01-04T09:00:00", True, id="the first window after"),
    ],
)
def test_a_freeze_includes_both_its_days(moment: str, expected: bool) -> None:
    schedule = windows(freeze=frozen("2026-12-24", "2026-12-31"))
    assert is_open(schedule, at(moment)) is expected


def test_a_night_window_is_cut_by_a_freeze_at_midnight() -> None:
    schedule = windows("22:00-04:00", freeze=frozen("2026-11-24", "2026-11-24"))
    assert is_open(schedule, at("2026-11-23T23:59:59"))
    assert not is_open(schedule, at("2026-11-24T00:00:00"))
    assert not is_open(schedule, at("2026-11-24T23:59:59"))
    assert is_open(schedule, at("2026-11-25T00:00:00"))


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        pytest.param("09:00-16:00", "2026-11-23T09:00", "2026-11-23T09:00", id="open now"),
        pytest.param("09:00-16:00", "2026-11-23T08:59", "2026-11-23T09:00", id="later today"),
        pytest.param("09:00-16:00", "2026-11-23T16:00", "2026-11-24T09:00", id="tomorrow"),
        pytest.param("09:00-16:00", "2026-11-26T16:00", "2026-11-30T09:00", id="after the weekend"),
        pytest.param("22:00-04:00", "2026-11-24T03:30", "2026-11-24T03:30", id="in the night"),
        pytest.param("22:00-04:00", "2026-11-24T04:00", "2026-11-24T22:00", id="next night"),
        pytest.param("00:00-24:00", "2026-11-27T00:00", "2026-11-30T00:00", id="next whole day"),
        pytest.param("20:00-24:00", "2026-11-24T00:00", "2026-11-24T20:00", id="at midnight"),
    ],
)
def test_the_next_window_is_found(hours: str, moment: str, expected: str) -> None:
    assert next_open(windows(hours), at(moment)) == at(expected)


def test_a_night_window_opens_at_midnight_after_a_freeze() -> None:
    schedule = windows("22:00-04:00", freeze=frozen("2026-11-24", "2026-11-24"))
    assert next_open(schedule, at("2026-11-24T00:00")) == at("2026-11-25T00:00")


def test_a_window_from_midnight_waits_for_its_own_day() -> None:
    schedule = windows("20:00-24:00", freeze=frozen("2026-11-23", "2026-11-23"))
    assert next_open(schedule, at("2026-11-23T21:00")) == at("2026-11-24T20:00")


def test_no_window_within_the_horizon_is_none() -> None:
    asked = at("2026-11-23T17:00")
    last_day = (asked.date() + timedelta(days=HORIZON_DAYS)).isoformat()
    assert next_open(windows(freeze=frozen("2026-11-01", last_day)), asked) is None


@pytest.mark.parametrize(
    ("last_frozen", "expected"),
    [
        pytest.param("2027-12-27", at("2027-12-28T09:00"), id="the horizon's last day"),
        pytest.param("2027-12-28", None, id="one day beyond"),
    ],
)
def test_the_horizon_is_exact(last_frozen: str, expected: datetime | None) -> None:
    asked = at("2026-11-24T17:00")
    assert (at("2027-12-28T09:00").date() - asked.date()).days == HORIZON_DAYS - 1
    schedule = windows(weekdays=ALL_WEEK, freeze=frozen("2026-11-01", last_frozen))
    assert next_open(schedule, asked) == expected


@given(
    st.integers(0, 2 * 365 * 24 * 3600).map(lambda seconds: START + seconds * SECOND),
    st.sampled_from(["09:00-16:00", "22:00-04:00", "00:00-24:00", "02:30-02:45", "23:30-00:15"]),
    st.lists(st.sampled_from(ALL_WEEK), min_size=1),
)
def test_a_window_only_moves_a_deletion_later(
    moment: datetime, hours: str, weekdays: list[str]
) -> None:
    schedule = windows(hours, weekdays=weekdays, freeze=frozen("2026-12-24", "2027-01-06"))
    opening = next_open(schedule, moment)
    assert opening is not None
    assert opening >= moment
    assert is_open(schedule, opening)
    assert opening == moment or not is_open(schedule, opening - SECOND)


def test_a_window_is_found_in_its_zone_whatever_day_it_is_in_utc() -> None:
    """Eleven at night in New York is tomorrow in UTC."""
    schedule = windows("23:30-23:45", timezone="America/New_York", weekdays=["mon"])
    late_on_monday = datetime(2026, 11, 24, 4, tzinfo=UTC)
    assert next_open(schedule, late_on_monday) == late_on_monday + timedelta(minutes=30)


def test_a_night_in_new_york_opens_at_midnight_after_a_freeze() -> None:
    schedule = windows(
        "20:00-04:00", timezone="America/New_York", freeze=frozen("2026-11-23", "2026-11-23")
    )
    frozen_evening = datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert next_open(schedule, frozen_evening) == datetime(2026, 11, 24, 5, tzinfo=UTC)


def test_an_opening_is_given_in_utc() -> None:
    opening = next_open(windows(), at("2026-11-23T08:00"))
    assert opening is not None
    assert opening.tzinfo is UTC
