"""Deployments, lifecycle events and results for tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from steward.domain.rollouts.attempts import Attempt
from steward.domain.rollouts.deployments import (
    Deployment,
    EventState,
    LifecycleEvent,
    Target,
    TargetState,
)
from steward.domain.rollouts.guarding import GuardRecord
from steward.domain.rollouts.results import CheckMode, CheckResult, Outcome, Phase

STARTED = datetime(2026, 11, 23, 12, tzinfo=UTC)
TARGET = Target("shop", "live", "3", "4")
HOOKS = {
    LifecycleEvent.BEFORE_ALLOW_TRAFFIC: "CodeDeployHook_steward-pre",
    LifecycleEvent.AFTER_ALLOW_TRAFFIC: "CodeDeployHook_steward-post",
}
_DEPLOYMENT = Deployment(
    deployment_id="d-ABC123",
    application="shop-app",
    group="shop-group",
    configuration="CodeDeployDefault.LambdaCanary10Percent10Minutes",
    status="InProgress",
    creator="CloudFormation",
    compute_platform="Lambda",
    created_at=STARTED,
    started_at=STARTED,
)


def deployment(**changes: Any) -> Deployment:
    return replace(_DEPLOYMENT, **changes)


def waiting_for(event: str, since: datetime | None = STARTED) -> TargetState:
    """A target whose lifecycle event is in progress."""
    return TargetState("InProgress", TARGET, (EventState(event, "InProgress", since),))


def attempt(phase: Phase = Phase.PRE, deadline: datetime = STARTED) -> Attempt:
    began = deadline - timedelta(seconds=120)
    return Attempt("d-ABC123", phase, f"execution-{phase}", began, deadline, "request-1")


def record(**changes: Any) -> GuardRecord:
    return replace(GuardRecord("d-ABC123", since=STARTED, beat_at=STARTED), **changes)


def result(
    outcome: Outcome = Outcome.FAIL, mode: CheckMode = CheckMode.ENFORCE, name: str = "errors"
) -> CheckResult:
    return CheckResult(
        name=name,
        type="compare",
        mode=mode,
        outcome=outcome,
        reason=f"{outcome} of {name}",
        evidence={},
        started_at=STARTED,
        took=timedelta(seconds=1),
        fails=outcome is Outcome.FAIL,
    )
