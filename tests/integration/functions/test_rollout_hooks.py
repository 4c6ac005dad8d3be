"""A hook from CodeDeploy's event to its answer: what is checked, said, kept and told."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from functions.rollout_hooks import app
from steward.domain.rollouts.results import Cause, CheckMode, Outcome, Phase, Status
from tests.integration.functions.hook_codedeploy import DEPLOYMENT, STARTED, app_spec
from tests.integration.functions.hook_unit import EXECUTION, HookUnit, open_unit
from tests.integration.functions.samples import sample

EVENT = sample("codedeploy_hook")
SMOKE = {"type": "invoke", "payload": {}, "attempts": 1}
ANSWERS_200 = SMOKE | {"assert": [{"path": "statusCode", "value": 200}]}
ANSWERS_500 = SMOKE | {"assert": [{"path": "statusCode", "value": 500}]}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def unit(monkeypatch: pytest.MonkeyPatch) -> Iterator[HookUnit]:
    with mock_aws():
        yield open_unit(monkeypatch)


def only(check: dict[str, Any], phase: str = "pre", **document: Any) -> dict[str, Any]:
    """A document in which `check` is the one that runs."""
    defaults = {"pre": ("config", "alarms", "dry-run"), "post": ("errors", "latency", "alarms")}
    kinds = {"config": "config", "alarms": "alarms", "dry-run": "invoke"}
    others: dict[str, Any] = {
        name: {"type": kinds.get(name, "compare"), "enabled": False} for name in defaults[phase]
    }
    return {"version": 1, phase: {"checks": {**others, "health": check}}, **document}


def test_with_nothing_declared_the_defaults_let_a_sound_version_pass(unit: HookUnit) -> None:
    answer = unit.hook(app, EVENT)
    verdict = unit.verdict()
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]
    assert (answer["status"], answer["answer"]) == ("Succeeded", "accepted")
    assert (verdict.status, verdict.cause) == (Status.SUCCEEDED, Cause.CHECKS)
    assert {result.name: result.outcome for result in verdict.results} == {
        "config": Outcome.PASS,
        "alarms": Outcome.SKIPPED,
        "dry-run": Outcome.PASS,
    }
    assert verdict.configuration == ("built-in defaults",)


def test_nothing_is_invoked_but_a_dry_run_unless_a_payload_is_declared(unit: HookUnit) -> None:
    unit.hook(app, EVENT)
    assert [each["InvocationType"] for each in unit.exchange.sent("Invoke")] == ["DryRun"]


def test_a_version_that_fails_its_check_is_not_let_in(unit: HookUnit) -> None:
    unit.declare(only(ANSWERS_500))
    unit.hook(app, EVENT)
    verdict = unit.verdict()
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert verdict.cause is Cause.CHECKS
    assert verdict.reason.startswith("1 of 1 check failed: health: ")
    assert "200" in verdict.reason
    assert verdict.configuration[0] == "parameter /steward/rollout/shop version 1"


def test_a_passing_check_of_the_workload_is_the_verdict(unit: HookUnit) -> None:
    unit.declare(only(ANSWERS_200, owner=["shop@example.com"], notify=["inconclusive"]))
    unit.hook(app, EVENT)
    verdict = unit.verdict()
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]
    assert verdict.reason.startswith("the only check passed: health: ")
    assert (verdict.owner, verdict.notify) == (("shop@example.com",), ("inconclusive",))


def test_an_observed_check_is_told_and_changes_nothing(unit: HookUnit) -> None:
    unit.declare(only(ANSWERS_500, mode="observe"))
    unit.hook(app, EVENT)
    verdict = unit.verdict()
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]
    assert verdict.reason.startswith("only observed: 1 of 1 check would have failed")
    assert (verdict.mode, verdict.results[0].outcome) == (CheckMode.OBSERVE, Outcome.FAIL)


def _override(unit: HookUnit, until: timedelta) -> None:
    written = {"until": (unit.clock + until).isoformat(), "reason": "outage", "by": "ada"}
    unit.declare(written, "rollout-override/shop")


@pytest.fixture
def _today(unit: HookUnit) -> None:
    """An override counts from when its parameter was written, which moto takes from the clock."""
    unit.clock = datetime.now(UTC)


@pytest.mark.usefixtures("_today")
def test_an_override_lets_pass_what_fails_and_runs_the_checks(unit: HookUnit) -> None:
    unit.declare(only(ANSWERS_500))
    _override(unit, timedelta(hours=1))
    unit.hook(app, EVENT)
    verdict = unit.verdict()
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]
    assert verdict.cause is Cause.OVERRIDE
    assert "the override of ada" in verdict.reason
    assert "1 of 1 check would have failed: health" in verdict.reason


@pytest.mark.usefixtures("_today")
def test_an_override_that_ended_is_noted_and_ignored(unit: HookUnit) -> None:
    unit.declare(only(ANSWERS_500))
    _override(unit, -timedelta(seconds=1))
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert any("it ended at" in note for note in unit.verdict().notes)


@pytest.mark.parametrize(
    ("entry", "running", "phase"),
    [
        ("before_traffic", "BeforeAllowTraffic", Phase.PRE),
        ("after_traffic", "AfterAllowTraffic", Phase.POST),
    ],
)
def test_a_configuration_that_cannot_be_used_fails_with_its_path(
    unit: HookUnit, entry: str, running: str, phase: Phase
) -> None:
    unit.codedeploy.running = running
    unit.declare({"version": 1, "pre": {"cheks": {}}})
    unit.hook(app, EVENT, entry)
    verdict = unit.verdict(phase)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert verdict.cause is Cause.CONFIGURATION
    assert "pre.cheks" in verdict.reason
    assert "/steward/rollout/shop" in verdict.reason


@pytest.mark.usefixtures("_today")
def test_an_override_lets_pass_even_an_unusable_configuration(unit: HookUnit) -> None:
    unit.declare({"version": 1, "pre": {"cheks": {}}})
    _override(unit, timedelta(hours=1))
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]
    assert unit.verdict().cause is Cause.OVERRIDE
    assert "pre.cheks" in unit.verdict().reason


@pytest.mark.parametrize(
    "info",
    [
        pytest.param({"creator": "codeDeployRollback"}, id="CodeDeploy's"),
        pytest.param({"creator": "CloudFormationRollback"}, id="CloudFormation's"),
        pytest.param(
            {"rollbackInfo": {"rollbackTriggeringDeploymentId": "d-000000000"}}, id="by its link"
        ),
    ],
)
def test_a_rollback_passes_at_once(unit: HookUnit, info: dict[str, Any]) -> None:
    unit.codedeploy.info = info
    unit.declare(only(ANSWERS_500))
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]
    assert unit.verdict().cause is Cause.ROLLBACK
    assert unit.exchange.sent("Invoke") == []
    assert unit.looks == []


def test_what_was_undone_does_not_make_a_deployment_a_rollback(unit: HookUnit) -> None:
    unit.codedeploy.info = {"rollbackInfo": {"rollbackDeploymentId": "d-000000000"}}
    unit.hook(app, EVENT)
    assert unit.verdict().cause is Cause.CHECKS


def test_the_guard_is_asked_to_look_a_minute_after_a_good_start(unit: HookUnit) -> None:
    unit.hook(app, EVENT)
    (sent,) = unit.exchange.sent("SendMessage")
    assert (sent["QueueUrl"], sent["DelaySeconds"]) == (unit.guard_queue_url, 60)
    (look,) = unit.looks
    assert (look["deployment_id"], look["looks"]) == (DEPLOYMENT, 0)


@pytest.mark.parametrize("phase", [Phase.PRE, Phase.POST])
def test_there_is_nothing_to_guard_once_a_phase_failed_or_the_shift_is_over(
    unit: HookUnit, phase: Phase
) -> None:
    if phase is Phase.PRE:
        unit.declare(only(ANSWERS_500))
        unit.hook(app, EVENT)
    else:
        unit.codedeploy.running = "AfterAllowTraffic"
        unit.declare(only(ANSWERS_200 | {"qualifier": "alias"}, "post"))
        unit.hook(app, EVENT, "after_traffic")
    assert unit.looks == []
    assert len(unit.news) == 1


def test_news_follow_the_answer(unit: HookUnit) -> None:
    unit.hook(app, EVENT)
    expected = {"deploymentId": DEPLOYMENT, "what": "verdict", "phase": "pre"}
    assert unit.news == [expected | {"status": "Succeeded"}]
    told = [call.operation for call in unit.exchange.calls]
    assert told.index("PutLifecycleEventHookExecutionStatus") < told.index("PutEvents")


def test_the_verdict_is_on_record_before_codedeploy_hears_it(unit: HookUnit) -> None:
    """Were it the other way round, a second delivery could come to another verdict."""
    unit.exchange.before("PutLifecycleEventHookExecutionStatus", lambda: unit.verdict())
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]


def test_the_attempt_is_on_record_before_anything_else_is_asked(unit: HookUnit) -> None:
    unit.hook(app, EVENT)
    assert unit.exchange.calls[0].operation == "PutItem"
    (attempt,) = unit.records.attempts(DEPLOYMENT)
    assert (attempt.execution_id, attempt.phase) == (EXECUTION, Phase.PRE)
    assert attempt.deadline == unit.clock + timedelta(seconds=120)


def test_another_budget_moves_the_deadline_on_record(unit: HookUnit) -> None:
    document = only(ANSWERS_200)
    unit.declare(document | {"pre": document["pre"] | {"budget_seconds": 600}})
    unit.hook(app, EVENT)
    (attempt,) = unit.records.attempts(DEPLOYMENT)
    assert attempt.deadline == unit.clock + timedelta(seconds=600)


def test_no_deadline_is_later_than_lambdas_own_less_what_reporting_takes(
    unit: HookUnit,
) -> None:
    unit.timeout = timedelta(seconds=100)
    unit.hook(app, EVENT)
    (attempt,) = unit.records.attempts(DEPLOYMENT)
    assert attempt.deadline == unit.clock + timedelta(seconds=70)


def test_an_event_delivered_twice_is_answered_twice_and_checked_once(unit: HookUnit) -> None:
    unit.declare(only(ANSWERS_500))
    unit.hook(app, EVENT)
    unit.declare(only(ANSWERS_200))
    answer = unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert answer["status"] == "Failed"
    assert answer["answer"].startswith("came too late")
    assert len(unit.exchange.sent("Invoke")) == 1
    assert len(unit.news) == 1


def test_the_second_delivery_answers_in_the_place_of_a_first_that_died(unit: HookUnit) -> None:
    """It died between its verdict and the report."""
    unit.hook(app, EVENT)
    unit.codedeploy.said.clear()
    unit.codedeploy.over.clear()
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]


def test_one_function_named_for_both_events_goes_by_the_one_that_runs(unit: HookUnit) -> None:
    unit.hook(app, EVENT)
    unit.codedeploy.running = "AfterAllowTraffic"
    unit.declare(only(ANSWERS_500 | {"qualifier": "alias"}, "post"))
    unit.hook(app, EVENT | {"LifecycleEventHookExecutionId": "second"})
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded"), ("second", "Failed")]
    assert unit.verdict(Phase.PRE).status is Status.SUCCEEDED
    assert unit.verdict(Phase.POST).status is Status.FAILED
    assert "was called in the post phase" in unit.verdict(Phase.POST).notes[0]


def test_a_verdict_of_the_other_event_never_answers_for_this_one(unit: HookUnit) -> None:
    """The hook fails before it knows whose turn it is; the first event's verdict was a good one."""
    unit.hook(app, EVENT)
    unit.exchange.refuse("GetDeployment", "ThrottlingException")
    unit.hook(app, EVENT | {"LifecycleEventHookExecutionId": "second"})
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded"), ("second", "Failed")]
    assert unit.verdict(Phase.PRE).status is Status.SUCCEEDED


