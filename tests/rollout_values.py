"""Deployments, verdicts and checks for tests: sane defaults, and keywords for what one is about."""

from datetime import timedelta
from typing import Any

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
from tests.factories import NOW, UNIT

FAILED, ROLLBACK = "d-9CCGQ41KD", "d-1ROLLBACK"
FUNCTION, ALIAS = "shop-checkout", "live"
APPLICATION, GROUP = "shop-ServerlessDeploymentApplication-1A2B3C", "shop-CheckoutGroup-4D5E6F"


def make_rollout(deployment_id: str = FAILED, **fields: Any) -> Rollout:
    """A success of ten minutes, unless `fields` say otherwise."""
    created_at = fields.pop("created_at", NOW)
    known: dict[str, Any] = {
        "deployment_id": deployment_id,
        "account_id": UNIT.account_id,
        "account_name": "payments-dev",
        "region": UNIT.region,
        "application": APPLICATION,
        "group": GROUP,
        "function": FUNCTION,
        "alias": ALIAS,
        "from_version": "3",
        "to_version": "4",
        "stack": "shop",
        "configuration": "CodeDeployDefault.LambdaCanary10Percent5Minutes",
        "creator": "CloudFormation",
        "status": "Succeeded",
        "created_at": created_at,
        "completed_at": created_at + timedelta(minutes=10),
        "owners": ("checkout@example.com",),
        "owner_source": "function tag owner=checkout@example.com",
    }
    return Rollout.model_validate(known | fields)


def make_result(name: str = "health", outcome: Outcome = Outcome.FAIL, **more: Any) -> CheckResult:
    return CheckResult(
        name=name,
        type=more.get("type", "invoke"),
        mode=more.get("mode", CheckMode.ENFORCE),
        outcome=outcome,
        reason=more.get("reason", "statusCode is 500 instead of 200"),
        evidence=more.get("evidence", {"observed": 500, "expected": 200}),
        started_at=more.get("started_at", NOW + timedelta(seconds=10)),
        took=more.get("took", timedelta(seconds=2)),
        fails=outcome is Outcome.FAIL,
    )


def make_verdict(
    deployment_id: str = FAILED,
    phase: Phase = Phase.PRE,
    status: Status = Status.FAILED,
    **more: Any,
) -> Verdict:
    return Verdict(
        deployment_id=deployment_id,
        phase=phase,
        status=status,
        cause=more.pop("cause", Cause.CHECKS),
        reason=more.pop("reason", "check health failed: statusCode is 500 instead of 200"),
        decided_at=more.pop("decided_at", NOW + timedelta(seconds=15)),
        results=more.pop("results", (make_result(),)),
        **more,
    )
