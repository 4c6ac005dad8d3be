"""AWS/Lambda as canaries are compared by it: by alias and version, by the count of the slow."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.emulator import Emulator
from tests.integration.local.rollout_world import CANARY, FAILING, RolloutWorld

ACCOUNT = "510000000005"
LIVE = {"FunctionName": "web", "Resource": "web:live"}
SLEEPING = """
import time
def handler(event, context):
    time.sleep(event)
"""


@pytest.fixture(scope="module")
def world(emulator: Emulator) -> RolloutWorld:
    """Two thirds of the invocations of the alias are of version 1; version 2 always fails."""
    world = RolloutWorld(emulator, ACCOUNT).build()
    world.reset()
    failing = world.publish(FAILING)
    world.functions.delete_function(FunctionName="web", Qualifier="2")
    for version, times in (("1", 4), (failing, 2)):
        world.functions.update_alias(FunctionName="web", Name="live", FunctionVersion=version)
        for _ in range(times):
            world.functions.invoke(FunctionName="web", Qualifier="live")
    world.functions.invoke(FunctionName="web", Qualifier="1")
    world.functions.invoke(FunctionName="web")
    return world


@pytest.mark.parametrize(
    ("dimensions", "invocations", "errors"),
    [
        pytest.param({"FunctionName": "web"}, 8, 3, id="function"),
        pytest.param(LIVE, 6, 2, id="alias"),
        pytest.param(LIVE | {"ExecutedVersion": "1"}, 4, 0, id="stable version of the alias"),
        pytest.param(LIVE | {"ExecutedVersion": "3"}, 2, 2, id="failing version of the alias"),
        pytest.param({"FunctionName": "web", "Resource": "web:1"}, 1, 0, id="version itself"),
        pytest.param({"FunctionName": "web", "Resource": "web:3"}, 0, 0, id="never by itself"),
    ],
)
def test_invocations_are_counted_where_they_belong(
    world: RolloutWorld, dimensions: dict[str, str], invocations: int, errors: int
) -> None:
    assert world.metric("Invocations", **dimensions) == invocations
    assert world.metric("Errors", **dimensions) == errors
    assert world.metric("Duration", "SampleCount", **dimensions) == invocations
    assert world.metric("Throttles", **dimensions) == 0


def test_an_asynchronous_invocation_counts_when_it_runs_with_its_error(
    world: RolloutWorld,
) -> None:
    world.make_function("later", FAILING)
    world.functions.put_function_event_invoke_config(FunctionName="later", MaximumRetryAttempts=0)
    world.functions.invoke(FunctionName="later", InvocationType="Event")
    world.until(lambda: world.metric("Errors", FunctionName="later") == 1)
    assert world.metric("Invocations", FunctionName="later") == 1


def test_a_throttled_request_is_no_invocation(world: RolloutWorld) -> None:
    world.make_function("full", FAILING)
    world.functions.put_function_concurrency(FunctionName="full", ReservedConcurrentExecutions=0)
    with pytest.raises(world.functions.exceptions.TooManyRequestsException):
        world.functions.invoke(FunctionName="full", Qualifier="1")
    for dimensions in ({"FunctionName": "full"}, {"FunctionName": "full", "Resource": "full:1"}):
        assert world.metric("Throttles", **dimensions) >= 1
        assert world.metric("Invocations", **dimensions) == 0
        assert world.metric("Errors", **dimensions) == 0


def test_slow_invocations_are_counted_and_cold_starts_are_not_slow(world: RolloutWorld) -> None:
    """The duration of an invocation does not hold the start of its environment."""
    world.make_function("sleeping", "import time\ntime.sleep(0.4)" + SLEEPING)
    for seconds in (0.0, 0.0, 0.3):
        world.functions.invoke(FunctionName="sleeping", Payload=json.dumps(seconds).encode())
    slow, quick, share = (
        world.metric("Duration", statistic, FunctionName="sleeping")
        for statistic in ("TC(290:)", "TC(:290)", "PR(:290)")
    )
    assert (slow, quick, round(share)) == (1, 2, 67)


def test_samples_are_counted_above_and_up_to_a_bound(world: RolloutWorld) -> None:
    """The lower bound is exclusive, the upper one inclusive."""
    now = datetime.now(UTC)
    world.session.client("cloudwatch").put_metric_data(
        Namespace="Shop",
        MetricData=[
            {"MetricName": "Wait", "Timestamp": now, "Values": [1.0, 2.0, 3.0], "Counts": [1, 1, 4]}
        ],
    )
    counted = {stat: wait(world, now, stat) for stat in ("TC(2:)", "TC(:2)", "TC(1:3)", "p50")}
    assert counted == {"TC(2:)": [4], "TC(:2)": [2], "TC(1:3)": [5], "p50": [3]}


def wait(world: RolloutWorld, now: datetime, statistic: str) -> list[float]:
    metric = {"Namespace": "Shop", "MetricName": "Wait"}
    query: Any = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": statistic}}
    return world.session.client("cloudwatch").get_metric_data(
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
        MetricDataQueries=[query],
    )["MetricDataResults"][0]["Values"]


def test_metrics_show_the_times_of_the_deployment(world: RolloutWorld) -> None:
    """What is invoked in the half second of a quick canary spreads over its five minutes."""
    world.publish(SLEEPING)
    world.reset()
    world.control.set_pace(0.01)
    deployment = world.unit.start(world.group, ("web", "live"), ("1", "4"), {}, CANARY)
    while world.unit.describe(deployment)["status"] != "Succeeded":
        world.functions.invoke(FunctionName="web", Qualifier="live", Payload=b"0")
    shift = next(
        each
        for each in world.target(deployment)["lifecycleEvents"]
        if each["lifecycleEventName"] == "AllowTraffic"
    )
    series = world.session.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Invocations",
        Dimensions=[{"Name": name, "Value": value} for name, value in LIVE.items()],
        StartTime=shift["startTime"],
        EndTime=shift["endTime"],
        Period=60,
        Statistics=["Sum"],
    )["Datapoints"]
    assert len(series) >= 4


def test_an_alarm_looks_at_its_own_dimensions_only(world: RolloutWorld) -> None:
    alarms = world.session.client("cloudwatch")
    for name, version in (("of-stable", "1"), ("of-failing", "3")):
        named = LIVE | {"ExecutedVersion": version}
        alarms.put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/Lambda",
            MetricName="Errors",
            Dimensions=[{"Name": key, "Value": value} for key, value in named.items()],
            Statistic="Sum",
            Period=3600,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
        )
    found = alarms.describe_alarms()["MetricAlarms"]
    assert {each["AlarmName"]: each["StateValue"] for each in found} == {
        "of-stable": "OK",
        "of-failing": "ALARM",
    }
