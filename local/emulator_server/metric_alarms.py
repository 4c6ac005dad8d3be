"""Alarms look at the metric with their own dimensions, and at no other.

Source: "Using Amazon CloudWatch alarms": a metric is its namespace, name and dimensions. ministack
1.5.33 evaluates an alarm over all metrics of that namespace and name.
"""

from collections.abc import Callable
from typing import Any

from local.emulator_server.pinned import private, replace, require

CLOUDWATCH = "ministack.services.cloudwatch"
Alarm = dict[str, Any]


class _OneMetric:
    """Takes the place of all metrics while one alarm is evaluated."""

    def __init__(self, key: tuple[str, str, str], points: list[Any]) -> None:
        self._key, self._points = key, points

    def items(self) -> list[tuple[tuple[str, str, str], list[Any]]]:
        return [(self._key, self._points)]


def install() -> None:
    require(CLOUDWATCH, "_metrics", "_dims_key", "_dims_from_list")
    replace((CLOUDWATCH,), "_evaluate_alarm", _of_one_metric)


def _of_one_metric(plain: Callable[[Alarm], None]) -> Callable[[Alarm], None]:
    """A copy of the evaluation that sees one metric only: its globals are its own."""
    function: Any = plain
    kind = type(function)

    def evaluate(alarm: Alarm) -> None:
        key = _key(alarm)
        points = private(CLOUDWATCH, "_metrics").get(key)
        if points:
            seen = function.__globals__ | {"_metrics": _OneMetric(key, points)}
            kind(function.__code__, seen, function.__name__)(alarm)

    return evaluate


def _key(alarm: Alarm) -> tuple[str, str, str]:
    dimensions = alarm.get("Dimensions") or []
    named = (
        dimensions
        if isinstance(dimensions, dict)
        else private(CLOUDWATCH, "_dims_from_list")(dimensions)
    )
    return (
        alarm.get("Namespace", ""),
        alarm.get("MetricName", ""),
        private(CLOUDWATCH, "_dims_key")(named),
    )
