"""Looking ten times while traffic shifts: how often a look, or two in a row, cry wolf."""

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.rollouts.rules import SHIPPED, steward
from benchmarks.rollouts.traffic import (
    BASE_RATE,
    ROLLOUTS,
    STABLE_TIMES,
    Counts,
    Flags,
    Rollouts,
    chance,
)
from steward.domain.rollouts.comparing.errors import ErrorRule
from steward.domain.rollouts.config import ShiftPhase
from steward.domain.rollouts.statistics.looks import alpha_per_look

LOOKS = 10
PER_LOOK = (5, 10, 30, 100)
IN_A_ROW = ShiftPhase().breaches
SHARED = replace(SHIPPED, alpha=alpha_per_look(SHIPPED.alpha, LOOKS))


@dataclass(frozen=True, slots=True)
class Scheme:
    """How looks are made into a stop."""

    name: str
    rule: ErrorRule
    in_a_row: int


SCHEMES = (
    Scheme("alpha at every look", SHIPPED, 1),
    Scheme("alpha at every look, two in a row", SHIPPED, 2),
    Scheme("alpha shared, one look", SHARED, 1),
    Scheme("Steward: alpha shared, two in a row", SHARED, IN_A_ROW),
)
GUARD = SCHEMES[-1]


@dataclass(frozen=True, slots=True)
class Stopped:
    """`share` of the rollouts were stopped; the median of them at that look, 1 being the first."""

    share: float
    median_look: float | None


def stopped(scheme: Scheme, rate: float, per_look: int, base: float = BASE_RATE) -> Stopped:
    """`per_look`: invocations of the target version between two looks; all so far are compared."""
    stops = stopped_at(scheme, looks(rate, per_look, base))
    hit = stops[stops > 0]
    return Stopped(float((stops > 0).mean()), float(np.median(hit)) if hit.size else None)


def looks(rate: float, per_look: int, base: float = BASE_RATE) -> list[Rollouts]:
    """What each look sees: everything since the shift began."""
    random = chance(rate, per_look, base, LOOKS)
    errors_c = random.binomial(per_look, rate, (LOOKS, ROLLOUTS)).cumsum(axis=0)
    errors_s = random.binomial(per_look * STABLE_TIMES, base, (LOOKS, ROLLOUTS)).cumsum(axis=0)
    seen = [per_look * (look + 1) for look in range(LOOKS)]
    return [
        Rollouts(n_c, n_c * STABLE_TIMES, errors_c[look], errors_s[look])
        for look, n_c in enumerate(seen)
    ]


def stopped_at(scheme: Scheme, seen: list[Rollouts]) -> Counts:
    """The look at which each rollout was stopped; 0 where none was."""
    row = np.zeros(ROLLOUTS, dtype=np.int64)
    stops = np.zeros(ROLLOUTS, dtype=np.int64)
    for look, each in enumerate(seen, start=1):
        fails: Flags = steward(each, scheme.rule)
        row = np.where(fails, row + 1, 0)
        stops = np.where((stops == 0) & (row >= scheme.in_a_row), look, stops)
    return stops
