"""All that may fail one rollout, taken together, when nothing is wrong with it."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from benchmarks.rollouts import durations
from benchmarks.rollouts.looks import GUARD, LOOKS, looks, stopped_at
from benchmarks.rollouts.rules import steward
from benchmarks.rollouts.traffic import Flags

ERRORS, LATENCY, WATCHED = "errors after", "latency after", "looks at errors"
BY_DEFAULT = (ERRORS,)
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "by default: errors after the shift": BY_DEFAULT,
    "and latency enforced": (ERRORS, LATENCY),
    "and the guard enforced": (ERRORS, WATCHED),
    "and both": (ERRORS, LATENCY, WATCHED),
}
SIZES = (50, 100, 200, 500, 1000)
RATES = (0.005, 0.02, 0.05)


def false_alarms(family: tuple[str, ...], rate: float, n_c: int) -> float:
    """The share of rollouts failed by at least one, where both versions are alike."""
    wrong = _of_errors(rate, n_c)
    if LATENCY in family:
        wrong = wrong | {LATENCY: durations.flags_of(durations.SAME, n_c)[durations.STEWARD]}
    least = min(len(flags) for flags in wrong.values())
    return float(np.any([wrong[name][:least] for name in family], axis=0).mean())


@cache
def _of_errors(rate: float, n_c: int) -> dict[str, Flags]:
    """The guard's looks and the check after the shift see the same invocations."""
    seen = looks(rate, n_c // LOOKS, rate)
    return {ERRORS: steward(seen[-1]), WATCHED: stopped_at(GUARD, seen) > 0}
