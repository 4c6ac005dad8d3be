"""What ended a deployment: CodeDeploy's own reason first, then the verdicts."""

from datetime import timedelta
from typing import Any

import pytest

from steward.domain.rollouts.catching import caught_by, failed_verdicts
from steward.domain.rollouts.records import CaughtBy
from steward.domain.rollouts.results import Cause, Phase, Status
from tests.factories import NOW
from tests.rollout_values import make_rollout, make_verdict

HOOK = "HOOK_EXECUTION_FAILURE"
PRE = make_verdict()
POST = make_verdict(phase=Phase.POST, decided_at=NOW + timedelta(minutes=9))
GUARD = make_verdict(phase=Phase.SHIFT, cause=Cause.GUARD)
WATCHDOG = make_verdict(cause=Cause.WATCHDOG)
LATE = make_verdict(decided_at=NOW + timedelta(minutes=10, seconds=1))
PASSED = make_verdict(status=Status.SUCCEEDED)


@pytest.mark.parametrize(
    ("status", "code", "verdicts", "catcher"),
    [
        pytest.param("Succeeded", "", (PASSED,), CaughtBy.NOBODY, id="succeeded"),
        pytest.param("InProgress", "", (), CaughtBy.NOBODY, id="running"),
        pytest.param("InProgress", "", (PRE,), CaughtBy.NOBODY, id="failed-and-not-over-yet"),
        pytest.param("Failed", HOOK, (PRE,), CaughtBy.PRE, id="before-traffic"),
        pytest.param("Failed", HOOK, (PASSED, POST), CaughtBy.POST, id="after-traffic"),
        pytest.param("Failed", HOOK, (POST, PRE), CaughtBy.PRE, id="the-first-of-two"),
        pytest.param("Failed", "", (PRE,), CaughtBy.PRE, id="without-a-code"),
        pytest.param("Stopped", "MANUAL_STOP", (GUARD,), CaughtBy.GUARD, id="guard"),
        pytest.param("Stopped", "MANUAL_STOP", (WATCHDOG,), CaughtBy.WATCHDOG, id="watchdog"),
        pytest.param("Failed", HOOK, (WATCHDOG,), CaughtBy.WATCHDOG, id="watchdog-answered"),
        pytest.param("Stopped", "MANUAL_STOP", (), CaughtBy.MANUAL, id="by-hand"),
        pytest.param("Stopped", "MANUAL_STOP", (PASSED,), CaughtBy.MANUAL, id="by-hand-later"),
        pytest.param("Stopped", "MANUAL_STOP", (LATE,), CaughtBy.MANUAL, id="by-hand-meanwhile"),
        pytest.param("Stopped", "MANUAL_STOP", (PRE,), CaughtBy.PRE, id="for-a-mute-hook"),
        pytest.param(
            "Stopped", "MANUAL_STOP", (PRE, WATCHDOG), CaughtBy.PRE, id="for-the-first-verdict"
        ),
        pytest.param("Stopped", "ALARM_ACTIVE", (), CaughtBy.ALARM, id="alarm"),
        pytest.param("Stopped", "ALARM_ACTIVE", (PRE,), CaughtBy.ALARM, id="alarm-before-the-hook"),
        pytest.param("Failed", "THROTTLING", (), CaughtBy.OTHER, id="codedeploy-itself"),
        pytest.param("Failed", "", (PASSED,), CaughtBy.OTHER, id="nobody-says"),
    ],
)
def test_what_caught_it(
    status: str, code: str, verdicts: tuple[Any, ...], catcher: CaughtBy
) -> None:
    rollout = make_rollout(status=status, error_code=code, verdicts=verdicts)
    assert caught_by(rollout) is catcher


@pytest.mark.parametrize("phase", Phase)
def test_each_phase_has_somebody_who_catches_in_it(phase: Phase) -> None:
    verdict = make_verdict(phase=phase)
    assert caught_by(make_rollout(status="Failed", verdicts=(verdict,))) in CaughtBy


def test_failed_verdicts_come_in_the_order_they_were_decided() -> None:
    rollout = make_rollout(status="Failed", verdicts=(POST, PASSED, PRE))
    assert failed_verdicts(rollout) == (PRE, POST)
