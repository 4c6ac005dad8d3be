"""The sign test: of pairs that differ, do more differ one way than a fair coin would have it?"""

from math import comb

from steward.domain.rollouts.statistics.counts import check_counts


def sign_test(slower: int, pairs: int) -> float:
    """How likely at least `slower` of `pairs` come out slower, if either order is as likely.

    One-sided. `pairs`: those that differ; ties say nothing and are not counted.
    """
    check_counts(slower, pairs)
    ways = sum(comb(pairs, each) for each in range(slower, pairs + 1))
    return ways / (1 << pairs)
