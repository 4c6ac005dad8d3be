"""Simulated traffic of rollouts: what both versions were asked, and how often they failed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Counts = NDArray[np.int64]
type Flags = NDArray[np.bool_]

ROLLOUTS = 20_000
SEED = 4_5
# Ten percent of the traffic goes to the target version, as with the Canary10Percent presets.
STABLE_TIMES = 9
BASE_RATE = 0.005
RATES = (0.005, 0.01, 0.02, 0.05, 0.10, 0.20, 0.50)
SIZES = (10, 20, 30, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class Rollouts:
    """Many rollouts with as many invocations each; errors by rollout."""

    n_c: int
    n_s: int
    errors_c: Counts
    errors_s: Counts


def chance(*of: int | float) -> np.random.RandomState:
    """The same numbers for the same cell, in any order of cells.

    RandomState, because its numbers never change ("Compatibility policy", NumPy documentation).
    """
    return np.random.RandomState([SEED, *(round(each * 1_000_000) for each in of)])


def rollouts(rate: float, n_c: int, base: float = BASE_RATE, count: int = ROLLOUTS) -> Rollouts:
    """`rate`, `base`: at which invocations of the target and of the current version truly fail."""
    random = chance(rate, n_c, base)
    n_s = STABLE_TIMES * n_c
    return Rollouts(n_c, n_s, random.binomial(n_c, rate, count), random.binomial(n_s, base, count))
