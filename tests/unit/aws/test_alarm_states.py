"""Alarms by name and the last data of their metrics, checked against CloudWatch's model."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from steward.aws.alarm_states import read_alarms, with_last_data
from steward.aws.errors import NotAllowed
from steward.domain.rollouts.alarm_states import AlarmMetric, AlarmState
from tests.unit.aws.scripted import Scripted

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LAMBDA_ERRORS: dict[str, Any] = {
    "Namespace": "AWS/Lambda",
    "MetricName": "Errors",
    "Dimensions": [{"Name": "FunctionName", "Value": "shop"}],
}
ERRORS = AlarmMetric("AWS/Lambda", "Errors", {"FunctionName": "shop"})


def alarm(name: str, state: str = "OK", **fields: Any) -> dict[str, Any]:
    return {"AlarmName": name, "StateValue": state} | fields


def asked(names: list[str], *types: str) -> dict[str, Any]:
    return {"AlarmNames": names, "AlarmTypes": list(types)}


def metrics_and_composites(names: list[str]) -> dict[str, Any]:
    return asked(names, "MetricAlarm", "CompositeAlarm")


def test_metric_and_composite_alarms_are_found_in_the_order_asked_for() -> None:
    names = ["whole", "errors"]
    answer = {
        "MetricAlarms": [alarm("errors", StateTransitionedTimestamp=NOW, **LAMBDA_ERRORS)],
        "CompositeAlarms": [alarm("whole", "ALARM", StateReason="errors is in ALARM")],
    }
    aws = Scripted("cloudwatch")
    with aws.answers("describe_alarms", answer, metrics_and_composites(names)):
        found = read_alarms(aws.client, [*names, "errors"])
    assert found == (
        AlarmState("whole", "ALARM", "errors is in ALARM"),
        AlarmState("errors", "OK", since=NOW, metric=ERRORS),
    )


def test_a_hundred_names_are_asked_for_at_once() -> None:
    names = [f"alarm-{number:03}" for number in range(101)]
    aws = Scripted("cloudwatch")
    for batch in (names[:100], names[100:]):
        rows = [alarm(name) for name in batch]
        aws.answers("describe_alarms", {"MetricAlarms": rows}, metrics_and_composites(batch))
    with aws:
        assert [each.name for each in read_alarms(aws.client, names)] == names


def test_an_alarm_on_logs_is_asked_for_when_nothing_else_has_its_name() -> None:
    aws = Scripted("cloudwatch").answers("describe_alarms", {}, metrics_and_composites(["logs"]))
    answer = {"LogAlarms": [alarm("logs", "ALARM")]}
    with aws.answers("describe_alarms", answer, asked(["logs"], "LogAlarm")):
        assert read_alarms(aws.client, ["logs"]) == (AlarmState("logs", "ALARM"),)


def test_an_alarm_that_does_not_exist_is_left_out() -> None:
    aws = Scripted("cloudwatch").answers("describe_alarms", {}).answers("describe_alarms", {})
    with aws:
        assert read_alarms(aws.client, ["gone"]) == ()


def test_a_region_that_knows_no_alarms_on_logs_has_none() -> None:
    aws = Scripted("cloudwatch").answers("describe_alarms", {})
    with aws.refuses("describe_alarms", "ValidationError", "LogAlarm is no member of the enum"):
        assert read_alarms(aws.client, ["gone"]) == ()


def test_another_refusal_is_not_swallowed() -> None:
    aws = Scripted("cloudwatch").answers("describe_alarms", {})
    with (
        aws.refuses("describe_alarms", "InternalServiceFault"),
        pytest.raises(ClientError, match="InternalServiceFault"),
    ):
        read_alarms(aws.client, ["gone"])


def test_a_missing_permission_is_named() -> None:
    aws = Scripted("cloudwatch").refuses("describe_alarms", "AccessDenied", "no")
    with aws, pytest.raises(NotAllowed, match="DescribeAlarms"):
        read_alarms(aws.client, ["errors"])


STAT = {"Metric": LAMBDA_ERRORS, "Period": 60, "Stat": "Sum", "Unit": "Count"}


@pytest.mark.parametrize(
    ("fields", "metric"),
    [
        pytest.param({"Metrics": [{"Id": "m", "MetricStat": STAT}]}, "the-one", id="one-metric"),
        pytest.param({"Metrics": [{"Id": "e", "Expression": "1"}]}, "", id="expression"),
        pytest.param(
            {"Metrics": [{"Id": "m", "MetricStat": STAT}, {"Id": "e", "Expression": "m*2"}]},
            "",
            id="expression-over-a-metric",
        ),
        pytest.param(
            {"Metrics": [{"Id": "m", "MetricStat": STAT, "AccountId": "999999999999"}]},
            "",
            id="of-another-account",
        ),
    ],
)
def test_only_an_alarm_on_one_metric_of_this_account_has_one(
    fields: dict[str, Any], metric: str
) -> None:
    aws = Scripted("cloudwatch").answers(
        "describe_alarms", {"MetricAlarms": [alarm("a", **fields)]}
    )
    with aws:
        (found,) = read_alarms(aws.client, ["a"])
    expected = AlarmMetric(ERRORS.namespace, ERRORS.name, ERRORS.dimensions, "Count")
    assert found.metric == (expected if metric else None)


def test_the_latest_datapoint_in_the_days_asked_for_is_found() -> None:
    query = {
        "Id": "q0",
        "MetricStat": {"Metric": LAMBDA_ERRORS, "Period": 86400, "Stat": "SampleCount"},
    }
    expected = {
        "MetricDataQueries": [query],
        "StartTime": NOW - timedelta(days=14),
        "EndTime": NOW,
    }
    days = [NOW - timedelta(days=number) for number in (9, 2, 5)]
    answer = {"MetricDataResults": [{"Id": "q0", "Timestamps": days, "Values": [1, 1, 1]}]}
    expression = AlarmState("whole", "OK")
    aws = Scripted("cloudwatch").answers("get_metric_data", answer, expected)
    with aws:
        found = with_last_data(
            aws.client, [AlarmState("errors", "OK", metric=ERRORS), expression], NOW, 14
        )
    assert found == (
        AlarmState("errors", "OK", metric=ERRORS, last_data=NOW - timedelta(days=2)),
        expression,
    )


def test_alarms_on_expressions_alone_ask_for_no_data() -> None:
    with Scripted("cloudwatch") as aws:
        assert with_last_data(aws.client, [AlarmState("whole", "OK")], NOW, 14)
