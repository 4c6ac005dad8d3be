"""How far a rate, or a difference of two rates, may be from what was counted."""

from math import hypot, sqrt
from statistics import NormalDist

from steward.domain.rollouts.statistics.counts import check_counts


def wilson(events: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The two-sided score interval of a rate. Raise ValueError without a single occasion.

    E. B. Wilson, J. American Statistical Association 22 (1927). It stays within 0 and 1 and is
    honest at zero events, where the usual rate +- 2 standard errors claims certainty.
    """
    check_counts(events, n)
    if n == 0:
        raise ValueError("0 of 0: a rate needs at least one occasion; count over a longer window")
    z = _quantile(confidence)
    rate, shrink = events / n, 1 + z * z / n
    centre = (rate + z * z / (2 * n)) / shrink
    half = z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / shrink
    low = 0.0 if events == 0 else max(0.0, centre - half)
    high = 1.0 if events == n else min(1.0, centre + half)
    return low, high


def newcombe(
    errors_c: int, n_c: int, errors_s: int, n_s: int, confidence: float = 0.95
) -> tuple[float, float]:
    """The two-sided interval of the difference of rates, `c` minus `s`.

    R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10, from two score intervals.
    """
    low_c, high_c = wilson(errors_c, n_c, confidence)
    low_s, high_s = wilson(errors_s, n_s, confidence)
    rate_c, rate_s = errors_c / n_c, errors_s / n_s
    difference = rate_c - rate_s
    low = difference - hypot(rate_c - low_c, high_s - rate_s)
    high = difference + hypot(high_c - rate_c, rate_s - low_s)
    return max(-1.0, low), min(1.0, high)


def _quantile(confidence: float) -> float:
    """Of the standard normal distribution: `confidence` lies between it and its negative."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence}: give a share between 0 and 1, such as 0.95")
    return NormalDist().inv_cdf((1 + confidence) / 2)
