"""How often functions and versions are invoked, as CloudWatch counts it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING

from steward.aws.answers import asking
from steward.aws.errors import denials
from steward.domain.runtimes.functions import LATEST

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import DimensionTypeDef, MetricDataQueryTypeDef

type Version = tuple[str, str]

# "GetMetricData", Amazon CloudWatch API Reference: 500 queries and 100,800 data points a call.
_QUERIES = 500
_DAY = timedelta(days=1)
_COUNTED = frozenset({"Complete", "PartialData"})


def invocations(
    client: "CloudWatchClient", versions: Sequence[Version], now: datetime, days: int = 90
) -> dict[Version, int]:
    """Invocations of each (function, version) in the last `days`; raise NotAllowed or NoAnswer.

    `$LATEST` counts all of the function, whatever version. A version counts what names its number:
    an alias has a count of its own. What CloudWatch could not count is left out.
    """
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    found: dict[Version, int] = {}
    with asking("cloudwatch:GetMetricData"), denials():
        for batch in batched(dict.fromkeys(versions), _QUERIES, strict=False):
            found |= _counts(client, batch, midnight - days * _DAY, midnight + _DAY)
    return found


def _counts(
    client: "CloudWatchClient", versions: Sequence[Version], start: datetime, end: datetime
) -> dict[Version, int]:
    asked = {f"q{number}": version for number, version in enumerate(versions)}
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[_query(name, version) for name, version in asked.items()],
        StartTime=start,
        EndTime=end,
    )
    sums: dict[str, float] = {}
    for page in pages:
        for result in page.get("MetricDataResults", []):
            if result.get("StatusCode", "Complete") in _COUNTED:
                name = result["Id"]
                sums[name] = sums.get(name, 0) + sum(result.get("Values", []))
    return {asked[name]: round(total) for name, total in sums.items() if name in asked}


def _query(name: str, version: Version) -> "MetricDataQueryTypeDef":
    return {
        "Id": name,
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/Lambda",
                "MetricName": "Invocations",
                "Dimensions": list(_dimensions(version)),
            },
            "Period": int(_DAY.total_seconds()),
            "Stat": "Sum",
        },
    }


def _dimensions(version: Version) -> "Iterator[DimensionTypeDef]":
    """ "Types of metrics for Lambda functions", AWS Lambda: Resource tells versions apart."""
    name, number = version
    yield {"Name": "FunctionName", "Value": name}
    if number != LATEST:
        yield {"Name": "Resource", "Value": f"{name}:{number}"}
