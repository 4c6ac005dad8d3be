import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from steward.domain.rollouts.statistics.intervals import newcombe, wilson

type Counted = tuple[int, int]


@st.composite
def counts(draw: st.DrawFn) -> Counted:
    n = draw(st.integers(1, 2_000))
    return draw(st.integers(0, n)), n


@given(counts(), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_equals_scipy(counted: Counted, confidence: float) -> None:
    theirs = binomtest(*counted).proportion_ci(confidence, method="wilson")
    assert wilson(*counted, confidence) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize(("n", "most"), [(20, 0.161), (50, 0.071)], ids=str)
def test_no_error_in_few_invocations_leaves_much_open(n: int, most: float) -> None:
    low, high = wilson(0, n)
    assert low == 0.0
    assert high == pytest.approx(most, abs=5e-4)


# R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
PUBLISHED: dict[tuple[int, int, int, int], tuple[float, float]] = {
    (56, 70, 48, 80): (0.0524, 0.3339),
    (9, 10, 3, 10): (0.1705, 0.8090),
    (6, 7, 2, 7): (0.0582, 0.8062),
    (5, 56, 0, 29): (-0.0381, 0.1926),
    (0, 10, 0, 20): (-0.1611, 0.2775),
    (0, 10, 0, 10): (-0.2775, 0.2775),
    (10, 10, 0, 20): (0.6791, 1.0000),
    (10, 10, 0, 10): (0.6075, 1.0000),
}


@pytest.mark.parametrize(("table", "expected"), PUBLISHED.items(), ids=str)
def test_newcombe_equals_the_published_table(
    table: tuple[int, int, int, int], expected: tuple[float, float]
) -> None:
    assert newcombe(*table) == pytest.approx(expected, abs=6e-5)


@given(counts(), counts())
def test_newcombe_holds_the_observed_difference_and_mirrors(c: Counted, s: Counted) -> None:
    low, high = newcombe(*c, *s)
    assert -1 <= low <= c[0] / c[1] - s[0] / s[1] <= high <= 1
    assert newcombe(*s, *c) == pytest.approx((-high, -low), abs=1e-12)


def test_a_surer_interval_is_wider() -> None:
    low, high = newcombe(5, 50, 5, 450, 0.99)
    narrower_low, narrower_high = newcombe(5, 50, 5, 450, 0.95)
    assert low < narrower_low < narrower_high < high


def test_a_thousand_million_invocations_leave_little_open() -> None:
    low, high = newcombe(10**7, 10**9, 10**7, 10**9)
    assert -1e-4 < low < 0 < high < 1e-4


@pytest.mark.parametrize(
    ("events", "n", "said"),
    [
        (0, 0, "0 of 0: a rate needs at least one occasion"),
        (2, 1, "2 of 1: more events than occasions"),
        (-1, 1, "-1 of 1: counts are not negative"),
    ],
    ids=["nothing", "more events", "negative"],
)
def test_refuses_counts_that_say_no_rate(events: int, n: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        wilson(events, n)
    with pytest.raises(ValueError, match=said):
        newcombe(1, 2, events, n)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0], ids=str)
def test_refuses_a_confidence_that_is_no_share(confidence: float) -> None:
    with pytest.raises(ValueError, match="give a share between 0 and 1"):
        wilson(1, 2, confidence)
