"""Whatever AWS refuses once: no look is lost, and nothing is stopped on doubt."""

import pytest

from steward.domain.rollouts.results import Phase, Status
from tests.integration.functions.rollout_guard.deployments import STARTED, minutes
from tests.integration.functions.rollout_guard.unit import DEPLOYMENT, GuardUnit

READS = (
    "GetDeployment",
    "GetApplicationRevision",
    "ListDeploymentTargets",
    "GetDeploymentTarget",
    "GetDeploymentConfig",
    "GetAlias",
    "GetFunctionConfiguration",
    "ListTags",
    "GetParameters",
    "GetMetricData",
    "GetItem",
    "Query",
)
WRITES = ("PutItem", "SendMessage")
CODES = ("ThrottlingException", "AccessDeniedException")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("operation", [*READS, *WRITES, "StopDeployment", "PutEvents"])
def test_a_failing_version_is_stopped_once_all_the_same(
    unit: GuardUnit, operation: str, code: str
) -> None:
    unit.shifting().weight = None
    unit.functions.weights = {"4": 0.1}
    unit.declare({"version": 1, "shift": {"mode": "enforce"}})
    unit.traffic(failing=0.6)
    unit.start()
    unit.run_until(STARTED + minutes(2))
    assert unit.codedeploy.stopped == []
    unit.exchange.refuse(operation, code)
    unit.run_until(STARTED + minutes(7))
    assert unit.codedeploy.stopped == [DEPLOYMENT]
    assert len(unit.waiting) == 1
    verdict = unit.verdict()
    assert verdict is not None
    assert verdict.status is Status.FAILED


@pytest.mark.parametrize("operation", [*READS, *WRITES])
def test_a_healthy_version_is_not_stopped_on_doubt(unit: GuardUnit, operation: str) -> None:
    deployed = unit.shifting()
    deployed.weight = None
    unit.functions.weights = {"4": 0.1}
    unit.declare({"version": 1, "shift": {"mode": "enforce", "breaches": 1}})
    unit.traffic(failing=0.0)
    unit.start()
    unit.exchange.refuse(operation, "AccessDeniedException", times=4)
    unit.run_until(STARTED + minutes(6))
    assert (unit.codedeploy.stopped, unit.verdict()) == ([], None)
    deployed.status = "Succeeded"
    unit.run_until(STARTED + minutes(8))
    assert (unit.waiting, unit.guard().note) == ([], "the deployment has ended: Succeeded")


@pytest.mark.parametrize(
    "operation",
    [
        *("GetDeployment", "GetApplicationRevision", "ListDeploymentTargets"),
        *("GetDeploymentTarget", "GetItem", "Query", *WRITES, "PutEvents"),
        "PutLifecycleEventHookExecutionStatus",
    ],
)
def test_a_dead_hook_is_answered_for_all_the_same(unit: GuardUnit, operation: str) -> None:
    unit.codedeploy.create(DEPLOYMENT)
    unit.attempted()
    unit.start()
    unit.run_until(STARTED + minutes(4.5))
    unit.exchange.refuse(operation, "ThrottlingException")
    unit.run_until(STARTED + minutes(6.5))
    assert unit.codedeploy.said == [("execution-pre", "Failed")]
    assert unit.codedeploy.stopped == []
    verdict = unit.verdict(Phase.PRE)
    assert verdict is not None
    assert verdict.status is Status.FAILED
