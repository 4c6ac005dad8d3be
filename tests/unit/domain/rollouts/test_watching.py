"""When a hook is given up, and what is done then."""

from datetime import datetime, timedelta

import pytest

from steward.domain.rollouts.deployments import EventState, LifecycleEvent, TargetState
from steward.domain.rollouts.results import Phase
from steward.domain.rollouts.watching import HookLimits, WatchAction, WatchDecision, watch_hook
from tests.unit.domain.rollouts.deploying import (
    HOOKS,
    STARTED,
    attempt,
    deployment,
    waiting_for,
)

SECOND = timedelta(seconds=1)
GRACE = timedelta(seconds=180)
LIMITS = HookLimits(GRACE)
PRE, POST = LifecycleEvent.BEFORE_ALLOW_TRAFFIC, LifecycleEvent.AFTER_ALLOW_TRAFFIC
NEVER_BEGUN = timedelta(seconds=300 + 60 + 180)


def watched(
    state: TargetState | None, now: datetime, *attempts: Phase, creator: str = "CloudFormation"
) -> WatchDecision:
    """Every attempt's deadline is STARTED."""
    return watch_hook(
        deployment(creator=creator),
        HOOKS,
        state,
        [attempt(phase) for phase in attempts],
        now,
        LIMITS,
    )


@pytest.mark.parametrize(
    ("event", "phase"), [pytest.param(PRE, Phase.PRE), pytest.param(POST, Phase.POST)]
)
@pytest.mark.parametrize(
    ("now", "action"),
    [
        pytest.param(STARTED + GRACE, WatchAction.REPORT_FAILED, id="exactly"),
        pytest.param(STARTED + GRACE - SECOND, WatchAction.WAIT, id="a-second-before"),
    ],
)
def test_a_hook_past_its_deadline_and_grace_is_answered_for(
    event: str, phase: Phase, now: datetime, action: WatchAction
) -> None:
    decision = watched(waiting_for(event), now, Phase.PRE, Phase.POST)
    assert (decision.action, decision.phase) == (action, phase)
    if action is WatchAction.REPORT_FAILED:
        assert decision.execution_id == f"execution-{phase}"
        assert STARTED.isoformat() in decision.reason


@pytest.mark.parametrize(
    ("now", "action"),
    [
        pytest.param(STARTED + NEVER_BEGUN, WatchAction.STOP, id="exactly"),
        pytest.param(STARTED + NEVER_BEGUN - SECOND, WatchAction.WAIT, id="a-second-before"),
    ],
)
def test_a_hook_that_never_began_has_the_deployment_stopped(
    now: datetime, action: WatchAction
) -> None:
    assert watched(waiting_for(PRE), now).action is action


def test_an_attempt_of_the_other_phase_is_none_of_this_one() -> None:
    decision = watched(waiting_for(POST), STARTED + NEVER_BEGUN, Phase.PRE)
    assert (decision.action, decision.phase) == (WatchAction.STOP, Phase.POST)


def test_events_that_lambda_keeps_longer_are_waited_for_longer() -> None:
    limits = HookLimits(GRACE, timedelta(seconds=900))
    decision = watch_hook(deployment(), HOOKS, waiting_for(PRE), (), STARTED + NEVER_BEGUN, limits)
    assert decision.action is WatchAction.WAIT


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(None, id="not-started"),
        pytest.param(waiting_for("AllowTraffic"), id="shifting"),
        pytest.param(
            TargetState("Succeeded", None, (EventState(PRE, "Succeeded", STARTED, STARTED),)),
            id="answered",
        ),
    ],
)
def test_nobody_is_answered_for_while_no_hook_is_waited_for(state: TargetState | None) -> None:
    decision = watched(state, STARTED + timedelta(days=1), Phase.PRE, Phase.POST)
    assert (decision.action, decision.phase) == (WatchAction.WAIT, None)


def test_another_s_hook_is_left_alone() -> None:
    decision = watch_hook(
        deployment(),
        {PRE: "CodeDeployHook_smoke"},
        waiting_for(PRE),
        (),
        STARTED + timedelta(days=1),
        LIMITS,
    )
    assert decision.action is WatchAction.WAIT
    assert "not Steward's" in decision.reason


def test_without_a_start_nothing_is_overdue() -> None:
    decision = watched(waiting_for(PRE, since=None), STARTED + timedelta(days=1))
    assert decision.action is WatchAction.WAIT


@pytest.mark.parametrize("creator", ["codeDeployRollback", "CloudFormationRollback"])
def test_a_rollback_whose_hook_died_goes_on(creator: str) -> None:
    decision = watched(waiting_for(PRE), STARTED + GRACE, Phase.PRE, creator=creator)
    assert decision.action is WatchAction.REPORT_SUCCEEDED
    assert decision.execution_id == "execution-pre"


def test_a_rollback_whose_hook_never_began_is_not_stopped() -> None:
    late = STARTED + timedelta(days=1)
    decision = watched(waiting_for(PRE), late, creator="codeDeployRollback")
    assert decision.action is WatchAction.WAIT


def test_what_was_told_to_stop_is_left_to_codedeploy() -> None:
    decision = watch_hook(
        deployment(),
        HOOKS,
        waiting_for(PRE),
        (attempt(),),
        STARTED + timedelta(days=1),
        LIMITS,
        is_stopped=True,
    )
    assert decision.action is WatchAction.WAIT
