"""Rules by which a canary's errors fail it: Steward's, and the kinds that are in use elsewhere.

Each is one decision over the whole window. What tools add to it, such as several looks, is the
same for all and left out.
"""

from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.rollouts.traffic import Counts, Flags, Rollouts
from steward.domain.rollouts.comparing.errors import Arm, ErrorRule, compare_errors
from steward.domain.rollouts.results import Outcome

type Rule = Callable[[Rollouts], Flags]

STEWARD = "Steward"
SHIPPED = ErrorRule()


def steward(seen: Rollouts, rule: ErrorRule = SHIPPED) -> Flags:
    """The shipped decision itself, once for each pair of counts that came up."""
    keys = seen.errors_c * (seen.n_s + 1) + seen.errors_s
    distinct, position = np.unique(keys, return_inverse=True)
    fails: Flags = np.array([_fails(int(key), seen.n_c, seen.n_s, rule) for key in distinct])
    return fails[position]


def _fails(key: int, n_c: int, n_s: int, rule: ErrorRule) -> bool:
    errors_c, errors_s = divmod(key, n_s + 1)
    return compare_errors(Arm(n_c, errors_c), Arm(n_s, errors_s), rule).outcome is Outcome.FAIL


def canary_above(limit: float) -> Rule:
    """A fixed bound on the canary alone, such as Flagger's success rate of 99 %."""
    return lambda seen: seen.errors_c > limit * seen.n_c


def canary_at_least(limit: float) -> Rule:
    """A failure condition on a canary's metric, such as `result[0] >= 0.05` in Argo Rollouts."""
    return lambda seen: seen.errors_c >= limit * seen.n_c


def twice_stable(seen: Rollouts) -> Flags:
    """A ratio of rates. A stable version without errors gives no number, and no number passes."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (seen.errors_c / seen.n_c) / (seen.errors_s / seen.n_s)
    return np.isfinite(ratio) & (ratio > 2)


def any_error(seen: Rollouts) -> Flags:
    """What the simplest hooks do."""
    return seen.errors_c > 0


def alias_above(limit: float) -> Rule:
    """A CloudWatch alarm on the error rate of the whole alias, both versions together."""
    return lambda seen: _all(seen) > limit * (seen.n_c + seen.n_s)


def alias_errors(most: int) -> Rule:
    """A CloudWatch alarm on the number of errors of the whole alias."""
    return lambda seen: _all(seen) >= most


def _all(seen: Rollouts) -> Counts:
    return seen.errors_c + seen.errors_s


RULES: Mapping[str, Rule] = {
    STEWARD: steward,
    "canary above 1 %": canary_above(0.01),
    "canary at least 5 %": canary_at_least(0.05),
    "twice the stable rate": twice_stable,
    "any error of the canary": any_error,
    "alarm: alias above 10 %": alias_above(0.10),
    "alarm: alias, 5 errors": alias_errors(5),
}
