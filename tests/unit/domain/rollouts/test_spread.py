"""Percentiles by the nearest rank, and shares without a division by zero."""

import math
from datetime import timedelta
from statistics import median_low

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.rollouts.spread import Spread, share, spread_of

DURATIONS = st.lists(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=90)))


def minutes(*values: int) -> list[timedelta]:
    return [timedelta(minutes=value) for value in values]


@pytest.mark.parametrize(
    ("values", "median", "p90", "p95"),
    [
        pytest.param(minutes(5), 5, 5, 5, id="one"),
        pytest.param(minutes(9, 1), 1, 9, 9, id="two"),
        pytest.param(minutes(3, 1, 2), 2, 3, 3, id="three"),
        pytest.param(minutes(*range(10, 0, -1)), 5, 9, 10, id="ten"),
        pytest.param(minutes(*range(1, 21)), 10, 18, 19, id="twenty"),
        pytest.param(minutes(*range(1, 101)), 50, 90, 95, id="hundred"),
    ],
)
def test_percentiles(values: list[timedelta], median: int, p90: int, p95: int) -> None:
    assert spread_of(values) == Spread(len(values), *minutes(median, p90, p95))


def test_nothing_has_no_percentiles() -> None:
    assert spread_of([]) == Spread(0, None, None, None)


@given(DURATIONS)
def test_each_is_one_of_them_and_they_rise(durations: list[timedelta]) -> None:
    found = spread_of(durations)
    if not durations:
        return
    assert found.median == median_low(durations)
    assert found.median is not None
    assert found.p90 is not None
    assert found.p95 is not None
    assert found.median <= found.p90 <= found.p95 <= max(durations)
    assert sum(each <= found.p90 for each in durations) >= math.ceil(0.9 * len(durations))


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(0, 0, None), (0, 4, 0.0), (1, 4, 0.25), (4, 4, 1.0)]
)
def test_a_share_of_nothing_is_none(part: int, whole: int, expected: float | None) -> None:
    assert share(part, whole) == expected
