"""The guard compares the versions while traffic shifts, and stops what fails in a row."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from steward.domain.rollouts.results import Cause, CheckMode, Outcome, Phase, Status
from tests.integration.functions.exchange import Call
from tests.integration.functions.rollout_guard.deployments import (
    POST,
    SHIFT,
    STARTED,
    minutes,
)
from tests.integration.functions.rollout_guard.unit import DEPLOYMENT, GuardUnit

ENFORCE = {"version": 1, "shift": {"mode": "enforce"}}


def test_a_failing_version_is_stopped_after_two_looks_in_a_row(unit: GuardUnit) -> None:
    unit.shifting()
    unit.declare(ENFORCE)
    unit.traffic(failing=0.6)
    unit.start()
    unit.run_until(STARTED + minutes(20))
    assert unit.codedeploy.stopped == [DEPLOYMENT]
    verdict = unit.verdict()
    assert verdict is not None
    assert (verdict.status, verdict.cause, verdict.mode) == (
        Status.FAILED,
        Cause.GUARD,
        CheckMode.ENFORCE,
    )
    assert verdict.reason.startswith("2 looks in a row failed: errors: the target version failed")
    assert verdict.decided_at == STARTED + minutes(3)
    assert [result.outcome for result in verdict.results] == [Outcome.FAIL]
    assert verdict.configuration[0] == "parameter /steward/rollout/shop version 1"


def test_the_hub_is_told_of_a_stop(unit: GuardUnit) -> None:
    unit.shifting()
    unit.declare(ENFORCE)
    unit.traffic(failing=0.6)
    unit.start()
    unit.run_until(STARTED + minutes(20))
    assert unit.news == [
        {"deploymentId": DEPLOYMENT, "what": "guard", "phase": "shift", "status": "Failed"}
    ]


def test_a_healthy_version_is_looked_at_until_its_deployment_ends(unit: GuardUnit) -> None:
    deployed = unit.shifting()
    unit.declare(ENFORCE)
    unit.traffic(failing=0.0)
    unit.start()
    unit.run_until(STARTED + minutes(10))
    deployed.status = "Succeeded"
    unit.run_until(STARTED + minutes(60))
    assert (unit.codedeploy.stopped, unit.verdict(), unit.waiting) == ([], None, [])
    assert unit.guard().note == "the deployment has ended: Succeeded"
    assert unit.guard().ended_at == STARTED + minutes(11)


def test_one_bad_minute_that_passes_stops_nothing(unit: GuardUnit) -> None:
    unit.shifting()
    errors = {"type": "compare", "min_delta": 0.2}
    unit.declare({"version": 1, "shift": {"mode": "enforce", "checks": {"errors": errors}}})
    unit.traffic(failing=0.3, first=1, last=2)
    unit.traffic(failing=0.0, first=2)
    unit.start()
    unit.run_until(STARTED + minutes(2))
    assert unit.guard().enforced == 1
    unit.run_until(STARTED + minutes(20))
    assert (unit.codedeploy.stopped, unit.guard().enforced) == ([], 0)


def test_by_default_the_guard_only_says_that_it_would_have_stopped(unit: GuardUnit) -> None:
    unit.shifting()
    unit.traffic(failing=0.6)
    unit.start()
    unit.run_until(STARTED + minutes(20))
    assert unit.codedeploy.stopped == []
    verdict = unit.verdict()
    assert verdict is not None
    assert (verdict.status, verdict.mode) == (Status.SUCCEEDED, CheckMode.OBSERVE)
    assert verdict.reason.endswith("mode enforce would have stopped it")
    assert [each["what"] for each in unit.news] == ["guard"], "told once"


def test_a_failure_takes_the_place_of_a_warning(unit: GuardUnit) -> None:
    unit.shifting()
    unit.declare(
        {
            "version": 1,
            "shift": {
                "mode": "enforce",
                "checks": {
                    "errors": {"type": "compare", "mode": "observe"},
                    "later": {"type": "compare", "min_events": 40},
                },
            },
        }
    )
    unit.traffic(failing=0.4)
    unit.start()
    unit.run_until(STARTED + minutes(5))
    warned = unit.verdict()
    assert warned is not None
    assert warned.status is Status.SUCCEEDED
    unit.run_until(STARTED + minutes(25))
    failed = unit.verdict()
    assert failed is not None
    assert (failed.status, unit.codedeploy.stopped) == (Status.FAILED, [DEPLOYMENT])
    assert "later: " in failed.reason


def test_the_configured_number_of_looks_decides(unit: GuardUnit) -> None:
    unit.shifting()
    unit.declare({"version": 1, "shift": {"mode": "enforce", "breaches": 4}})
    unit.traffic(failing=0.6)
    unit.start()
    unit.run_until(STARTED + minutes(4))
    assert unit.codedeploy.stopped == []
    unit.run_until(STARTED + minutes(5))
    assert unit.codedeploy.stopped == [DEPLOYMENT]


def test_alpha_is_shared_among_all_looks_of_the_shift(unit: GuardUnit) -> None:
    unit.shifting()
    unit.declare({"version": 1, "shift": {"breaches": 1}})
    unit.traffic(failing=0.6)
    unit.start()
    unit.run_until(STARTED + minutes(5))
    verdict = unit.verdict()
    assert verdict is not None
    (result,) = verdict.results
    rule = result.evidence["rule"]
    assert isinstance(rule, dict)
    assert rule["alpha"] == pytest.approx(0.001)


def test_while_an_override_lasts_the_guard_only_says_what_it_would(unit: GuardUnit) -> None:
    unit.shifting()
    override = {"until": (STARTED + minutes(60)).isoformat(), "reason": "fix", "by": "ops"}
    unit.exchange.fakes["ssm"] = _parameters(
        {"/steward/rollout/shop": ENFORCE, "/steward/rollout-override/shop": override}
    )
    unit.traffic(failing=0.6)
    unit.start()
    unit.run_until(STARTED + minutes(10))
    verdict = unit.verdict()
    assert verdict is not None
    assert (verdict.status, unit.codedeploy.stopped) == (Status.SUCCEEDED, [])


def _parameters(documents: dict[str, Any]) -> Callable[[Call], dict[str, Any]]:
    """Parameters that were written when the deployment started."""

    def answer(call: Call) -> dict[str, Any]:
        found = [
            {
                "Name": name,
                "Type": "String",
                "Value": json.dumps(documents[name]),
                "Version": 1,
                "LastModifiedDate": STARTED,
            }
            for name in call.params["Names"]
            if name in documents
        ]
        missing = [name for name in call.params["Names"] if name not in documents]
        return {"Parameters": found} | ({"InvalidParameters": missing} if missing else {})

    return answer


@pytest.mark.parametrize("creator", ["codeDeployRollback", "CloudFormationRollback"])
def test_a_rollback_is_neither_compared_nor_stopped(unit: GuardUnit, creator: str) -> None:
    unit.shifting(creator=creator)
    unit.declare(ENFORCE)
    unit.traffic(failing=1.0)
    unit.start()
    unit.run_until(STARTED + minutes(20))
    assert (unit.codedeploy.stopped, unit.verdict()) == ([], None)
    assert not unit.exchange.sent("GetMetricData")


def test_an_unusable_configuration_is_noted_and_stops_nothing(unit: GuardUnit) -> None:
    unit.shifting()
    unit.declare('{"version": 1, "shift": {"mode": "enforced"}}')
    unit.traffic(failing=1.0)
    unit.start()
    unit.run_until(STARTED + minutes(10))
    assert (unit.codedeploy.stopped, unit.verdict()) == ([], None)
    assert "parameter /steward/rollout/shop version 1 cannot be used" in unit.guard().note


def test_a_function_deleted_mid_shift_stops_nothing(unit: GuardUnit) -> None:
    deployed = unit.shifting()
    deployed.weight = None
    unit.functions.is_gone = True
    unit.declare(ENFORCE)
    unit.traffic(failing=1.0)
    unit.start()
    unit.run_until(STARTED + minutes(10))
    assert (unit.codedeploy.stopped, unit.guard().looks) == ([], 11)
    assert "no traffic is shifting" in unit.guard().note


@pytest.mark.parametrize(
    ("weight", "alias", "compared"),
    [
        pytest.param(10.0, {}, True, id="codedeploy-says-so"),
        pytest.param(None, {"4": 0.1}, True, id="the-alias-says-so"),
        pytest.param(0.0, {}, False, id="not-yet"),
        pytest.param(100.0, {}, False, id="all-of-it"),
        pytest.param(None, {}, False, id="neither-says-so"),
    ],
)
def test_versions_are_compared_while_both_have_a_weight(
    unit: GuardUnit, weight: float | None, alias: dict[str, float], compared: bool
) -> None:
    deployed = unit.shifting()
    deployed.weight, unit.functions.weights = weight, alias
    unit.traffic(failing=0.0)
    unit.start()
    unit.run_until(STARTED + minutes(3))
    assert bool(unit.exchange.sent("GetMetricData")) is compared


def test_sources_that_contradict_each_other_are_not_compared(unit: GuardUnit) -> None:
    unit.shifting(shifted={"targetVersion": "5"})
    unit.declare(ENFORCE)
    unit.traffic(failing=1.0)
    unit.start()
    unit.run_until(STARTED + minutes(10))
    assert unit.codedeploy.stopped == []
    assert "nothing says which function is deployed" in unit.guard().note


def test_a_denied_reading_is_noted_and_stops_nothing(unit: GuardUnit) -> None:
    unit.shifting()
    unit.declare(ENFORCE)
    unit.traffic(failing=1.0)
    unit.exchange.refuse("GetMetricData", "AccessDenied", "not authorized", times=100)
    unit.start()
    unit.run_until(STARTED + minutes(10))
    assert (unit.codedeploy.stopped, unit.guard().enforced) == ([], 0)
    assert unit.guard().looks == 11


def test_without_shift_checks_only_hooks_are_watched(unit: GuardUnit) -> None:
    unit.shifting()
    unit.declare(
        {"version": 1, "shift": {"checks": {"errors": {"type": "compare", "enabled": False}}}}
    )
    unit.traffic(failing=1.0)
    unit.start()
    unit.run_until(STARTED + minutes(5))
    assert not unit.exchange.sent("GetMetricData")
    assert "its configuration has no shift checks" in unit.guard().note


def test_looks_before_and_after_the_shift_compare_nothing(unit: GuardUnit) -> None:
    deployed = unit.codedeploy.create(DEPLOYMENT)
    unit.attempted()
    unit.traffic(failing=1.0)
    unit.declare(ENFORCE)
    unit.start()
    unit.run_until(STARTED + minutes(2))
    deployed.running = POST
    unit.run_until(STARTED + minutes(4))
    assert not unit.exchange.sent("GetMetricData")


def test_a_stop_that_was_decided_is_carried_out_although_later_looks_are_good(
    unit: GuardUnit,
) -> None:
    unit.shifting()
    unit.declare(ENFORCE)
    unit.traffic(failing=0.6, first=0, last=3)
    unit.exchange.refuse("StopDeployment", "ThrottlingException", "slow down")
    unit.start()
    unit.run_until(STARTED + minutes(3))
    assert unit.codedeploy.stopped == []
    unit.metrics.values.clear()
    unit.traffic(failing=0.0)
    unit.run_until(STARTED + minutes(10))
    assert unit.codedeploy.stopped == [DEPLOYMENT]


def test_a_stopped_deployment_is_watched_until_it_has_ended(unit: GuardUnit) -> None:
    deployed = unit.shifting()
    unit.declare(ENFORCE)
    unit.traffic(failing=0.6)
    unit.start()
    unit.run_until(STARTED + minutes(10))
    assert unit.waiting
    deployed.status = "Stopped"
    unit.run_until(STARTED + minutes(12))
    assert (unit.waiting, unit.codedeploy.stopped) == ([], [DEPLOYMENT])
    assert unit.guard().stopped_at == STARTED + minutes(3)


def test_news_that_cannot_be_sent_changes_nothing(unit: GuardUnit) -> None:
    unit.shifting()
    unit.declare(ENFORCE)
    unit.traffic(failing=0.6)
    unit.exchange.refuse("PutEvents", "InternalFailure", times=100)
    unit.start()
    unit.run_until(STARTED + minutes(5))
    assert unit.codedeploy.stopped == [DEPLOYMENT]
    assert unit.guard().stopped_at is not None


def test_a_shift_is_compared_from_the_start_that_codedeploy_names(unit: GuardUnit) -> None:
    unit.codedeploy.create(
        DEPLOYMENT, running=SHIFT, weight=10.0, running_since=STARTED + minutes(5)
    )
    unit.declare({"version": 1, "shift": {"breaches": 1}})
    unit.traffic(failing=0.6)
    unit.start()
    unit.run_until(STARTED + minutes(6))
    assert unit.verdict() is None
    unit.run_until(STARTED + minutes(8))
    verdict = unit.verdict(Phase.SHIFT)
    assert verdict is not None
    assert verdict.results[0].evidence["window"] == {
        "start": (STARTED + minutes(6)).isoformat(),
        "end": (STARTED + minutes(7)).isoformat(),
    }
    assert verdict.decided_at == STARTED + minutes(7)
