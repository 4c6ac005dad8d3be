"""A dependency fails for both versions in the last minutes of a shift that goes step by step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.rollouts.rules import SHIPPED
from benchmarks.rollouts.traffic import BASE_RATE, chance
from steward.domain.rollouts.comparing.errors import Arm, compare_errors
from steward.domain.rollouts.results import Outcome

# Each is two exact tests of nine minutes, so fewer than elsewhere.
ROLLOUTS = 2_000
# Linear10PercentEvery1Minute: the minutes in which both versions have traffic.
LINEAR = tuple(step / 10 for step in range(1, 10))
CANARY = (0.1,) * 9
PER_MINUTE = (20, 50, 200)
OUTAGE = (BASE_RATE,) * 7 + (0.2,) * 2
BROKEN = (0.05,) * 9
STEADY = (BASE_RATE,) * 9

type Minutes = Sequence[tuple[Arm, Arm]]


@dataclass(frozen=True, slots=True)
class Course:
    """The target version's share of the traffic, and both versions' true error rates, by minute."""

    name: str
    weights: Sequence[float]
    target: Sequence[float]
    current: Sequence[float]


COURSES = (
    Course("linear, an outage of both at its end", LINEAR, OUTAGE, OUTAGE),
    Course("linear, the target version fails 5 %", LINEAR, BROKEN, STEADY),
    Course("canary, an outage of both at its end", CANARY, OUTAGE, OUTAGE),
    Course("canary, the target version fails 5 %", CANARY, BROKEN, STEADY),
)


def failed(course: Course, per_minute: int) -> tuple[float, float]:
    """The share of rollouts that fail by the sums alone, and as shipped, minute by minute too."""
    judged = [_fails(minutes) for minutes in _rollouts(course, per_minute)]
    by_sums, by_minutes = zip(*judged, strict=True)
    return sum(by_sums) / ROLLOUTS, sum(by_minutes) / ROLLOUTS


def _rollouts(course: Course, per_minute: int) -> Iterator[Minutes]:
    random = chance(per_minute, *course.weights, *course.target, *course.current)
    size = (ROLLOUTS, len(course.weights))
    n_c = random.binomial(per_minute, np.array(course.weights), size)
    n_s = per_minute - n_c
    errors_c = random.binomial(n_c, np.array(course.target))
    errors_s = random.binomial(n_s, np.array(course.current))
    for counted in np.stack([n_c, errors_c, n_s, errors_s], axis=2).tolist():
        yield [(Arm(*minute[:2]), Arm(*minute[2:])) for minute in counted]


def _fails(minutes: Minutes) -> tuple[bool, bool]:
    canary, stable = (_sum(arms) for arms in zip(*minutes, strict=True))
    by_sums = compare_errors(canary, stable, SHIPPED).outcome is Outcome.FAIL
    found = compare_errors(canary, stable, SHIPPED, minutes)
    return by_sums, found.outcome is Outcome.FAIL


def _sum(arms: Sequence[Arm]) -> Arm:
    return Arm(sum(arm.invocations for arm in arms), sum(arm.errors for arm in arms))
