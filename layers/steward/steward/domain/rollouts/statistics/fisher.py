"""Fisher's exact test: is a rate higher than another, or do both come from one?

R. A. Fisher, "The Logic of Inductive Inference", J. Royal Statistical Society 98 (1935).
"""

from collections.abc import Iterator
from math import inf

from steward.domain.rollouts.statistics.counts import check_counts

_NEGLIGIBLE = 1e-18


def p_value(errors_c: int, n_c: int, errors_s: int, n_s: int) -> float:
    """How likely at least `errors_c` of all errors fall to `c`, if both fail at the same rate.

    One-sided. Exact at any size, with no change to an approximation: the tables with more and with
    fewer errors of `c` are summed outward from the observed one, each as a multiple of it, until
    they no longer count. That is some fifty standard deviations of terms at most, 0.1 s at 10^9
    invocations. What is too small for a float is 0.
    """
    check_counts(errors_c, n_c)
    check_counts(errors_s, n_s)
    more = 1.0 + sum(_multiples_above(errors_c, n_c, errors_s, n_s))
    # Fewer errors of `c` are more errors of `s`: the same walk with the arms exchanged.
    fewer = sum(_multiples_above(errors_s, n_s, errors_c, n_c))
    return 1.0 / (1.0 + fewer / more)


def _multiples_above(a: int, n_a: int, b: int, n_b: int) -> Iterator[float]:
    """How many times as likely as `a` errors, of all `a + b`, are a + 1, a + 2, ..."""
    multiple = 1.0
    while a < n_a and b > 0:
        multiple *= (n_a - a) * b / ((a + 1) * (n_b - b + 1))
        if multiple < _NEGLIGIBLE:
            return
        yield multiple
        if multiple == inf:
            return
        a, b = a + 1, b - 1
