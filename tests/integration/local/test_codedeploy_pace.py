"""The clock of a deployment, and what may be asked of the pace."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError

import pytest

from local.emulator import Emulator
from local.emulator_server.modelled.codedeploy.pace import DeploymentClock, Pace
from local.loopback_http import call_json

FIVE_MINUTES = timedelta(minutes=5)
QUICK = Pace(second=0.01)


def shown_after(clock: DeploymentClock, instant: float) -> timedelta:
    """How far the shown time lies behind the real one."""
    return datetime.fromtimestamp(instant, UTC) - clock.at(instant)


def test_before_its_shift_a_deployment_is_behind_by_what_the_pace_will_skip() -> None:
    clock, now = DeploymentClock(FIVE_MINUTES, QUICK), time.time()
    assert shown_after(clock, now) == FIVE_MINUTES * 0.99
    assert shown_after(clock, now + 60) == FIVE_MINUTES * 0.99


def test_in_the_shift_its_clock_runs_faster_until_it_shows_the_present() -> None:
    clock = DeploymentClock(FIVE_MINUTES, QUICK)
    clock.begin_shift()
    now = time.time()
    tolerance = timedelta(seconds=5)
    assert shown_after(clock, now) == pytest.approx(timedelta(minutes=4.95), abs=tolerance)
    assert shown_after(clock, now + 1.5) == pytest.approx(timedelta(minutes=2.475), abs=tolerance)
    assert shown_after(clock, now + 3) == pytest.approx(timedelta(), abs=tolerance)
    assert shown_after(clock, now + 9) == timedelta()


def test_a_shift_that_ends_early_stays_behind_by_the_rest() -> None:
    clock = DeploymentClock(FIVE_MINUTES, QUICK)
    clock.begin_shift()
    clock.end_shift()
    assert shown_after(clock, time.time()) > timedelta(minutes=4)


@pytest.mark.parametrize("pace", [Pace(), Pace(second=0.01, stretched=False)])
def test_without_a_skip_it_shows_the_present(pace: Pace) -> None:
    clock = DeploymentClock(FIVE_MINUTES, pace)
    assert shown_after(clock, time.time()) == timedelta()


def test_a_change_of_pace_does_not_move_what_was_shown() -> None:
    pace = Pace(second=0.01)
    clock, now = DeploymentClock(FIVE_MINUTES, pace), time.time()
    before = clock.at(now)
    pace.turn(second=1.0)
    assert clock.at(now) == before


@pytest.mark.parametrize(
    "settings", [{"second": 0}, {"second": 2}, {"second": "quick"}, {"speed": 3}], ids=str
)
def test_a_pace_that_cannot_be_is_refused(emulator: Emulator, settings: dict[str, Any]) -> None:
    with pytest.raises(HTTPError, match="400"):
        call_json(f"{emulator.endpoint}/_local/codedeploy-pace", "PUT", settings)
