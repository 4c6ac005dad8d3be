"""CloudWatch as a check meets it: every invocation is a value, from which statistics are made."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.functions.exchange import Call, Refused

type _Key = tuple[str, str, frozenset[tuple[str, str]]]
LAMBDA = "AWS/Lambda"


@dataclass
class FakeMetrics:
    """`by_version`: whether data have the dimension ExecutedVersion. `refused`: a statistic that
    CloudWatch does not know, by its beginning. `statuses`: of results, by their statistic's
    beginning. `page`: results a page."""

    by_version: bool = True
    refused: str = ""
    silent: str = ""
    statuses: dict[str, str] = field(default_factory=dict)
    page: int = 500
    values: dict[_Key, list[tuple[datetime, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def publish(
        self,
        namespace: str,
        metric: str,
        dimensions: Mapping[str, str],
        at: datetime,
        *values: float,
    ) -> None:
        key = (namespace, metric, frozenset(dimensions.items()))
        self.values[key] += [(at, value) for value in values]

    def invoke(  # one keyword for each thing that differs between invocations
        self,
        version: str,
        at: datetime,
        times: int = 1,
        *,
        failed: int = 0,
        ms: Iterable[float] = (),
        function: str = "shop",
        alias: str = "live",
    ) -> None:
        """`times` invocations in the minute of `at`; errors are published when there are any."""
        of_alias = {"FunctionName": function, "Resource": f"{function}:{alias}"}
        durations = list(ms) or [20.0] * times
        assert len(durations) == times, "one duration an invocation"
        for dimensions in (of_alias, of_alias | {"ExecutedVersion": version}):
            if "ExecutedVersion" in dimensions and not self.by_version:
                continue
            self.publish(LAMBDA, "Invocations", dimensions, at, *[1.0] * times)
            self.publish(LAMBDA, "Duration", dimensions, at, *durations)
            if failed:
                self.publish(LAMBDA, "Errors", dimensions, at, *[1.0] * failed)

    def __call__(self, call: Call) -> dict[str, Any]:
        if call.operation == "ListMetrics":
            return {"Metrics": self._listed(call.params)}
        assert call.operation == "GetMetricData", call.operation
        return self._data(call.params)

    def _listed(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "Namespace": namespace,
                "MetricName": metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in sorted(dims)],
            }
            for namespace, metric, dims in self.values
            if (namespace, metric) == (params["Namespace"], params["MetricName"])
        ]

    def _data(self, params: Mapping[str, Any]) -> dict[str, Any]:
        queries = params["MetricDataQueries"]
        stats = [query["MetricStat"]["Stat"] for query in queries]
        if self.refused and any(stat.startswith(self.refused) for stat in stats):
            raise Refused("ValidationError", f"Invalid statistic: {self.refused}")
        first = int(params.get("NextToken", "0"))
        last = first + self.page
        more = {"NextToken": str(last)} if last < len(queries) else {}
        results = [self._result(query, params) for query in queries[first:last]]
        return {"MetricDataResults": results, "Messages": [], **more}

    def _result(self, query: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
        asked = query["MetricStat"]
        stat, period = asked["Stat"], timedelta(seconds=asked["Period"])
        start, end = _utc(params["StartTime"]), _utc(params["EndTime"])
        assert start.second == end.second == 0, "whole minutes"
        assert asked["Period"] % 60 == 0, "whole minutes"
        metric = asked["Metric"]
        dimensions = frozenset((each["Name"], each["Value"]) for each in metric["Dimensions"])
        buckets: dict[datetime, list[float]] = defaultdict(list)
        for at, value in self.values.get(
            (metric["Namespace"], metric["MetricName"], dimensions), []
        ):
            if start <= at < end:
                buckets[start + (at - start) // period * period].append(value)
        if self.silent and stat.startswith(self.silent):
            buckets.clear()
        status = next(
            (said for of, said in self.statuses.items() if stat.startswith(of)), "Complete"
        )
        return {
            "Id": query["Id"],
            "Label": metric["MetricName"],
            "Timestamps": sorted(buckets),
            "Values": [float(statistic(stat, buckets[at])) for at in sorted(buckets)],
            "StatusCode": status,
            "Messages": [],
        }


def statistic(stat: str, values: list[float]) -> float:
    """One statistic of CloudWatch over values."""
    if trimmed := re.fullmatch(r"TC\(([0-9.]+):\)", stat):
        return sum(value > float(trimmed[1]) for value in values)
    if percentile := re.fullmatch(r"p([0-9.]+)", stat):
        ordered = sorted(values)
        rank = (len(ordered) - 1) * float(percentile[1]) / 100
        low = int(rank)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)
    simple = {
        "Sum": sum,
        "SampleCount": len,
        "Average": lambda them: sum(them) / len(them),
        "Minimum": min,
        "Maximum": max,
    }
    return float(simple[stat](values))  # type: ignore[operator]


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
