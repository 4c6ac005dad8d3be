"""How fast a wave's functions are fixed, how fast they would have to be, and when that ends.

The rate is taken from the ends of the last 28 days, not fitted through all counts: a count is kept
only when it differs from the one before, so a fit would weigh busy days and forget quiet ones.
Counts of days on which another number of units was covered do not compare and are left out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import Snapshot
from steward.domain.runtimes.reporting.overview import Point

WINDOW = timedelta(days=28)
_LONGEST = timedelta(days=36_525)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Pace:
    """Functions a week: None where there is none to say. `done`: when none is left at `actual`."""

    needed: float | None
    actual: float | None
    done: date | None


def wave_key(milestone: Milestone, day: date) -> str:
    """A wave as snapshots name it."""
    return f"{milestone}/{day}"


def history_of(snapshots: Sequence[Snapshot], key: str, today: Point) -> tuple[Point, ...]:
    """A wave's counts, the oldest first, with today's at the end."""
    past = (
        Point(day=each.day, functions=each.waves[key])
        for each in snapshots
        if key in each.waves and each.day < today.day
    )
    return (*past, today)


def comparable(snapshots: Sequence[Snapshot], uncovered: int) -> list[Snapshot]:
    """The snapshots that miss as many units as today's count does."""
    return [each for each in snapshots if each.total_units - each.covered == uncovered]


def pace(history: Sequence[Point], target: date) -> Pace:
    """The pace of a wave on `target`; the last of `history` is today's count."""
    today = history[-1]
    days_left = (target - today.day).days
    needed = today.functions * _WEEK / days_left if days_left > 0 else None
    actual = _actual(history)
    return Pace(_rounded(needed), _rounded(actual), _done(today, actual))


def _actual(history: Sequence[Point]) -> float | None:
    today = history[-1]
    begin = today.day - WINDOW
    # What counted when the window began was counted before it, unless nothing was.
    before = [each for each in history if each.day <= begin]
    first = before[-1] if before else history[0]
    days = (today.day - max(first.day, begin)).days
    return (first.functions - today.functions) * _WEEK / days if days > 0 else None


def _done(today: Point, actual: float | None) -> date | None:
    if today.functions == 0:
        return today.day
    if actual is None or actual <= 0:
        return None
    days = math.ceil(today.functions * _WEEK / actual)
    return today.day + timedelta(days=days) if days <= _LONGEST.days else None


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 1)


def sentence(functions: int, target: date, today: date, pace: Pace, uncovered: int) -> str:
    """What the numbers come to; none left is never said without what was not covered."""
    if functions == 0:
        return "none left" if uncovered == 0 else f"none found, {_gap(uncovered)}"
    left = f"{functions} {'function' if functions == 1 else 'functions'} left"
    said = _coming(left, target, pace) if target > today else f"{left} since {target}"
    return f"{said}; {_gap(uncovered)}" if uncovered else said


def _gap(uncovered: int) -> str:
    units = "account region was" if uncovered == 1 else "account regions were"
    return f"{uncovered} {units} not covered"


def _coming(left: str, target: date, pace: Pace) -> str:
    said = f"{left}, {pace.needed} a week needed"
    if pace.actual is None:
        return f"{said}; no rate yet"
    said = f"{said}, {pace.actual} lately"
    if pace.done is None:
        return f"{said}: never done at that rate"
    late = (pace.done - target).days
    if late <= 0:
        return f"{said}: done by {pace.done}, in time"
    return f"{said}: done by {pace.done}, {late} {'day' if late == 1 else 'days'} too late"
