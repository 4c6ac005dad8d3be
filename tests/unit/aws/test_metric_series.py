"""CloudWatch's data, page by page, complete or not at all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steward.aws.errors import NotAllowed
from steward.aws.metric_series import (
    SeriesQuery,
    UnreadableSeries,
    known_dimensions,
    read_series,
)
from steward.domain.rollouts.windows import Minutes
from tests.unit.aws.scripted import Scripted

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WINDOW = Minutes(NOON, NOON + 5 * MINUTE)
ERRORS = SeriesQuery("AWS/Lambda", "Errors", {"FunctionName": "shop"}, "Sum")
SLOW = SeriesQuery("AWS/Lambda", "Duration", {"FunctionName": "shop"}, "TC(250:)", 5 * MINUTE)


@pytest.fixture
def cloudwatch() -> Scripted:
    return Scripted("cloudwatch")


def result(query_id: str, *values: float, first: int = 0, **more: Any) -> dict[str, Any]:
    times = [NOON + (first + minute) * MINUTE for minute in range(len(values))]
    return {
        "Id": query_id,
        "Timestamps": times,
        "Values": [*values],
        "StatusCode": "Complete",
    } | more


def test_one_request_asks_for_all_series(cloudwatch: Scripted) -> None:
    def query(place: str, metric: str, period: int, stat: str) -> dict[str, Any]:
        dimensions = [{"Name": "FunctionName", "Value": "shop"}]
        named = {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions}
        return {
            "Id": place,
            "MetricStat": {"Metric": named, "Period": period, "Stat": stat},
            "ReturnData": True,
        }

    expected = {
        "MetricDataQueries": [
            query("q0", "Errors", 60, "Sum"),
            query("q1", "Duration", 300, "TC(250:)"),
        ],
        "StartTime": NOON,
        "EndTime": NOON + 5 * MINUTE,
        "ScanBy": "TimestampAscending",
    }
    answer = {"MetricDataResults": [result("q0", 1, 2), result("q1", 7)]}
    with cloudwatch.answers("get_metric_data", answer, expected):
        found = read_series(cloudwatch.client, {"errors": ERRORS, "slow": SLOW}, WINDOW)
    assert found == {"errors": {NOON: 1, NOON + MINUTE: 2}, "slow": {NOON: 7}}


def test_a_series_goes_on_on_the_next_page(cloudwatch: Scripted) -> None:
    first = result("q0", 1, StatusCode="PartialData")
    cloudwatch.answers("get_metric_data", {"MetricDataResults": [first], "NextToken": "more"})
    with cloudwatch.answers("get_metric_data", {"MetricDataResults": [result("q0", 2, first=1)]}):
        found = read_series(cloudwatch.client, {"errors": ERRORS}, WINDOW)
    assert found["errors"] == {NOON: 1, NOON + MINUTE: 2}


def test_a_series_without_data_is_empty(cloudwatch: Scripted) -> None:
    with cloudwatch.answers("get_metric_data", {"MetricDataResults": [result("q0")]}):
        assert read_series(cloudwatch.client, {"errors": ERRORS}, WINDOW) == {"errors": {}}


@pytest.mark.parametrize("status", ["PartialData", "InternalError", "Forbidden"])
def test_data_that_stay_incomplete_are_none(cloudwatch: Scripted, status: str) -> None:
    said = [{"Code": "x", "Value": "try later"}]
    broken = result("q0", 1, StatusCode=status, Messages=said)
    expected = rf"answers {status} to Sum of AWS/Lambda Errors \[FunctionName=shop\] \(try later\)"
    with (
        cloudwatch.answers("get_metric_data", {"MetricDataResults": [broken]}),
        pytest.raises(UnreadableSeries, match=expected),
    ):
        read_series(cloudwatch.client, {"errors": ERRORS}, WINDOW)


@pytest.mark.parametrize("code", ["ValidationError", "InvalidParameterValue"])
def test_a_statistic_that_cloudwatch_does_not_know_is_named(
    cloudwatch: Scripted, code: str
) -> None:
    with (
        cloudwatch.refuses("get_metric_data", code, "bad statistic"),
        pytest.raises(UnreadableSeries, match=r"refuses TC\(250:\) of .*: bad statistic"),
    ):
        read_series(cloudwatch.client, {"slow": SLOW}, WINDOW)


def test_a_denial_is_told_apart(cloudwatch: Scripted) -> None:
    with cloudwatch.refuses("get_metric_data", "AccessDenied", "no"), pytest.raises(NotAllowed):
        read_series(cloudwatch.client, {"errors": ERRORS}, WINDOW)


def test_what_may_pass_flies_as_it_is(cloudwatch: Scripted) -> None:
    with (
        cloudwatch.refuses("get_metric_data", "Throttling", "slow down"),
        pytest.raises(cloudwatch.client.exceptions.ClientError, match="slow down"),
    ):
        read_series(cloudwatch.client, {"errors": ERRORS}, WINDOW)


def test_known_dimensions_are_some_of_those_there_are(cloudwatch: Scripted) -> None:
    metrics = [{"Dimensions": [{"Name": "Shop", "Value": str(n)}]} for n in range(30)]
    expected = {"Namespace": "Shop", "MetricName": "Orders"}
    with cloudwatch.answers("list_metrics", {"Metrics": metrics}, expected):
        found = known_dimensions(cloudwatch.client, "Shop", "Orders")
    assert found == tuple({"Shop": str(n)} for n in range(10))
