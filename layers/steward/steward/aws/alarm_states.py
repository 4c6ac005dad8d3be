"""CloudWatch alarms by name, and when their metrics last had data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any, cast

from steward.aws.errors import code_of, denials
from steward.aws.function_versions import IN_THE_UNIT
from steward.domain.rollouts.alarm_states import AlarmMetric, AlarmState

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.literals import AlarmTypeType
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef

# "DescribeAlarms", Amazon CloudWatch API Reference: 100 names and 100 alarms a call; only metric
# alarms unless other types are asked for.
_NAMES = 100
_NOT_KNOWN = frozenset({"InvalidParameterValue", "ValidationError", "ValidationException"})
# "GetMetricData", Amazon CloudWatch API Reference: 500 queries a call; a period of a day may begin
# at any minute.
_QUERIES = 500
_DAY = timedelta(days=1)


def read_alarms(client: "CloudWatchClient", names: Sequence[str]) -> tuple[AlarmState, ...]:
    """The alarms that exist, in the order of `names`; raise NotAllowed."""
    wanted = list(dict.fromkeys(names))
    found: dict[str, AlarmState] = {}
    with denials(IN_THE_UNIT):
        for batch in batched(wanted, _NAMES, strict=False):
            found |= _described(client, batch)
    return tuple(found[name] for name in wanted if name in found)


def with_last_data(
    client: "CloudWatchClient", alarms: Sequence[AlarmState], now: datetime, days: int
) -> tuple[AlarmState, ...]:
    """The same alarms, with the latest datapoint that their metrics had in `days` days.

    Alarms without a metric of their own stay as they are. Raise NotAllowed.
    """
    metrics = {alarm.name: alarm.metric for alarm in alarms if alarm.metric is not None}
    latest: dict[str, datetime] = {}
    with denials(IN_THE_UNIT):
        for batch in batched(metrics.items(), _QUERIES, strict=False):
            latest |= _latest(client, dict(batch), now - days * _DAY, now)
    return tuple(replace(alarm, last_data=latest.get(alarm.name)) for alarm in alarms)


def _described(client: "CloudWatchClient", names: Sequence[str]) -> dict[str, AlarmState]:
    found = _of_types(client, names, ("MetricAlarm", "CompositeAlarm"))
    others = [name for name in names if name not in found]
    return found | _log_alarms(client, others) if others else found


def _log_alarms(client: "CloudWatchClient", names: Sequence[str]) -> dict[str, AlarmState]:
    """A region that does not know alarms on logs refuses the question, and has none of them."""
    try:
        return _of_types(client, names, ("LogAlarm",))
    except client.exceptions.ClientError as error:
        if code_of(error) not in _NOT_KNOWN:
            raise
        return {}


def _of_types(
    client: "CloudWatchClient", names: Sequence[str], types: "Sequence[AlarmTypeType]"
) -> dict[str, AlarmState]:
    pages = client.get_paginator("describe_alarms").paginate(
        AlarmNames=list(names), AlarmTypes=list(types)
    )
    found: dict[str, AlarmState] = {}
    for page in pages:
        rows: Mapping[str, Any] = cast("Mapping[str, Any]", page)
        for kind in ("MetricAlarms", "CompositeAlarms", "LogAlarms"):
            found |= {row["AlarmName"]: _state(row) for row in rows.get(kind) or []}
    return found


def _state(row: Mapping[str, Any]) -> AlarmState:
    return AlarmState(
        name=row["AlarmName"],
        state=row["StateValue"],
        reason=row.get("StateReason") or "",
        since=row.get("StateTransitionedTimestamp") or row.get("StateUpdatedTimestamp"),
        metric=_metric(row),
    )


def _metric(row: Mapping[str, Any]) -> AlarmMetric | None:
    """The one metric of an alarm of this account; None for one on expressions, alarms or logs."""
    if row.get("MetricName") and row.get("Namespace"):
        return _named(row, row.get("Unit") or "")
    queries = row.get("Metrics") or []
    stat = queries[0].get("MetricStat") if len(queries) == 1 else None
    if stat is None or queries[0].get("AccountId"):
        return None
    return _named(stat["Metric"], stat.get("Unit") or "")


def _named(row: Mapping[str, Any], unit: str) -> AlarmMetric:
    dimensions = {each["Name"]: each["Value"] for each in row.get("Dimensions") or []}
    return AlarmMetric(row["Namespace"], row["MetricName"], dimensions, unit)


def _latest(
    client: "CloudWatchClient", metrics: Mapping[str, AlarmMetric], start: datetime, end: datetime
) -> dict[str, datetime]:
    asked = {f"q{number}": name for number, name in enumerate(metrics)}
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[_query(key, metrics[name]) for key, name in asked.items()],
        StartTime=start,
        EndTime=end,
    )
    found: dict[str, datetime] = {}
    for page in pages:
        for result in page.get("MetricDataResults", []):
            _take_later(found, asked[result["Id"]], result.get("Timestamps", []))
    return found


def _take_later(found: dict[str, datetime], name: str, instants: Iterable[datetime]) -> None:
    for instant in instants:
        found[name] = max(found.get(name, instant), instant)


def _query(key: str, metric: AlarmMetric) -> "MetricDataQueryTypeDef":
    query: MetricDataQueryTypeDef = {
        "Id": key,
        "MetricStat": {
            "Metric": {
                "Namespace": metric.namespace,
                "MetricName": metric.name,
                "Dimensions": [
                    {"Name": name, "Value": value} for name, value in metric.dimensions.items()
                ],
            },
            "Period": int(_DAY.total_seconds()),
            "Stat": "SampleCount",
        },
    }
    if metric.unit:
        query["MetricStat"]["Unit"] = metric.unit  # type: ignore[arg-type]  # as AWS wrote it
    return query
