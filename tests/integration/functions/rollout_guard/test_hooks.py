"""Nobody waits an hour for a hook that died."""

from dataclasses import replace
from datetime import timedelta

import pytest

from steward.domain.rollouts.results import Cause, Phase, Status, Verdict
from tests.integration.functions.rollout_guard.deployments import (
    POST,
    PRE,
    SHIFT,
    STARTED,
    Deployed,
    minutes,
)
from tests.integration.functions.rollout_guard.unit import DEPLOYMENT, GuardUnit

SECOND = timedelta(seconds=1)
# The deadline of a hook that began at once, the grace, and one look.
BOUND = timedelta(seconds=120 + 180 + 60)
NEVER_BEGUN = timedelta(seconds=300 + 60 + 180 + 60)


def passed(phase: Phase = Phase.PRE) -> Verdict:
    return Verdict(
        DEPLOYMENT,
        phase,
        Status.SUCCEEDED,
        Cause.CHECKS,
        "3 checks passed",
        STARTED + minutes(1),
        owner=("team@example.com",),
    )


@pytest.fixture
def waiting(unit: GuardUnit) -> Deployed:
    """A deployment whose pre-traffic hook is called at STARTED."""
    return unit.codedeploy.create(DEPLOYMENT)


@pytest.mark.parametrize(
    ("event", "phase"), [pytest.param(PRE, Phase.PRE), pytest.param(POST, Phase.POST)]
)
def test_a_hook_that_began_and_died_is_answered_for_in_time(
    unit: GuardUnit, waiting: Deployed, event: str, phase: Phase
) -> None:
    waiting.running = event
    unit.attempted(phase)
    unit.start()
    unit.run_until(STARTED + BOUND)
    assert unit.codedeploy.said == [(f"execution-{phase}", "Failed")]
    verdict = unit.verdict(phase)
    assert verdict is not None
    assert (verdict.status, verdict.cause) == (Status.FAILED, Cause.WATCHDOG)
    assert f"the {phase} hook began at" in verdict.reason
    assert unit.news == [
        {"deploymentId": DEPLOYMENT, "what": "watchdog", "phase": phase.value, "status": "Failed"}
    ]


def test_a_hook_with_time_left_is_left_alone(unit: GuardUnit, waiting: Deployed) -> None:
    unit.attempted(seconds=600)
    unit.start()
    unit.run_until(STARTED + timedelta(seconds=600 + 180) - SECOND)
    assert (waiting.status, unit.codedeploy.said, unit.codedeploy.stopped) == ("InProgress", [], [])


def test_a_hook_that_never_began_has_the_deployment_stopped_in_time(
    unit: GuardUnit, waiting: Deployed
) -> None:
    unit.start()
    unit.run_until(STARTED + NEVER_BEGUN)
    assert (unit.codedeploy.stopped, unit.codedeploy.said) == ([DEPLOYMENT], [])
    verdict = unit.verdict(Phase.PRE)
    assert verdict is not None
    assert verdict.cause is Cause.WATCHDOG
    assert "no pre hook has begun" in verdict.reason
    assert unit.guard().stopped_at is not None
    assert waiting.status == "InProgress"
    unit.run_until(STARTED + 2 * NEVER_BEGUN)
    assert unit.codedeploy.stopped == [DEPLOYMENT], "once"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("AccessDeniedException", "no permission", id="permission-lost"),
        pytest.param("InvalidLifecycleEventHookExecutionIdException", "bad id", id="unknown-id"),
        pytest.param("UnsupportedActionForDeploymentTypeException", "no hook", id="unsupported"),
    ],
)
def test_an_answer_that_codedeploy_never_accepts_becomes_a_stop(
    unit: GuardUnit, waiting: Deployed, code: str, message: str
) -> None:
    unit.attempted()
    unit.exchange.refuse("PutLifecycleEventHookExecutionStatus", code, message, times=100)
    unit.start()
    unit.run_until(STARTED + BOUND)
    assert (waiting.status, unit.codedeploy.said) == ("InProgress", [])
    assert unit.codedeploy.stopped == [DEPLOYMENT]


def test_a_busy_codedeploy_is_told_again_and_nothing_is_stopped(
    unit: GuardUnit, waiting: Deployed
) -> None:
    unit.attempted()
    unit.exchange.refuse("PutLifecycleEventHookExecutionStatus", "ThrottlingException")
    unit.start()
    unit.run_until(STARTED + BOUND)
    assert (waiting.status, unit.codedeploy.stopped) == ("InProgress", [])
    assert unit.codedeploy.said == [("execution-pre", "Failed")]


def test_a_hook_that_decided_but_never_said_so_has_failed(
    unit: GuardUnit, waiting: Deployed
) -> None:
    unit.attempted()
    unit.records.latch(passed(), "execution-pre")
    unit.start()
    unit.run_until(STARTED + BOUND)
    verdict = unit.verdict(Phase.PRE)
    assert verdict is not None
    assert (verdict.status, verdict.cause) == (Status.FAILED, Cause.WATCHDOG)
    assert verdict.reason.endswith("before that it had decided: 3 checks passed")
    assert verdict.owner == ("team@example.com",)
    assert waiting.status == "InProgress"


