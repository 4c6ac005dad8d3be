"""`alarms`: one in ALARM fails before CodeDeploy stops mutely; a silent one is warned of."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.session import Session
from moto import mock_aws

from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.config_checks import AlarmsCheck
from steward.domain.rollouts.results import Finding, Outcome
from steward.workflows.rollouts.checks.alarms import check_alarms
from tests.unit.aws.scripted import Scripted
from tests.unit.workflows.rollouts.checks.lambda_wire import Clock
from tests.unit.workflows.rollouts.checks.scripted_bench import ScriptedClients, bench

NOW = datetime.now(UTC)


@pytest.fixture
def cloudwatch() -> Iterator[Any]:
    with mock_aws():
        yield Session().create_client("cloudwatch", region_name="eu-west-1")


def alarm(cloudwatch: Any, name: str, state: str = "OK", metric: str = "Errors") -> None:
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": "FunctionName", "Value": "shop"}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="Threshold Crossed")


def datapoint(cloudwatch: Any, metric: str = "Errors", days_ago: float = 1) -> None:
    datum = {
        "MetricName": metric,
        "Dimensions": [{"Name": "FunctionName", "Value": "shop"}],
        "Timestamp": NOW - timedelta(days=days_ago),
        "Value": 0,
    }
    cloudwatch.put_metric_data(Namespace="AWS/Lambda", MetricData=[datum])


def checked(group: tuple[str, ...] = (), **declared: Any) -> Finding:
    check = AlarmsCheck.model_validate({"type": "alarms"} | declared)
    return check_alarms(check, bench(UnitClients(), Clock(NOW), alarm_names=group))


def test_alarms_that_are_quiet_and_have_data_pass(cloudwatch: Any) -> None:
    datapoint(cloudwatch)
    for name in ("errors", "more"):
        alarm(cloudwatch, name)
    found = checked(("errors", "more"))
    assert (found.outcome, found.reason) == (Outcome.PASS, "none of 2 alarms is in ALARM")
    assert found.evidence["without_data"] == []


def test_an_alarm_of_the_group_in_alarm_fails_with_what_codedeploy_would_do(
    cloudwatch: Any,
) -> None:
    datapoint(cloudwatch)
    alarm(cloudwatch, "errors", "ALARM")
    found = checked(("errors",))
    assert found.outcome is Outcome.FAIL
    assert "alarm errors is in ALARM" in found.reason
    assert "ALARM_ACTIVE" in found.reason


def test_the_check_may_name_others_than_the_groups(cloudwatch: Any) -> None:
    datapoint(cloudwatch)
    alarm(cloudwatch, "errors", "ALARM")
    alarm(cloudwatch, "orders")
    assert checked(("errors",), names=["orders"]).outcome is Outcome.PASS


def test_a_composite_alarm_counts_too() -> None:
    answer = {"CompositeAlarms": [{"AlarmName": "whole", "StateValue": "ALARM"}]}
    with Scripted("cloudwatch").answers("describe_alarms", answer) as aws:
        clients = ScriptedClients(cloudwatch=aws.client)
        found = check_alarms(AlarmsCheck(type="alarms", names=("whole",)), bench(clients, Clock()))
    assert found.outcome is Outcome.FAIL


def test_an_alarm_that_does_not_exist_fails(cloudwatch: Any) -> None:
    datapoint(cloudwatch)
    alarm(cloudwatch, "errors")
    found = checked(("errors", "gone"))
    assert (found.outcome, found.evidence["missing"]) == (Outcome.FAIL, ["gone"])
    assert found.reason.startswith("alarm gone does not exist in this account and region")


def test_an_alarm_that_never_had_data_is_warned_of(cloudwatch: Any) -> None:
    alarm(cloudwatch, "errors")
    found = checked(("errors",))
    assert (found.outcome, found.evidence["without_data"]) == (Outcome.PASS, ["errors"])
    assert found.reason.startswith(
        "alarm errors is OK; warning: alarm errors had no data in 14 days"
    )


def test_an_alarm_that_never_had_data_fails_where_the_check_wants_that(cloudwatch: Any) -> None:
    alarm(cloudwatch, "errors")
    found = checked(("errors",), fail_without_data=True)
    assert found.outcome is Outcome.FAIL
    assert found.reason.startswith("alarm errors had no data in 14 days")


@pytest.mark.parametrize(
    ("days_ago", "without_data"),
    [pytest.param(13, [], id="in-time"), pytest.param(15, ["errors"], id="too-long-ago")],
)
def test_data_of_the_last_days_is_looked_for(
    cloudwatch: Any, days_ago: float, without_data: list[str]
) -> None:
    datapoint(cloudwatch, days_ago=days_ago)
    alarm(cloudwatch, "errors")
    assert checked(("errors",)).evidence["without_data"] == without_data


def test_an_alarm_that_has_no_data_just_now_is_warned_of_and_does_not_fail(
    cloudwatch: Any,
) -> None:
    datapoint(cloudwatch)
    alarm(cloudwatch, "errors", "INSUFFICIENT_DATA")
    found = checked(("errors",), fail_without_data=True)
    assert found.outcome is Outcome.PASS
    assert "is in INSUFFICIENT_DATA now" in found.reason


@pytest.mark.parametrize(
    ("deployment", "why"),
    [
        pytest.param("d-ABCDEF", "the deployment group has none", id="deployment"),
        pytest.param("", "no deployment is known", id="trial"),
    ],
)
def test_without_any_alarm_there_is_nothing_to_check(
    cloudwatch: Any, deployment: str, why: str
) -> None:
    alarm(cloudwatch, "errors", "ALARM")
    found = check_alarms(
        AlarmsCheck(type="alarms"),
        replace(bench(UnitClients(), Clock()), deployment_id=deployment),
    )
    assert found.outcome is Outcome.SKIPPED
    assert found.reason == f"the check names no alarms, and {why}"