def test_after_the_shift_metrics_are_waited_for(unit: HookUnit) -> None:
    """A function that may run for 3 s settles in a minute, which began when the shift ended."""
    unit.codedeploy.running = "AfterAllowTraffic"
    unit.clock = STARTED + 2 * MINUTE + timedelta(seconds=10)
    unit.hook(app, EVENT, "after_traffic")
    assert unit.slept[0] == 50


def test_checks_that_read_no_metrics_wait_for_none(unit: HookUnit) -> None:
    unit.codedeploy.running = "AfterAllowTraffic"
    unit.declare(only(ANSWERS_200 | {"qualifier": "alias"}, "post"))
    unit.hook(app, EVENT, "after_traffic")
    assert unit.slept == []


def test_an_alarm_of_the_group_that_is_missing_fails_before_codedeploy_would(
    unit: HookUnit,
) -> None:
    unit.codedeploy.alarms = ("shop-errors",)
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert "shop-errors" in unit.verdict().reason


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"shifted": {"targetVersion": "5"}}, "target version is 4", id="versions"),
        pytest.param({"shifted": {"functionName": "cart"}}, "function is shop", id="functions"),
        pytest.param({"info": {"computePlatform": "ECS"}}, "is for ECS", id="another-platform"),
        pytest.param(
            {"info": {"deploymentStyle": {"deploymentOption": "WITHOUT_TRAFFIC_CONTROL"}}},
            "without traffic control",
            id="no-shift",
        ),
        pytest.param(
            {"location": {"revisionType": "S3"}, "is_started": False}, "of type S3", id="no-target"
        ),
    ],
)
def test_what_cannot_be_judged_fails_and_says_why(
    unit: HookUnit, changes: dict[str, Any], says: str
) -> None:
    for name, value in changes.items():
        setattr(unit.codedeploy, name, value)
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Failed")]
    assert unit.verdict().cause is Cause.HOOK
    assert says in unit.verdict().reason


