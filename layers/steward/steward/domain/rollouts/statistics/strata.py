"""Fisher's test within each minute, for shares of traffic that change from minute to minute.

While traffic shifts step by step, the target version has most of it in the last minutes. Errors
that strike both versions alike in those minutes look, added up, as if the target version had more
of them. Compared minute by minute they do not: J. J. Gart, "Point and Interval Estimation of the
Common Odds Ratio in the Combination of 2 x 2 Tables with Fixed Marginals", Biometrika 57 (1970).
"""

from collections.abc import Sequence
from math import erfc, exp, lgamma, sqrt

from steward.domain.rollouts.statistics.counts import check_counts

# Above it the sum of so many draws is as good as normal, and to add up all cases takes too long.
MOST_EXACT_ERRORS = 1000

type Table = tuple[int, int, int, int]


def p_value_by_minute(tables: Sequence[Table]) -> float:
    """How likely at least as many errors fall to `c`, if in each minute both fail at one rate.

    One-sided. `tables`: errors_c, n_c, errors_s, n_s of each minute. With one minute it is Fisher's
    exact test.
    """
    for errors_c, n_c, errors_s, n_s in tables:
        check_counts(errors_c, n_c)
        check_counts(errors_s, n_s)
    telling = [each for each in tables if each[1] and each[3] and each[0] + each[2]]
    if sum(each[0] + each[2] for each in telling) > MOST_EXACT_ERRORS:
        return _normal(telling)
    return _exact(telling)


def _exact(tables: Sequence[Table]) -> float:
    chances, fewest = [1.0], 0
    for table in tables:
        of_minute, fewest_of_minute = _chances(table)
        chances, fewest = _of_sums(chances, of_minute), fewest + fewest_of_minute
    observed = sum(each[0] for each in tables)
    return min(1.0, sum(chances[observed - fewest :]))


def _chances(table: Table) -> tuple[list[float], int]:
    """Of each number of errors that may fall to `c`, and the smallest such number."""
    errors_c, n_c, errors_s, n_s = table
    errors = errors_c + errors_s
    possible = range(max(0, errors - n_s), min(errors, n_c) + 1)
    weights = [_log_ways(n_c, each) + _log_ways(n_s, errors - each) for each in possible]
    most = max(weights)
    relative = [exp(each - most) for each in weights]
    total = sum(relative)
    return [each / total for each in relative], possible.start


def _log_ways(n: int, of: int) -> float:
    return lgamma(n + 1) - lgamma(of + 1) - lgamma(n - of + 1)


def _of_sums(one: Sequence[float], other: Sequence[float]) -> list[float]:
    sums = [0.0] * (len(one) + len(other) - 1)
    for index, chance in enumerate(one):
        for more, likewise in enumerate(other):
            sums[index + more] += chance * likewise
    return sums


def _normal(tables: Sequence[Table]) -> float:
    """Mantel and Haenszel's test, with a correction for continuity."""
    excess, variance = -0.5, 0.0
    for errors_c, n_c, errors_s, n_s in tables:
        n, errors = n_c + n_s, errors_c + errors_s
        expected = errors * n_c / n
        excess += errors_c - expected
        variance += expected * (n_s / n) * (n - errors) / (n - 1)
    if variance == 0:
        return 1.0
    return 0.5 * erfc(excess / sqrt(2 * variance))
