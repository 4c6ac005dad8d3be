"""Whose clock counts: boundaries exactly on and one microsecond or second off."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from steward.clock import (
    ClockSkew,
    destructive_time,
    refuse_future,
    requested_time,
    scheduled_time,
    sweep_time,
)

WALL = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MOST = timedelta(minutes=15)
SECOND = timedelta(seconds=1)
NEW_YORK = timezone(timedelta(hours=-5))

NEAR = [
    pytest.param(timedelta(0), id="the-same-moment"),
    pytest.param(MOST, id="exactly-the-skew-ahead"),
    pytest.param(-MOST, id="exactly-the-skew-ago"),
    pytest.param(MOST - SECOND, id="a-second-less"),
]
FAR_AHEAD = [
    pytest.param(MOST + SECOND, id="a-second-too-far-ahead"),
    pytest.param(MOST + timedelta(microseconds=1), id="a-microsecond-too-far-ahead"),
    pytest.param(timedelta(days=365), id="a-year-ahead"),
]
FAR_BACK = [
    pytest.param(-MOST - SECOND, id="a-second-too-old"),
    pytest.param(-timedelta(days=365), id="a-year-old"),
]


@pytest.mark.parametrize("moved", NEAR)
def test_a_sweep_runs_by_the_time_it_claims(moved: timedelta) -> None:
    assert sweep_time(WALL + moved, WALL, MOST) == WALL + moved


@pytest.mark.parametrize("moved", [*FAR_AHEAD, *FAR_BACK])
def test_a_sweep_far_from_the_wall_is_refused(moved: timedelta) -> None:
    with pytest.raises(ClockSkew) as caught:
        sweep_time(WALL + moved, WALL, MOST)
    said = str(caught.value)
    assert (WALL + moved).isoformat() in said
    assert "0:15:00" in said
    assert "MaxClockSkewMinutes" in said


def test_a_sweep_that_claims_nothing_runs_by_the_wall() -> None:
    assert sweep_time(None, WALL, MOST) == WALL


def test_zones_do_not_matter() -> None:
    claimed = (WALL + MOST).astimezone(NEW_YORK)
    assert sweep_time(claimed, WALL, MOST) == WALL + MOST


@pytest.mark.parametrize("moved", [*NEAR, *FAR_BACK])
def test_a_message_may_be_old_but_not_from_the_future(moved: timedelta) -> None:
    refuse_future(WALL + moved, WALL, MOST)


@pytest.mark.parametrize("moved", FAR_AHEAD)
def test_a_message_from_the_future_is_refused(moved: timedelta) -> None:
    with pytest.raises(ClockSkew):
        refuse_future(WALL + moved, WALL, MOST)


@pytest.mark.parametrize("moved", NEAR)
def test_a_delete_runs_by_the_later_clock(moved: timedelta) -> None:
    assert destructive_time(WALL + moved, WALL, MOST) == WALL + max(moved, timedelta(0))


@pytest.mark.parametrize("moved", [*FAR_AHEAD, *FAR_BACK])
def test_a_delete_far_from_the_wall_is_refused(moved: timedelta) -> None:
    with pytest.raises(ClockSkew):
        destructive_time(WALL + moved, WALL, MOST)


def test_without_any_skew_only_the_wall_itself_will_do() -> None:
    assert destructive_time(WALL, WALL, timedelta(0)) == WALL
    with pytest.raises(ClockSkew):
        destructive_time(WALL - SECOND, WALL, timedelta(0))


@pytest.mark.parametrize("moved", NEAR)
def test_a_schedule_sets_the_clock_when_it_is_near(moved: timedelta) -> None:
    assert scheduled_time({"time": (WALL + moved).isoformat()}, WALL, MOST) == WALL + moved


@pytest.mark.parametrize("moved", [*FAR_AHEAD, *FAR_BACK])
def test_a_late_schedule_is_a_sweep_of_now(moved: timedelta) -> None:
    assert scheduled_time({"time": (WALL + moved).isoformat()}, WALL, MOST) == WALL


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({}, id="no-time"),
        pytest.param({"time": None}, id="none"),
        pytest.param({"time": 1795420800}, id="a-number"),
        pytest.param({"time": "soon"}, id="no-date"),
        pytest.param({"time": "2026-11-23T08:05:00"}, id="naive"),
        pytest.param({"time": "2026-11-23"}, id="a-day"),
        pytest.param({"time": "0001-01-01T00:00:00+14:00"}, id="before-the-calendar"),
        pytest.param({"time": "9999-12-31T23:59:59-14:00"}, id="after-the-calendar"),
        pytest.param({"time": ["2026-11-23T08:05:00Z"]}, id="a-list"),
    ],
)
def test_a_schedule_of_another_shape_is_a_sweep_of_now(event: dict[str, Any]) -> None:
    assert scheduled_time(event, WALL, MOST) == WALL


def test_a_schedule_is_read_as_eventbridge_writes_it() -> None:
    assert scheduled_time({"time": "2026-11-23T08:05:00Z"}, WALL, MOST) == WALL + timedelta(
        minutes=5
    )


def _request(moment: datetime) -> dict[str, Any]:
    return {"requestContext": {"timeEpoch": moment.timestamp() * 1000}}


@pytest.mark.parametrize("moved", NEAR)
def test_a_request_sets_the_clock_when_it_is_near(moved: timedelta) -> None:
    assert requested_time(_request(WALL + moved), WALL, MOST) == WALL + moved


@pytest.mark.parametrize("moved", [*FAR_AHEAD, *FAR_BACK])
def test_a_request_from_another_day_is_one_of_now(moved: timedelta) -> None:
    assert requested_time(_request(WALL + moved), WALL, MOST) == WALL


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({}, id="no-context"),
        pytest.param({"requestContext": None}, id="none"),
        pytest.param({"requestContext": {}}, id="no-time"),
        pytest.param({"requestContext": {"timeEpoch": "1795421105000"}}, id="a-text"),
        pytest.param({"requestContext": {"timeEpoch": 10**18}}, id="after-the-calendar"),
        pytest.param({"requestContext": {"timeEpoch": float("nan")}}, id="no-number"),
    ],
)
def test_a_request_of_another_shape_is_one_of_now(event: dict[str, Any]) -> None:
    assert requested_time(event, WALL, MOST) == WALL
