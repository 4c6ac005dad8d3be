"""Deployments of CodeDeploy's Lambda platform, as their users and their hooks meet them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from local.emulator import Emulator
from tests.integration.local.rollout_world import (
    AFTER,
    AT_ONCE,
    BEFORE,
    CANARY,
    LINEAR,
    RolloutWorld,
)

if TYPE_CHECKING:
    from mypy_boto3_codedeploy.type_defs import RevisionLocationTypeDef

ACCOUNT = "510000000001"
SILENT = "hook-silent"
GOOD, BAD = "hook-Succeeded", "hook-Failed"


@pytest.fixture(scope="module")
def built(emulator: Emulator) -> RolloutWorld:
    world = RolloutWorld(emulator, ACCOUNT).build()
    for hook in (GOOD, BAD, SILENT):
        world.make_hook(hook)
    return world


@pytest.fixture
def world(built: RolloutWorld) -> Iterator[RolloutWorld]:
    built.reset()
    yield built
    built.settle()


def test_a_hook_is_told_two_things_and_no_more(world: RolloutWorld) -> None:
    deployment = world.start(before=GOOD)
    told = world.told(deployment)
    assert told["event"].keys() == {"DeploymentId", "LifecycleEventHookExecutionId"}


def test_both_hooks_run_around_the_shift_in_this_order(world: RolloutWorld) -> None:
    deployment = world.start(before=SILENT, after=GOOD)
    told = world.told(deployment)
    waiting = world.event_statuses(deployment)
    assert waiting["Start"] == "Succeeded"
    assert waiting[BEFORE] == "InProgress"
    assert {waiting["AllowTraffic"], waiting[AFTER], waiting["End"]} == {"Pending"}
    assert world.alias() == ("1", {})
    world.report(told, "Succeeded")
    assert world.told(deployment)["hook"] == GOOD
    assert world.unit.wait(deployment)["status"] == "Succeeded"
    assert set(world.event_statuses(deployment).values()) == {"Succeeded"}
    assert world.alias() == ("2", {})


def test_the_return_of_a_hook_is_no_verdict(world: RolloutWorld) -> None:
    before = world.metric("Invocations", FunctionName=SILENT)
    deployment = world.start(before=SILENT)
    told = world.told(deployment)
    world.until(lambda: world.metric("Invocations", FunctionName=SILENT) > before)
    assert world.unit.describe(deployment)["status"] == "InProgress"
    world.report(told, "Succeeded")
    assert world.unit.wait(deployment)["status"] == "Succeeded"


def test_a_failed_hook_before_the_shift_leaves_the_alias_alone(world: RolloutWorld) -> None:
    ended = world.ended(before=BAD)
    assert (ended["status"], ended["errorInformation"]["code"]) == (
        "Failed",
        "HOOK_EXECUTION_FAILURE",
    )
    assert world.event_statuses(ended["deploymentId"])[BEFORE] == "Failed"
    assert world.event_statuses(ended["deploymentId"])["AllowTraffic"] == "Pending"
    assert world.alias() == ("1", {})


def test_a_failed_hook_after_the_shift_takes_the_traffic_back(world: RolloutWorld) -> None:
    ended = world.ended(CANARY, after=BAD)
    assert ended["errorInformation"]["code"] == "HOOK_EXECUTION_FAILURE"
    assert world.alias() == ("1", {})


def test_the_traffic_is_back_when_a_failure_is_seen_without_any_rollback(
    world: RolloutWorld,
) -> None:
    world.make_group("no-rollback", autoRollbackConfiguration={"enabled": False})
    deployment = world.codedeploy.create_deployment(
        applicationName="shop",
        deploymentGroupName="no-rollback",
        revision=a_revision(after=BAD),
    )["deploymentId"]
    assert "rollbackInfo" not in world.unit.wait(deployment)
    assert world.alias() == ("1", {})


def test_a_silent_hook_runs_into_the_limit(world: RolloutWorld) -> None:
    world.control.set_pace(0.002, hook_limit=0.3)
    deployment = world.start(before=SILENT)
    ended = world.unit.wait(deployment)
    assert (ended["status"], ended["errorInformation"]["code"]) == ("Failed", "TIMEOUT")


def test_the_limit_of_a_hook_is_an_hour_at_the_pace(world: RolloutWorld) -> None:
    world.control.set_pace(0.0001)
    ended = world.ended(before=SILENT)
    assert ended["errorInformation"]["code"] == "TIMEOUT"
    elapsed = ended["completeTime"] - ended["startTime"]
    assert elapsed >= timedelta(seconds=0.36)


def test_a_hook_that_is_not_there_fails_the_deployment(world: RolloutWorld) -> None:
    ended = world.ended(before="nobody")
    assert ended["errorInformation"]["code"] == "HOOK_EXECUTION_FAILURE"
    assert "nobody" in ended["errorInformation"]["message"]


def test_the_same_function_may_serve_both_hooks(world: RolloutWorld) -> None:
    deployment = world.start(before=GOOD, after=GOOD)
    first, second = world.told(deployment), world.told(deployment)
    ids = {each["event"]["LifecycleEventHookExecutionId"] for each in (first, second)}
    assert len(ids) == 2


def test_a_canary_gives_ten_percent_for_its_whole_length(world: RolloutWorld) -> None:
    world.control.set_pace(0.01)
    deployment = world.start(CANARY)
    world.until(lambda: world.alias()[1] != {})
    assert world.alias() == ("1", {"2": 0.1})
    info = world.target(deployment)["lambdaFunctionInfo"]
    assert info == {
        "functionName": "web",
        "functionAlias": "live",
        "currentVersion": "1",
        "targetVersion": "2",
        "targetVersionWeight": 0.1,
    }
    world.unit.wait(deployment)
    assert world.alias() == ("2", {})


def test_a_linear_shift_goes_up_by_steps(world: RolloutWorld) -> None:
    world.control.set_pace(0.004)
    deployment = world.start(LINEAR)
    seen: list[float] = []
    while world.unit.describe(deployment)["status"] not in {"Succeeded", "Failed"}:
        seen += [weight for weight in world.alias()[1].values() if weight not in seen]
    assert seen == sorted(seen)
    assert set(seen) <= {tenth / 10 for tenth in range(1, 10)}
    assert len(seen) >= 5


def test_a_quick_shift_shows_the_times_of_a_slow_one(world: RolloutWorld) -> None:
    ended = world.ended(CANARY, before=GOOD)
    events = world.target(ended["deploymentId"])["lifecycleEvents"]
    times = {each["lifecycleEventName"]: each for each in events}
    shift = times["AllowTraffic"]
    assert timedelta(minutes=5) <= shift["endTime"] - shift["startTime"] < timedelta(minutes=6)
    in_order = [each[edge] for each in events for edge in ("startTime", "endTime")]
    assert in_order == sorted(in_order)
    assert ended["createTime"] <= in_order[0]
    assert in_order[-1] <= ended["completeTime"] <= datetime.now(UTC)


def test_times_are_those_of_the_wall_clock_when_told_so(world: RolloutWorld) -> None:
    world.control.set_pace(0.002, stretched=False)
    before = datetime.now(UTC)
    ended = world.ended(CANARY)
    assert before - timedelta(seconds=1) <= ended["createTime"]


def test_a_stopped_deployment_is_rolled_back_as_the_group_says(world: RolloutWorld) -> None:
    world.control.set_pace(1)
    deployment = world.start(CANARY)
    world.until(lambda: world.alias()[1] != {})
    world.codedeploy.stop_deployment(deploymentId=deployment)
    ended = world.unit.wait(deployment)
    assert (ended["status"], ended["errorInformation"]["code"]) == ("Stopped", "MANUAL_STOP")
    assert world.alias() == ("1", {})
    assert world.rollback_of(deployment)["status"] == "Succeeded"


def test_a_stop_without_rollback_leaves_the_traffic_where_it_is(world: RolloutWorld) -> None:
    world.control.set_pace(1)
    deployment = world.codedeploy.create_deployment(
        applicationName=world.group[0],
        deploymentGroupName=world.group[1],
        deploymentConfigName=CANARY,
        autoRollbackConfiguration={"enabled": False},
        revision=a_revision(),
    )["deploymentId"]
    world.until(lambda: world.alias()[1] != {})
    world.codedeploy.stop_deployment(deploymentId=deployment)
    assert "rollbackInfo" not in world.unit.wait(deployment)
    assert world.alias() == ("1", {"2": 0.1})


def test_a_stop_may_ask_for_the_rollback_itself(world: RolloutWorld) -> None:
    world.make_group("never-by-itself", autoRollbackConfiguration={"enabled": False})
    deployment = world.codedeploy.create_deployment(
        applicationName="shop",
        deploymentGroupName="never-by-itself",
        deploymentConfigName=CANARY,
        revision=a_revision(before=SILENT),
    )["deploymentId"]
    world.told(deployment)
    world.codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
    assert world.unit.wait(deployment)["status"] == "Stopped"
    back = world.unit.describe(deployment)["rollbackInfo"]["rollbackDeploymentId"]
    assert world.told(back)["hook"] == SILENT


def test_an_alarm_stops_a_shift(world: RolloutWorld) -> None:
    world.control.set_pace(1)
    alarmed_group(world, "watched", "errors")
    set_alarm(world, "errors", "OK")
    deployment = start_in(world, "watched", CANARY)
    world.until(lambda: world.alias()[1] != {})
    set_alarm(world, "errors", "ALARM")
    ended = world.unit.wait(deployment)
    assert (ended["status"], ended["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert world.alias() == ("1", {})
    assert world.rollback_of(deployment)["status"] == "Succeeded"


def test_an_alarm_that_rings_already_stops_even_all_at_once(world: RolloutWorld) -> None:
    alarmed_group(world, "blocked", "ringing")
    set_alarm(world, "ringing", "ALARM")
    deployment = start_in(world, "blocked", AT_ONCE)
    assert world.unit.wait(deployment)["errorInformation"]["code"] == "ALARM_ACTIVE"
    assert world.event_statuses(deployment)["AllowTraffic"] == "Pending"


def test_a_rollback_is_a_deployment_of_its_own_with_links_both_ways(world: RolloutWorld) -> None:
    failed = world.ended(after=BAD)
    back = world.rollback_of(failed["deploymentId"])
    assert back["creator"] == "codeDeployRollback"
    assert back["rollbackInfo"]["rollbackTriggeringDeploymentId"] == failed["deploymentId"]
    asked = world.codedeploy.get_application_revision(
        applicationName="shop",
        revision=back["revision"],
    )
    (resource,) = json.loads(asked["revision"]["string"]["content"])["Resources"]
    properties = resource["web"]["Properties"]
    assert (properties["CurrentVersion"], properties["TargetVersion"]) == ("2", "1")


def test_hooks_run_again_in_a_rollback_and_it_is_not_rolled_back_itself(
    world: RolloutWorld,
) -> None:
    failed = world.ended(before=BAD)
    back = world.rollback_of(failed["deploymentId"])
    assert (back["status"], back["errorInformation"]["code"]) == (
        "Failed",
        "HOOK_EXECUTION_FAILURE",
    )
    assert "rollbackDeploymentId" not in back["rollbackInfo"]
    assert world.alias() == ("1", {})


def test_hooks_stay_out_of_a_rollback_when_told_so(world: RolloutWorld) -> None:
    world.control.set_pace(0.002, hook_limit=20, rollback_hooks=False)
    failed = world.ended(before=BAD)
    assert world.rollback_of(failed["deploymentId"])["status"] == "Succeeded"


def test_a_version_that_is_not_there_cannot_be_deployed(world: RolloutWorld) -> None:
    ended = world.unit.wait(world.start(versions=("1", "77")))
    assert ended["errorInformation"]["code"] == "INVALID_LAMBDA_FUNCTION"


def test_a_group_has_one_deployment_at_a_time(world: RolloutWorld) -> None:
    deployment = world.start(before=SILENT)
    with pytest.raises(world.codedeploy.exceptions.DeploymentLimitExceededException):
        world.start()
    world.report(world.told(deployment), "Succeeded")


def test_every_change_of_state_is_an_event_of_the_default_bus(world: RolloutWorld) -> None:
    sqs = world.session.client("sqs")
    sqs.create_queue(QueueName="states")
    rules = world.session.client("events")
    rules.put_rule(Name="states", EventPattern=json.dumps({"source": ["aws.codedeploy"]}))
    arn = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:states"
    rules.put_targets(Rule="states", Targets=[{"Id": "queue", "Arn": arn}])
    failed = world.ended(before=BAD)["deploymentId"]
    started, event = (
        world.news("states", lambda each: each["detail"]["deploymentId"] == failed)
        for _ in range(2)
    )
    assert (started["detail"]["state"], event["detail"]["state"]) == ("START", "FAILURE")
    assert event["detail-type"] == "CodeDeploy Deployment State-change Notification"
    assert event["account"] == ACCOUNT
    assert event["detail"].keys() == {
        "region",
        "deploymentId",
        "instanceGroupId",
        "deploymentGroup",
        "state",
        "application",
    }
    assert event["resources"] == [
        f"arn:aws:codedeploy:eu-west-1:{ACCOUNT}:application:shop",
        f"arn:aws:codedeploy:eu-west-1:{ACCOUNT}:deploymentgroup:shop/web",
    ]


def a_revision(**hooks: str) -> "RevisionLocationTypeDef":
    properties = {"Name": "web", "Alias": "live", "CurrentVersion": "1", "TargetVersion": "2"}
    named = {"before": BEFORE, "after": AFTER}
    spec = {
        "version": "0.0",
        "Resources": [{"web": {"Type": "AWS::Lambda::Function", "Properties": properties}}],
        "Hooks": [{named[each]: hook} for each, hook in hooks.items()],
    }
    return {"revisionType": "String", "string": {"content": json.dumps(spec)}}


def alarmed_group(world: RolloutWorld, name: str, alarm: str) -> None:
    world.session.client("cloudwatch").put_metric_alarm(
        AlarmName=alarm,
        Namespace="Shop",
        MetricName=alarm,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    world.make_group(name, alarmConfiguration={"enabled": True, "alarms": [{"name": alarm}]})


def set_alarm(world: RolloutWorld, alarm: str, state: str) -> None:
    world.session.client("cloudwatch").set_alarm_state(
        AlarmName=alarm,
        StateValue=state,  # type: ignore[arg-type]
        StateReason="the test says so",
    )


def start_in(world: RolloutWorld, group: str, configuration: str) -> str:
    return world.codedeploy.create_deployment(
        applicationName="shop",
        deploymentGroupName=group,
        deploymentConfigName=configuration,
        revision=a_revision(),
    )["deploymentId"]
