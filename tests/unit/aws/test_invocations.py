"""Counting invocations: 500 a call, 90 days, and a count nobody made is not a zero."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from steward.aws.answers import NoAnswer
from steward.aws.errors import NotAllowed
from steward.aws.invocations import invocations
from steward.domain.runtimes.functions import LATEST
from tests.unit.aws.scripted import Scripted

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
START, END = datetime(2026, 8, 25, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)


def query(number: int, *dimensions: tuple[str, str]) -> dict[str, Any]:
    return {
        "Id": f"q{number}",
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/Lambda",
                "MetricName": "Invocations",
                "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions],
            },
            "Period": 86400,
            "Stat": "Sum",
        },
    }


def asked(*queries: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"MetricDataQueries": list(queries), "StartTime": START, "EndTime": END, **fields}


def result(number: int, *values: float, status: str = "Complete") -> dict[str, Any]:
    return {"Id": f"q{number}", "Values": list(values), "StatusCode": status}


LATEST_ASKED = query(0, ("FunctionName", "orders"))
THREE_ASKED = query(1, ("FunctionName", "orders"), ("Resource", "orders:3"))
BOTH = [("orders", LATEST), ("orders", "3")]


def count(*answers: dict[str, Any]) -> dict[tuple[str, str], int]:
    aws = Scripted("cloudwatch")
    for answer in answers:
        aws.answers("get_metric_data", answer)
    with aws:
        return invocations(aws.client, BOTH, NOW)


def test_a_function_counts_as_a_whole_and_a_version_by_its_number() -> None:
    aws = Scripted("cloudwatch")
    answer = {"MetricDataResults": [result(0, 5, 7), result(1)]}
    aws.answers("get_metric_data", answer, asked(LATEST_ASKED, THREE_ASKED))
    with aws:
        assert invocations(aws.client, BOTH, NOW) == {("orders", LATEST): 12, ("orders", "3"): 0}


def test_days_begin_at_midnight_utc_wherever_it_is_asked() -> None:
    aws = Scripted("cloudwatch")
    aws.answers("get_metric_data", {}, asked(LATEST_ASKED))
    elsewhere = NOW.astimezone(timezone(timedelta(hours=14)))
    with aws:
        assert invocations(aws.client, BOTH[:1], elsewhere) == {}


def test_a_count_may_come_on_several_pages() -> None:
    aws = Scripted("cloudwatch")
    partial = {"MetricDataResults": [result(0, 5, status="PartialData")], "NextToken": "more"}
    aws.answers("get_metric_data", partial)
    empty: dict[str, Any] = {"MetricDataResults": [], "NextToken": "last"}
    aws.answers("get_metric_data", empty, asked(LATEST_ASKED, NextToken="more"))
    last = {"MetricDataResults": [result(0, 7)]}
    aws.answers("get_metric_data", last, asked(LATEST_ASKED, NextToken="last"))
    with aws:
        assert invocations(aws.client, BOTH[:1], NOW) == {("orders", LATEST): 12}


@pytest.mark.parametrize("status", ["InternalError", "Forbidden"])
def test_what_could_not_be_counted_is_left_out(status: str) -> None:
    found = count({"MetricDataResults": [result(0, status=status), result(1, 2)]})
    assert found == {("orders", "3"): 2}


def test_500_are_counted_a_call_and_each_once() -> None:
    versions = [(f"f{number}", LATEST) for number in range(501)]
    aws = Scripted("cloudwatch")
    first = [query(number, ("FunctionName", f"f{number}")) for number in range(500)]
    results = [result(number, number) for number in range(500)]
    aws.answers("get_metric_data", {"MetricDataResults": results}, asked(*first))
    answer = {"MetricDataResults": [result(0, 500)]}
    aws.answers("get_metric_data", answer, asked(query(0, ("FunctionName", "f500"))))
    with aws:
        found = invocations(aws.client, versions + versions[:3], NOW)
    assert found == {version: number for number, version in enumerate(versions)}


def test_nothing_to_count_costs_no_call() -> None:
    with Scripted("cloudwatch") as aws:
        assert invocations(aws.client, [], NOW) == {}


def test_a_denied_call_is_named() -> None:
    with (
        Scripted("cloudwatch").refuses("get_metric_data", "AccessDenied", "no") as aws,
        pytest.raises(NotAllowed, match="GetMetricData"),
    ):
        invocations(aws.client, BOTH, NOW)


def test_cloudwatch_being_busy_is_no_answer_rather_than_no_scan() -> None:
    with (
        Scripted("cloudwatch").refuses("get_metric_data", "Throttling") as aws,
        pytest.raises(NoAnswer, match="cloudwatch:GetMetricData"),
    ):
        invocations(aws.client, BOTH, NOW)
