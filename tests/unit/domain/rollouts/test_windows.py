"""Which minutes count."""

from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.rollouts.windows import (
    Minutes,
    common_minutes,
    last_minutes,
    minutes_after,
    minutes_before,
    next_minute,
    shift_minutes,
    total,
    weighted_mean,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        pytest.param(NOON, NOON, id="on-the-minute"),
        pytest.param(NOON + SECOND, NOON + MINUTE, id="a-second-later"),
        pytest.param(NOON - SECOND, NOON, id="a-second-before"),
        pytest.param(NOON + timedelta(microseconds=1), NOON + MINUTE, id="a-microsecond-later"),
    ],
)
def test_the_next_minute_is_the_first_whole_one(instant: datetime, expected: datetime) -> None:
    assert next_minute(instant) == expected


def test_a_shift_counts_from_a_minute_after_its_start_to_its_last_whole_minute() -> None:
    minutes = shift_minutes(NOON + 20 * SECOND, NOON + 5 * MINUTE + 59 * SECOND)
    assert minutes == Minutes(NOON + 2 * MINUTE, NOON + 5 * MINUTE)


@pytest.mark.parametrize(
    ("length", "is_empty"),
    [
        pytest.param(2 * MINUTE, False, id="exactly-long-enough"),
        pytest.param(2 * MINUTE - SECOND, True, id="a-second-too-short"),
        pytest.param(timedelta(), True, id="all-at-once"),
    ],
)
def test_a_shift_needs_a_whole_minute_after_its_warm_up(length: timedelta, is_empty: bool) -> None:
    assert shift_minutes(NOON, NOON + length).is_empty is is_empty


def test_a_shift_that_ended_before_its_warm_up_has_no_length() -> None:
    assert shift_minutes(NOON, NOON).length == timedelta()


def test_the_past_is_as_long_and_ends_before_the_shift() -> None:
    after = minutes_after(NOON + SECOND, NOON + 5 * MINUTE + SECOND)
    assert after == Minutes(NOON + MINUTE, NOON + 5 * MINUTE)
    before = minutes_before(NOON + SECOND, after.length)
    assert before == Minutes(NOON - 4 * MINUTE, NOON)


def test_the_last_minutes_leave_out_the_one_that_is_not_over() -> None:
    assert last_minutes(NOON + 59 * SECOND, 5) == Minutes(NOON - 5 * MINUTE, NOON)


def test_only_minutes_in_which_both_had_something_are_common() -> None:
    one = {NOON: 1.0, NOON + MINUTE: 0.0, NOON + 2 * MINUTE: 3.0}
    other = {NOON: 2.0, NOON + MINUTE: 2.0, NOON + 3 * MINUTE: 1.0}
    assert common_minutes(one, other) == (NOON,)


def test_a_minute_without_a_datum_adds_nothing() -> None:
    assert total({NOON: 2.0}, (NOON, NOON + MINUTE)) == 2


def test_a_mean_weighs_by_samples() -> None:
    weights = {NOON: 1.0, NOON + MINUTE: 3.0}
    assert weighted_mean({NOON: 100.0, NOON + MINUTE: 200.0}, weights) == 175.0


def test_there_is_no_mean_of_nothing() -> None:
    assert weighted_mean({}, {NOON: 1.0}) is None
    assert weighted_mean({NOON: 1.0}, {NOON: 0.0}) is None