def test_an_app_spec_in_s3_leaves_codedeploys_own_word(unit: HookUnit) -> None:
    unit.codedeploy.location = {
        "revisionType": "S3",
        "s3Location": {"bucket": "shop", "key": "appspec.yml", "bundleType": "YAML"},
    }
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]
    assert "is of type S3" in unit.verdict().notes[0]


def test_a_deployment_that_codedeploy_has_not_quite_started_goes_by_its_app_spec(
    unit: HookUnit,
) -> None:
    unit.codedeploy.is_started = False
    unit.codedeploy.content = app_spec(TargetVersion="7")
    unit.hook(app, EVENT)
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]
    assert unit.exchange.sent("Invoke")[0]["Qualifier"] == "7"


def test_fields_that_codedeploy_may_add_are_no_matter(unit: HookUnit) -> None:
    unit.hook(app, EVENT | {"Region": "eu-west-1"})
    assert unit.codedeploy.said == [(EXECUTION, "Succeeded")]


@pytest.mark.parametrize("missing", ["DeploymentId", "LifecycleEventHookExecutionId"])
def test_without_both_ids_there_is_nobody_to_answer(unit: HookUnit, missing: str) -> None:
    event = {name: value for name, value in EVENT.items() if name != missing}
    with pytest.raises(Exception, match=f"the event has no {missing};"):
        unit.hook(app, event)
    assert unit.exchange.calls == []


