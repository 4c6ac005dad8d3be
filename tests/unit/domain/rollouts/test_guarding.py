"""What follows from one look."""

from datetime import datetime, timedelta

import pytest

from steward.domain.rollouts.deployments import LifecycleEvent, Target
from steward.domain.rollouts.guarding import (
    GIVE_UP_AFTER,
    LOST_AFTER,
    GuardAction,
    GuardRecord,
    agreed,
    interest_in,
    is_duplicate,
    is_lost,
    is_our_hook,
    judge_look,
    out_of_reach,
    planned_looks,
    reason_to_end,
)
from steward.domain.rollouts.results import CheckMode, CheckResult, Outcome
from tests.unit.domain.rollouts.deploying import HOOKS, STARTED, TARGET, deployment, record, result

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
FAILED, PASSED = result(), result(Outcome.PASS)
OBSERVED = result(mode=CheckMode.OBSERVE)


@pytest.mark.parametrize(
    ("before", "results", "breaches", "action", "counts"),
    [
        pytest.param(record(), (FAILED,), 2, GuardAction.LOOK_AGAIN, (1, 0), id="first-failure"),
        pytest.param(record(enforced=1), (FAILED,), 2, GuardAction.STOP, (2, 0), id="second"),
        pytest.param(record(), (FAILED,), 1, GuardAction.STOP, (1, 0), id="one-is-enough"),
        pytest.param(record(enforced=1), (FAILED,), 3, GuardAction.LOOK_AGAIN, (2, 0), id="of-3"),
        pytest.param(
            record(enforced=1), (PASSED,), 2, GuardAction.LOOK_AGAIN, (0, 0), id="pass-begins-anew"
        ),
        pytest.param(
            record(enforced=1),
            (result(Outcome.INCONCLUSIVE),),
            2,
            GuardAction.LOOK_AGAIN,
            (0, 0),
            id="inconclusive-begins-anew",
        ),
        pytest.param(
            record(enforced=1),
            (result(Outcome.ERROR),),
            2,
            GuardAction.LOOK_AGAIN,
            (0, 0),
            id="error-begins-anew",
        ),
        pytest.param(record(enforced=1), (), 2, GuardAction.LOOK_AGAIN, (0, 0), id="no-result"),
        pytest.param(
            record(enforced=1),
            (PASSED, result(name="latency")),
            2,
            GuardAction.STOP,
            (2, 0),
            id="another-check-counts-as-well",
        ),
        pytest.param(
            record(observed=1), (OBSERVED,), 2, GuardAction.WARN, (0, 2), id="observed-warns"
        ),
        pytest.param(
            record(observed=2, warned_at=STARTED),
            (OBSERVED,),
            2,
            GuardAction.LOOK_AGAIN,
            (0, 3),
            id="warns-once",
        ),
        pytest.param(
            record(enforced=1, observed=1),
            (FAILED, OBSERVED),
            2,
            GuardAction.STOP,
            (2, 2),
            id="enforced-goes-first",
        ),
        pytest.param(
            record(observed=5, warned_at=STARTED, enforced=1),
            (FAILED,),
            2,
            GuardAction.STOP,
            (2, 0),
            id="a-warning-holds-nothing-back",
        ),
    ],
)
def test_as_many_failing_looks_in_a_row_as_configured_decide(
    before: GuardRecord,
    results: tuple[CheckResult, ...],
    breaches: int,
    action: GuardAction,
    counts: tuple[int, int],
) -> None:
    decision = judge_look(before, results, breaches=breaches)
    assert (decision.action, (decision.enforced, decision.observed)) == (action, counts)


def test_the_reason_names_every_failing_check() -> None:
    decision = judge_look(record(enforced=1), (FAILED, PASSED, result(name="latency")), breaches=2)
    assert (
        decision.reason
        == "2 looks in a row failed: errors: fail of errors; latency: fail of latency"
    )


def test_a_warning_says_what_enforcing_would_have_done() -> None:
    decision = judge_look(record(), (OBSERVED,), breaches=1)
    assert decision.reason.endswith("mode enforce would have stopped it")


def test_what_was_stopped_is_out_of_reach() -> None:
    assert out_of_reach(record(stopped_at=STARTED), deployment()) == "it was told to stop"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"creator": "codeDeployRollback"}, id="by-codedeploy"),
        pytest.param({"creator": "CloudFormationRollback"}, id="by-cloudformation"),
        pytest.param({"rolls_back": "d-BEFORE"}, id="names-what-it-undoes"),
    ],
)
def test_a_rollback_is_out_of_reach(changes: dict[str, str]) -> None:
    assert out_of_reach(record(), deployment(**changes)) == "a rollback is never stopped"


def test_an_ordinary_deployment_is_within_reach() -> None:
    assert not out_of_reach(record(), deployment())


@pytest.mark.parametrize("status", ["Succeeded", "Failed", "Stopped"])
def test_a_finished_deployment_is_looked_at_no_more(status: str) -> None:
    reason = reason_to_end(record(), deployment(status=status), STARTED)
    assert reason == f"the deployment has ended: {status}"


