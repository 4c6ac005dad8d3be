"""Rollouts and their notices for tests: sane defaults, and keywords for what a test is about."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from steward.domain.rollouts.config import Told
from steward.domain.rollouts.notices import RolloutNotice, due_notices
from steward.domain.rollouts.records import Rollout
from steward.domain.rollouts.results import (
    Cause,
    CheckMode,
    CheckResult,
    Outcome,
    Phase,
    Status,
    Verdict,
)
from tests.factories import NOW

FAILED_ID, ROLLBACK_ID = "d-FAILED001", "d-ROLLBACK1"
HOOKS = {
    "BeforeAllowTraffic": "CodeDeployHook_steward-pre",
    "AfterAllowTraffic": "CodeDeployHook_steward-post",
}
DECLARED = ("parameter /steward/rollout/shop-orders version 3",)
MINUTE = timedelta(minutes=1)


def make_result(name: str = "errors", **overrides: Any) -> CheckResult:
    result = CheckResult(
        name=name,
        type="compare",
        mode=CheckMode.ENFORCE,
        outcome=Outcome.FAIL,
        reason="12 of 400 invocations of version 4 failed, 9 of 3600 of version 3",
        evidence={"canary": {"errors": 12, "invocations": 400}, "p": 0.00031},
        started_at=NOW - 2 * MINUTE,
        took=timedelta(seconds=3),
        fails=True,
    )
    return replace(result, **overrides)


def make_verdict(**overrides: Any) -> Verdict:
    verdict = Verdict(
        deployment_id=FAILED_ID,
        phase=Phase.POST,
        status=Status.FAILED,
        cause=Cause.CHECKS,
        reason="1 of 3 checks failed: errors: 12 of 400 invocations of version 4 failed",
        decided_at=NOW - MINUTE,
        results=(make_result(), make_result("health", outcome=Outcome.PASS, fails=False)),
        configuration=DECLARED,
    )
    return replace(verdict, **overrides)


def make_rollout(**overrides: Any) -> Rollout:
    """One that failed after the traffic had shifted."""
    fields: dict[str, Any] = {
        "deployment_id": FAILED_ID,
        "account_id": "222222222222",
        "account_name": "payments-dev",
        "region": "eu-west-1",
        "application": "shop-ServerlessDeploymentApplication-1A2B3C",
        "group": "shop-OrdersDeploymentGroup-4D5E6F",
        "function": "shop-orders",
        "alias": "live",
        "from_version": "3",
        "to_version": "4",
        "stack": "shop",
        "configuration": "CodeDeployDefault.LambdaCanary10Percent5Minutes",
        "creator": "CloudFormation",
        "status": "Failed",
        "error_code": "HOOK_EXECUTION_FAILURE",
        "error_message": "The AfterAllowTraffic hook reported failure",
        "created_at": NOW - 12 * MINUTE,
        "started_at": NOW - 11 * MINUTE,
        "shift_started_at": NOW - 10 * MINUTE,
        "shift_ended_at": NOW - 5 * MINUTE,
        "completed_at": NOW - MINUTE,
        "hooks": HOOKS,
        "verdicts": (make_verdict(),),
        "owners": ("dev@example.com",),
        "owner_source": "tag team=payments",
    }
    return Rollout(**fields | overrides)


def make_succeeded(**overrides: Any) -> Rollout:
    """One whose checks all passed."""
    passed = make_verdict(
        status=Status.SUCCEEDED,
        reason="all 3 checks passed",
        results=(make_result(outcome=Outcome.PASS, fails=False),),
    )
    fields = {"status": "Succeeded", "error_code": "", "error_message": "", "verdicts": (passed,)}
    return make_rollout(**fields | overrides)


def make_rollback(**overrides: Any) -> Rollout:
    """One that put the old version back. A rollback redeploys the last good revision as it was."""
    answered = make_verdict(
        deployment_id=ROLLBACK_ID,
        phase=Phase.PRE,
        status=Status.SUCCEEDED,
        cause=Cause.ROLLBACK,
        reason="a rollback is never held up",
        results=(),
        configuration=(),
    )
    fields: dict[str, Any] = {
        "deployment_id": ROLLBACK_ID,
        "creator": "codeDeployRollback",
        "from_version": "2",
        "to_version": "3",
        "rolls_back": FAILED_ID,
        "is_rollback": True,
        "verdicts": (answered,),
        "created_at": NOW - MINUTE,
        "completed_at": NOW,
    }
    return make_succeeded(**fields | overrides)


def notices_of(rollout: Rollout, undone: Rollout | None = None) -> dict[Told, RolloutNotice]:
    """What is due of `rollout` now, by event."""
    return {each.event: each for each in due_notices(rollout, NOW, undone)}


def make_rollout_notice(rollout: Rollout | None = None, **overrides: Any) -> RolloutNotice:
    """The only notice that is due of `rollout`."""
    (notice,) = due_notices(rollout or make_rollout(), NOW)
    return replace(notice, **overrides)
