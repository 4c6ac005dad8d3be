"""Counts of samples within bounds, TC(...) and PR(...), which ministack 1.5.33 takes for averages.

Source: "CloudWatch statistics definitions", Amazon CloudWatch User Guide: "TC(150:1000)" is the
number of data points within the bounds, the lower one exclusive, the upper one inclusive; a missing
bound is none.
"""

import re
from collections.abc import Callable
from typing import Any

from local.emulator_server.pinned import private, replace

CLOUDWATCH = "ministack.services.cloudwatch"
NUMBER = r"\d+(?:\.\d+)?"
BOUNDED = re.compile(rf"(TC|PR)\(({NUMBER})?:({NUMBER})?\)", re.IGNORECASE)


def install() -> None:
    replace((CLOUDWATCH,), "_stat_value", _with_counts)


def _with_counts(plain: Callable[..., float | None]) -> Callable[..., float | None]:
    def stat_value(stats: Any, name: str, points: Any = None) -> float | None:
        bounded = BOUNDED.fullmatch(name or "")
        return _bounded(bounded, points or []) if bounded else plain(stats, name, points)

    return stat_value


def _bounded(asked: re.Match[str], points: list[dict[str, Any]]) -> float | None:
    """None when the points are statistic sets, of which CloudWatch knows no samples."""
    samples = private(CLOUDWATCH, "_percentile_samples")(points)
    if not samples:
        return None
    low = float(asked[2]) if asked[2] else float("-inf")
    high = float(asked[3]) if asked[3] else float("inf")
    within = float(sum(count for value, count in samples if low < value <= high))
    if asked[1].upper() == "TC":
        return within
    return 100 * within / float(sum(count for _value, count in samples))