@pytest.mark.parametrize(
    ("is_sound", "status"), [(True, "Succeeded"), (False, "Failed")], ids=["good", "bad"]
)
def test_each_verdict_is_counted_with_how_long_it_took(
    unit: HookUnit, capsys: pytest.CaptureFixture[str], is_sound: bool, status: str
) -> None:
    unit.declare(only(ANSWERS_200 if is_sound else ANSWERS_500))
    unit.hook(app, EVENT)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    counted = {name: value for line in lines for name, value in line.items()}
    assert (counted["HookVerdicts"], counted["Status"]) == ([1.0], status)
    assert (counted["HookErrors"], counted["HookMilliseconds"]) == ([0.0], [0.0])


def test_a_verdict_of_the_hooks_own_failure_is_counted_as_such(
    unit: HookUnit, capsys: pytest.CaptureFixture[str]
) -> None:
    unit.codedeploy.info = {"computePlatform": "ECS"}
    unit.hook(app, EVENT)
    assert '"HookErrors":[1.0]' in capsys.readouterr().out


def test_the_log_has_all_evidence(unit: HookUnit, caplog: pytest.LogCaptureFixture) -> None:
    """The record leaves out what is too long."""
    with caplog.at_level("INFO"):
        unit.hook(app, EVENT)
    logged = {record.message: record for record in caplog.records}
    (message,) = (each for each in logged if each.startswith("check config: pass"))
    assert logged[message].__dict__["evidence"]["target_version"] == "4"
