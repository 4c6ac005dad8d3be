"""Some durations in few numbers."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Spread:
    """Percentiles by the nearest rank: each is one of the `count` durations, None without any."""

    count: int
    median: timedelta | None
    p90: timedelta | None
    p95: timedelta | None


def spread_of(durations: Iterable[timedelta]) -> Spread:
    """Where half of `durations`, nine in ten and nineteen in twenty of them lie."""
    ranked = sorted(durations)
    return Spread(len(ranked), *(_rank(ranked, percent) for percent in (50, 90, 95)))


def share(part: int, whole: int) -> float | None:
    """`part` of `whole`; None where there is nothing to have a part of."""
    return part / whole if whole else None


def _rank(ranked: Sequence[timedelta], percent: int) -> timedelta | None:
    return ranked[math.ceil(percent * len(ranked) / 100) - 1] if ranked else None