def test_a_failure_that_was_never_said_keeps_its_reason(unit: GuardUnit, waiting: Deployed) -> None:
    unit.attempted()
    failed = replace(passed(), status=Status.FAILED, reason="smoke: statusCode is 500")
    unit.records.latch(failed, "execution-pre")
    unit.start()
    unit.run_until(STARTED + BOUND)
    verdict = unit.verdict(Phase.PRE)
    assert verdict is not None
    assert (verdict.cause, verdict.reason) == (Cause.CHECKS, "smoke: statusCode is 500")
    assert (waiting.status, unit.codedeploy.said) == ("InProgress", [("execution-pre", "Failed")])


def test_a_hook_that_was_only_late_keeps_its_verdict(unit: GuardUnit, waiting: Deployed) -> None:
    unit.attempted()
    unit.records.latch(passed(), "execution-pre")
    unit.codedeploy.over.add("execution-pre")
    unit.start()
    unit.run_until(STARTED + BOUND)
    verdict = unit.verdict(Phase.PRE)
    assert verdict is not None
    assert (waiting.status, verdict.status) == ("InProgress", Status.SUCCEEDED)
    assert (unit.codedeploy.said, unit.codedeploy.stopped, unit.news) == ([], [], [])


@pytest.mark.parametrize("creator", ["codeDeployRollback", "CloudFormationRollback"])
def test_a_rollback_goes_on_without_its_dead_hook(
    unit: GuardUnit, waiting: Deployed, creator: str
) -> None:
    waiting.creator = creator
    unit.attempted()
    unit.start()
    unit.run_until(STARTED + BOUND)
    assert unit.codedeploy.said == [("execution-pre", "Succeeded")]
    assert (unit.codedeploy.stopped, unit.verdict(Phase.PRE)) == ([], None)


def test_a_rollback_is_never_stopped_whatever_codedeploy_accepts(
    unit: GuardUnit, waiting: Deployed
) -> None:
    waiting.creator = "codeDeployRollback"
    unit.attempted()
    unit.exchange.refuse("PutLifecycleEventHookExecutionStatus", "AccessDeniedException", times=100)
    unit.start()
    unit.run_until(STARTED + 2 * BOUND)
    assert unit.codedeploy.stopped == []


def test_a_rollback_whose_hook_never_began_is_not_stopped(
    unit: GuardUnit, waiting: Deployed
) -> None:
    waiting.rolls_back = "d-BEFORE"
    unit.start()
    unit.run_until(STARTED + 2 * NEVER_BEGUN)
    assert unit.codedeploy.stopped == []
    assert "a rollback is never stopped" in unit.guard().note


def test_a_revision_that_cannot_be_read_is_watched_by_the_hook_s_own_record(
    unit: GuardUnit, waiting: Deployed
) -> None:
    waiting.revision_type = "S3"
    unit.attempted()
    unit.start()
    unit.run_until(STARTED + BOUND)
    assert unit.codedeploy.said == [("execution-pre", "Failed")]


def test_a_hook_on_record_is_watched_although_its_appspec_is_hidden(
    unit: GuardUnit, waiting: Deployed
) -> None:
    unit.attempted()
    unit.start()
    unit.exchange.refuse("GetApplicationRevision", "AccessDeniedException", times=100)
    unit.run_until(STARTED + BOUND)
    assert (waiting.status, unit.codedeploy.said) == ("InProgress", [("execution-pre", "Failed")])


def test_another_s_hook_is_not_watched(unit: GuardUnit, waiting: Deployed) -> None:
    waiting.hooks = ("CodeDeployHook_smoke", "CodeDeployHook_steward-post")
    unit.start()
    unit.run_until(STARTED + 2 * NEVER_BEGUN)
    assert (unit.codedeploy.stopped, unit.guard().looks) == ([], 21)


def test_a_verdict_is_on_record_before_codedeploy_is_told(
    unit: GuardUnit, waiting: Deployed
) -> None:
    unit.attempted()
    seen: list[Verdict | None] = []
    unit.exchange.before(
        "PutLifecycleEventHookExecutionStatus", lambda: seen.append(unit.verdict(Phase.PRE))
    )
    unit.start()
    unit.run_until(STARTED + BOUND)
    assert [each is not None for each in seen] == [True]
    assert waiting.status == "InProgress"


def test_a_shift_that_follows_is_guarded_by_the_same_loop(
    unit: GuardUnit, waiting: Deployed
) -> None:
    unit.attempted()
    unit.declare({"version": 1, "shift": {"mode": "enforce"}})
    unit.start()
    unit.run_until(STARTED + minutes(2))
    waiting.running, waiting.weight = SHIFT, 10.0
    waiting.running_since = STARTED + minutes(2)
    unit.traffic(failing=0.6)
    unit.run_until(STARTED + minutes(8))
    assert (unit.codedeploy.stopped, unit.codedeploy.said) == ([DEPLOYMENT], [])
