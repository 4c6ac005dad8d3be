"""How often a rollout is failed for being slow, by counting slow invocations or by percentiles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.rollouts.traffic import STABLE_TIMES, Flags, chance
from steward.domain.rollouts.comparing.durations import DurationRule, SlowArm, compare_durations
from steward.domain.rollouts.results import Outcome

SHIPPED = DurationRule()
ROLLOUTS = 10_000
SIZES = (20, 50, 100, 200, 500, 1000)
# Log-normal, as times of answers about are: a median of 120 ms and a p95 of 322 ms.
MEDIAN_MS, SPREAD = 120.0, 0.6
LIMIT_MS = 500.0
STEWARD = "Steward: slow ones counted"
RATIO = "p95 above 1.25 times the stable p95"
FIXED = "p95 above 500 ms"
RULES = (STEWARD, RATIO, FIXED)
_CHUNK = 500

type Times = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slower:
    """`share` of invocations take `times` as long."""

    name: str
    share: float
    times: float


SAME = Slower("as before", 0.0, 1.0)
SLOWER = (
    SAME,
    Slower("all 10 % slower", 1.0, 1.1),
    Slower("all 1.5 times", 1.0, 1.5),
    Slower("all twice", 1.0, 2.0),
    Slower("every tenth 5 times", 0.1, 5.0),
)


@cache
def failed(how: Slower, n_c: int) -> Mapping[str, float]:
    """The share of rollouts that each rule fails."""
    return {rule: float(flags.mean()) for rule, flags in flags_of(how, n_c).items()}


@cache
def flags_of(how: Slower, n_c: int) -> Mapping[str, Flags]:
    """Which rollouts each rule fails."""
    chunks = list(_chunks(how, n_c))
    return {rule: np.concatenate([chunk[rule] for chunk in chunks]) for rule in RULES}


def _chunks(how: Slower, n_c: int) -> Iterator[dict[str, Flags]]:
    # Without what is slower, so that all kinds are measured on the same rollouts.
    random = chance(n_c, SPREAD)
    for _ in range(ROLLOUTS // _CHUNK):
        stable = _times(random, n_c * STABLE_TIMES)
        canary, tail = _times(random, n_c), random.random_sample((_CHUNK, n_c))
        yield _judged(np.where(tail < how.share, canary * how.times, canary), stable)


def _times(random: np.random.RandomState, n: int) -> Times:
    return MEDIAN_MS * np.exp(SPREAD * random.standard_normal((_CHUNK, n)))


def _judged(canary: Times, stable: Times) -> dict[str, Flags]:
    p95_c, p95_s = (np.quantile(times, 0.95, axis=1) for times in (canary, stable))
    slow_c, slow_s = (_slow(times, p95_s) for times in (canary, stable))
    sizes = canary.shape[1], stable.shape[1]
    arms = zip(slow_c, p95_c, slow_s, p95_s, strict=True)
    return {
        STEWARD: np.array([_fails(sizes, *arm) for arm in arms]),
        RATIO: p95_c > 1.25 * p95_s,
        FIXED: p95_c > LIMIT_MS,
    }


def _slow(times: Times, threshold: Times) -> NDArray[np.int64]:
    return (times > threshold[:, None]).sum(axis=1)


def _fails(sizes: tuple[int, int], slow_c: int, p95_c: float, slow_s: int, p95_s: float) -> bool:
    """By the shipped decision itself."""
    canary = SlowArm(sizes[0], int(slow_c), float(p95_c))
    stable = SlowArm(sizes[1], int(slow_s), float(p95_s))
    return compare_durations(canary, stable, SHIPPED).outcome is Outcome.FAIL
