from itertools import pairwise
from math import erfc, isfinite, sqrt
from time import process_time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import fisher_exact, hypergeom

from steward.domain.rollouts.statistics.fisher import p_value

type Table = tuple[int, int, int, int]


@st.composite
def tables(draw: st.DrawFn, most: int = 400) -> Table:
    n_c, n_s = draw(st.integers(0, most)), draw(st.integers(0, most))
    return draw(st.integers(0, n_c)), n_c, draw(st.integers(0, n_s)), n_s


def exact(table: Table) -> float:
    errors_c, n_c, errors_s, n_s = table
    counted = [[errors_c, n_c - errors_c], [errors_s, n_s - errors_s]]
    return float(fisher_exact(counted, alternative="greater").pvalue)


def normal(table: Table) -> float:
    """The pooled z test with a correction for continuity."""
    errors_c, n_c, errors_s, n_s = table
    n, errors = n_c + n_s, errors_c + errors_s
    expected = errors * n_c / n
    variance = expected * (n_s / n) * (n - errors) / (n - 1)
    return 0.5 * erfc((errors_c - 0.5 - expected) / sqrt(2 * variance))


@given(tables())
def test_equals_scipy(table: Table) -> None:
    assert p_value(*table) == pytest.approx(exact(table), rel=1e-9, abs=1e-300)


# Published with one or two digits, for 10 % of the traffic.
PUBLISHED: dict[Table, float] = {
    (1, 10, 0, 90): 0.10,
    (2, 20, 2, 180): 0.051,
    (3, 30, 3, 270): 0.015,
    (5, 50, 5, 450): 0.0014,
    (3, 10, 0, 90): 0.0007,
    (5, 100, 9, 900): 0.0087,
    (12, 1000, 45, 9000): 0.0095,
}


@pytest.mark.parametrize(("table", "expected"), PUBLISHED.items(), ids=str)
def test_equals_published_values(table: Table, expected: float) -> None:
    assert p_value(*table) == pytest.approx(expected, rel=0.065)
    assert p_value(*table) == pytest.approx(exact(table), rel=1e-12)


def test_the_lady_tasting_tea() -> None:
    """Fisher's own example: of eight cups all four are told, then three of four."""
    assert p_value(4, 4, 0, 4) == pytest.approx(1 / 70)
    assert p_value(3, 4, 1, 4) == pytest.approx(17 / 70)


@pytest.mark.parametrize(
    "table", [(0, 0, 0, 0), (0, 0, 3, 5), (3, 5, 0, 0), (0, 10, 0, 90), (10, 10, 90, 90)], ids=str
)
def test_what_shows_no_difference_is_certain_by_chance(table: Table) -> None:
    assert p_value(*table) == 1.0


@given(tables())
def test_more_errors_are_less_likely(table: Table) -> None:
    errors_c, n_c, errors_s, n_s = table
    chances = [p_value(each, n_c, errors_s, n_s) for each in range(errors_c, min(n_c, 60) + 1)]
    assert all(0 <= more <= fewer <= 1 for fewer, more in pairwise(chances))


@given(tables(most=60))
def test_the_two_tails_overlap_in_the_observed_table(table: Table) -> None:
    errors_c, n_c, errors_s, n_s = table
    assume(n_c and n_s)
    observed = hypergeom.pmf(errors_c, n_c + n_s, errors_c + errors_s, n_c)
    other_way = p_value(errors_s, n_s, errors_c, n_c)
    assert p_value(*table) + other_way == pytest.approx(1 + observed, rel=1e-9)


@pytest.mark.parametrize("n", [1_000, 49_990, 50_010, 1_000_000], ids=str)
def test_stays_exact_where_others_change_to_a_normal_approximation(n: int) -> None:
    table = (n // 500, n // 10, n // 100, n - n // 10)
    assert p_value(*table) == pytest.approx(exact(table), rel=1e-6)


def test_has_no_step_around_50_000_invocations() -> None:
    chances = [p_value(30, 5_000 + n, 150, 45_000 + 9 * n) for n in range(-100, 101)]
    assert max(abs(next_ - each) for each, next_ in pairwise(chances)) < 1e-6


def test_comes_close_to_the_normal_approximation_with_many_errors() -> None:
    for excess in (0, 100, 200, 400):
        table = (10_000 + excess, 10**6, 90_000, 9 * 10**6)
        assert p_value(*table) == pytest.approx(normal(table), rel=0.1)


def test_few_errors_of_many_invocations_are_not_normal() -> None:
    """Why there is no change to the approximation: it would call this more than twice as rare."""
    table = (4, 6_000, 5, 54_000)
    assert p_value(*table) == pytest.approx(exact(table), rel=1e-9)
    assert p_value(*table) > 2 * normal(table)


@pytest.mark.parametrize(
    "table",
    [
        (5 * 10**8, 10**9, 5 * 10**8, 10**9),
        (10**9, 10**9, 0, 10**9),
        (0, 10**9, 10**9, 10**9),
        (10**8, 10**8, 0, 9 * 10**8),
        (1, 10**9, 0, 10**9),
        (10**6 + 9_000, 10**8, 9 * 10**6, 9 * 10**8),
    ],
    ids=str,
)
def test_a_thousand_million_invocations_are_soon_judged(table: Table) -> None:
    started = process_time()
    chance = p_value(*table)
    assert process_time() - started < 2
    assert isfinite(chance)
    assert 0 <= chance <= 1


def test_the_hopeless_is_nought_and_the_certain_is_one() -> None:
    assert p_value(10**8, 10**8, 0, 9 * 10**8) == 0.0
    assert p_value(1000, 1000, 0, 9000) == 0.0
    assert p_value(0, 10**9, 10**9, 10**9) == 1.0


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ((11, 10, 0, 90), "11 of 10: more events than occasions"),
        ((0, 10, 91, 90), "91 of 90: more events than occasions"),
        ((-1, 10, 0, 90), "-1 of 10: counts are not negative"),
        ((0, 10, 0, -90), "0 of -90: counts are not negative"),
    ],
    ids=["target", "current", "negative errors", "negative invocations"],
)
def test_refuses_counts_that_cannot_be(table: Table, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        p_value(*table)
