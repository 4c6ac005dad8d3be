"""CloudWatch's series of numbers, complete or not at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from steward.aws.errors import code_of, denials, message_of
from steward.domain.rollouts.windows import MINUTE, Minutes, Series

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import (
        GetMetricDataOutputTypeDef,
        MetricDataQueryTypeDef,
        MetricDataResultTypeDef,
    )

MOST_LISTED = 10
# "GetMetricData", Amazon CloudWatch API Reference: so it refuses a statistic it does not know.
_REFUSED = frozenset(
    {
        "InvalidParameterCombination",
        "InvalidParameterValue",
        "ValidationError",
        "ValidationException",
    }
)
_REMEDY = (
    "the rollout functions' roles of org/members/hooks.yaml allow it, so look for a service "
    "control policy or a permissions boundary that denies it"
)


class UnreadableSeries(Exception):
    """CloudWatch did not give all of what was asked for; says what it gave instead."""


@dataclass(frozen=True, slots=True)
class SeriesQuery:
    """One statistic of one metric. `stat` as CloudWatch writes it, such as p95 or TC(250:)."""

    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    stat: str
    period: timedelta = MINUTE

    def __str__(self) -> str:
        return f"{self.stat} of {self.namespace} {self.metric} {written(self.dimensions)}"


def written(dimensions: Mapping[str, str]) -> str:
    """Dimensions for a person."""
    named = ", ".join(f"{name}={value}" for name, value in sorted(dimensions.items()))
    return f"[{named}]" if named else "without dimensions"


def read_series[Key](
    client: "CloudWatchClient", queries: Mapping[Key, SeriesQuery], minutes: Minutes
) -> dict[Key, Series]:
    """Each query's data by their time; a series without any is empty. Raise UnreadableSeries."""
    ids = {f"q{place}": key for place, key in enumerate(queries)}
    series: dict[Key, dict[object, float]] = {key: {} for key in queries}
    last: dict[Key, MetricDataResultTypeDef] = {}
    for page in _pages(client, [*queries.values()], minutes):
        for result in page["MetricDataResults"]:
            key = ids[result["Id"]]
            last[key] = result
            series[key] |= zip(result["Timestamps"], result["Values"], strict=True)
    for key, result in last.items():
        _require_all(queries[key], result)
    return series  # type: ignore[return-value]  # botocore's timestamps are datetimes


def _pages(
    client: "CloudWatchClient", queries: list[SeriesQuery], minutes: Minutes
) -> "Iterator[GetMetricDataOutputTypeDef]":
    # PartialData is followed by NextToken: "MetricDataResult", Amazon CloudWatch API Reference.
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[_query(f"q{place}", query) for place, query in enumerate(queries)],
        StartTime=minutes.start,
        EndTime=minutes.end,
        ScanBy="TimestampAscending",
    )
    try:
        with denials(_REMEDY):
            yield from pages
    except ClientError as error:
        if code_of(error) not in _REFUSED:
            raise
        asked = "; ".join(sorted({str(query) for query in queries}))
        raise UnreadableSeries(f"CloudWatch refuses {asked}: {message_of(error)}") from error


def _query(query_id: str, query: SeriesQuery) -> "MetricDataQueryTypeDef":
    return {
        "Id": query_id,
        "MetricStat": {
            "Metric": {
                "Namespace": query.namespace,
                "MetricName": query.metric,
                "Dimensions": [
                    {"Name": name, "Value": value} for name, value in query.dimensions.items()
                ],
            },
            "Period": int(query.period.total_seconds()),
            "Stat": query.stat,
        },
        "ReturnData": True,
    }


def _require_all(query: SeriesQuery, result: "MetricDataResultTypeDef") -> None:
    status = result.get("StatusCode", "Complete")
    if status == "Complete":
        return
    said = "; ".join(each.get("Value", "") for each in result.get("Messages", []))
    raise UnreadableSeries(
        f"CloudWatch answers {status} to {query}{f' ({said})' if said else ''}, "
        "so some of its data may be missing"
    )


def known_dimensions(
    client: "CloudWatchClient", namespace: str, metric: str
) -> tuple[Mapping[str, str], ...]:
    """Some sets of dimensions that the metric has data of, at most MOST_LISTED; one call."""
    with denials(_REMEDY):
        answer = client.list_metrics(Namespace=namespace, MetricName=metric)
    found = islice(answer["Metrics"], MOST_LISTED)
    return tuple({each["Name"]: each["Value"] for each in one["Dimensions"]} for one in found)
