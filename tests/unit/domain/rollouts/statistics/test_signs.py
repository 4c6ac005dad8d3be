import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from steward.domain.rollouts.statistics.signs import sign_test


@given(st.integers(1, 300), st.data())
def test_equals_scipy(pairs: int, data: st.DataObject) -> None:
    slower = data.draw(st.integers(0, pairs))
    theirs = binomtest(slower, pairs, 0.5, alternative="greater").pvalue
    assert sign_test(slower, pairs) == pytest.approx(theirs, rel=1e-9)


def test_thirteen_of_fifteen_are_below_one_percent_and_twelve_are_not() -> None:
    assert sign_test(13, 15) == pytest.approx(0.0037, abs=5e-5)
    assert sign_test(12, 15) > 0.01


def test_no_pair_shows_nothing() -> None:
    assert sign_test(0, 0) == 1.0


def test_many_pairs_stay_finite() -> None:
    assert 0.5 < sign_test(500, 1_000) < 0.52


def test_refuses_more_slower_ones_than_pairs() -> None:
    with pytest.raises(ValueError, match="16 of 15: more events than occasions"):
        sign_test(16, 15)