@pytest.mark.parametrize("status", ["Created", "Queued", "InProgress", "Baking", "Ready"])
def test_an_unfinished_deployment_is_looked_at_on(status: str) -> None:
    assert not reason_to_end(record(), deployment(status=status), STARTED)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        pytest.param(STARTED + GIVE_UP_AFTER, True, id="exactly"),
        pytest.param(STARTED + GIVE_UP_AFTER - SECOND, False, id="a-second-before"),
    ],
)
def test_a_guard_gives_up_after_50_hours(now: datetime, ends: bool) -> None:
    assert bool(reason_to_end(record(), deployment(), now)) is ends
    assert timedelta(hours=50) == GIVE_UP_AFTER


@pytest.mark.parametrize(
    ("looks", "is_one"),
    [
        pytest.param(3, True, id="older"),
        pytest.param(4, False, id="next"),
        pytest.param(5, False, id="ahead-because-a-save-was-lost"),
    ],
)
def test_a_message_that_counts_fewer_looks_is_a_duplicate(looks: int, is_one: bool) -> None:
    assert is_duplicate(record(looks=4), looks) is is_one


@pytest.mark.parametrize(
    ("between", "after", "lost"),
    [
        pytest.param(MINUTE, LOST_AFTER, True, id="five-minutes"),
        pytest.param(MINUTE, LOST_AFTER - SECOND, False, id="a-second-before"),
        pytest.param(15 * MINUTE, 30 * MINUTE, True, id="slow-loop"),
        pytest.param(15 * MINUTE, 30 * MINUTE - SECOND, False, id="slow-loop-a-second-before"),
    ],
)
def test_a_loop_without_a_beat_is_lost(between: timedelta, after: timedelta, lost: bool) -> None:
    assert is_lost(record(), STARTED + after, between) is lost


def test_a_guard_that_ended_is_not_lost() -> None:
    assert not is_lost(record(ended_at=STARTED), STARTED + 60 * MINUTE, MINUTE)


@pytest.mark.parametrize(
    ("changes", "hooks", "has_attempts", "is_ours", "reason"),
    [
        pytest.param({}, HOOKS, False, True, "it names CodeDeployHook_steward-post", id="both"),
        pytest.param(
            {},
            {LifecycleEvent.AFTER_ALLOW_TRAFFIC: "CodeDeployHook_steward-post"},
            False,
            True,
            "it names CodeDeployHook_steward-post",
            id="one",
        ),
        pytest.param(
            {},
            {LifecycleEvent.BEFORE_ALLOW_TRAFFIC: "CodeDeployHook_smoke"},
            False,
            False,
            "it names no hook that begins with",
            id="another-s",
        ),
        pytest.param({}, {}, True, True, "a hook of Steward has run", id="unreadable-but-seen"),
        pytest.param({}, {}, False, False, "it names no hook", id="none"),
        pytest.param(
            {"compute_platform": "ECS"}, HOOKS, True, False, "it deploys to ECS", id="not-lambda"
        ),
    ],
)
def test_only_lambda_deployments_with_our_hooks_are_ours(
    changes: dict[str, str],
    hooks: dict[LifecycleEvent, str],
    has_attempts: bool,
    is_ours: bool,
    reason: str,
) -> None:
    interest = interest_in(deployment(**changes), hooks, has_attempts=has_attempts)
    assert interest.is_ours is is_ours
    assert reason in interest.reason


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        pytest.param("CodeDeployHook_steward-pre", True, id="name"),
        pytest.param(
            "arn:aws:lambda:eu-west-1:222222222222:function:CodeDeployHook_steward-pre",
            True,
            id="arn",
        ),
        pytest.param("my-CodeDeployHook_steward-pre", False, id="inside-a-name"),
        pytest.param("", False, id="none"),
    ],
)
def test_our_hooks_are_known_by_name_or_arn(name: str, ours: bool) -> None:
    assert is_our_hook(name) is ours


@pytest.mark.parametrize(
    ("shift", "between", "looks"),
    [
        pytest.param(10 * MINUTE, MINUTE, 10, id="canary"),
        pytest.param(10 * MINUTE + SECOND, MINUTE, 11, id="begun-counts"),
        pytest.param(timedelta(), MINUTE, 1, id="all-at-once"),
        pytest.param(30 * SECOND, MINUTE, 1, id="shorter-than-a-look"),
    ],
)
def test_looks_are_planned_from_the_length_of_the_shift(
    shift: timedelta, between: timedelta, looks: int
) -> None:
    assert planned_looks(shift, between) == looks


@pytest.mark.parametrize(
    ("seen", "target"),
    [
        pytest.param(None, TARGET, id="nothing-seen"),
        pytest.param(TARGET, TARGET, id="the-same"),
        pytest.param(Target("shop", "live", "", "4"), TARGET, id="less-seen"),
        pytest.param(Target("shop", "live", "3", "5"), None, id="another-version"),
        pytest.param(Target("till", "live", "3", "4"), None, id="another-function"),
    ],
)
def test_sources_that_contradict_each_other_name_no_target(
    seen: Target | None, target: Target | None
) -> None:
    assert agreed(TARGET, seen) == target
