"""R14: how fast a wave falls, how fast it would have to, and when that ends."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.runtimes.records import Snapshot
from steward.domain.runtimes.reporting.burn_down import Pace, comparable, history_of, pace, sentence
from steward.domain.runtimes.reporting.overview import Point
from tests.unit.domain.runtimes.samples import TODAY, days

KEY = "create block/2027-02-01"


def points(*counts: tuple[int, int]) -> list[Point]:
    """Counts by days ago, the oldest first."""
    return [Point(day=TODAY - days(ago), functions=count) for ago, count in counts]


def snapshot(ago: int, count: int, covered: int = 4) -> Snapshot:
    return Snapshot(TODAY - days(ago), covered, 4, {}, {}, {KEY: count}, {}, {}, {})


@pytest.mark.parametrize(
    ("history", "left", "expected"),
    [
        pytest.param([(0, 38)], 56, Pace(4.8, None, None), id="first count"),
        pytest.param([(28, 46), (0, 38)], 56, Pace(4.8, 2.0, date(2027, 4, 5)), id="two counts"),
        pytest.param([(0, 0)], 56, Pace(0.0, None, TODAY), id="none left"),
        pytest.param([(7, 10), (0, 10)], 70, Pace(1.0, 0.0, None), id="nothing fixed"),
        pytest.param([(7, 8), (0, 10)], 70, Pace(1.0, -2.0, None), id="it grows"),
        pytest.param([(1, 11), (0, 10)], 7, Pace(10.0, 7.0, TODAY + days(10)), id="a day apart"),
        pytest.param([(7, 11), (0, 10)], 1, Pace(70.0, 1.0, TODAY + days(70)), id="tomorrow"),
        pytest.param([(7, 11), (0, 10)], 0, Pace(None, 1.0, TODAY + days(70)), id="today"),
        pytest.param([(7, 11), (0, 10)], -5, Pace(None, 1.0, TODAY + days(70)), id="past"),
        pytest.param(
            [(60, 90), (40, 20), (0, 12)], 70, Pace(1.2, 2.0, TODAY + days(42)), id="old news"
        ),
        pytest.param(
            [(29, 20), (27, 12), (0, 12)], 70, Pace(1.2, 2.0, TODAY + days(42)), id="in window"
        ),
        pytest.param(
            [(28, 10**9 + 1), (0, 10**9)], 70, Pace(1e8, 0.2, None), id="not in a hundred years"
        ),
    ],
)
def test_r14_the_pace_of_a_wave(history: list[tuple[int, int]], left: int, expected: Pace) -> None:
    assert pace(points(*history), TODAY + days(left)) == expected


@pytest.mark.parametrize(
    ("functions", "left", "speed", "uncovered", "says"),
    [
        pytest.param(
            38,
            56,
            Pace(4.8, 2.0, TODAY + days(143)),
            0,
            "38 functions left, 4.8 a week needed, 2.0 lately: done by 2027-04-15, 87 days too "
            "late",
            id="late",
        ),
        pytest.param(
            38,
            56,
            Pace(4.8, 5.0, TODAY + days(56)),
            0,
            "38 functions left, 4.8 a week needed, 5.0 lately: done by 2027-01-18, in time",
            id="on the day",
        ),
        pytest.param(
            1,
            56,
            Pace(0.1, 0.1, TODAY + days(57)),
            0,
            "1 function left, 0.1 a week needed, 0.1 lately: done by 2027-01-19, 1 day too late",
            id="a day late",
        ),
        pytest.param(
            38,
            56,
            Pace(4.8, None, None),
            0,
            "38 functions left, 4.8 a week needed; no rate yet",
            id="no rate",
        ),
        pytest.param(
            38,
            56,
            Pace(4.8, 0.0, None),
            2,
            "38 functions left, 4.8 a week needed, 0.0 lately: never done at that rate; "
            "2 account regions were not covered",
            id="never, with a gap",
        ),
        pytest.param(
            3, -4, Pace(None, 1.0, TODAY), 0, "3 functions left since 2026-11-19", id="past"
        ),
        pytest.param(
            3, 0, Pace(None, 1.0, TODAY), 0, "3 functions left since 2026-11-23", id="today"
        ),
        pytest.param(0, 56, Pace(0.0, None, TODAY), 0, "none left", id="none"),
        pytest.param(
            0,
            56,
            Pace(0.0, None, TODAY),
            1,
            "none found, 1 account region was not covered",
            id="none, with a gap",
        ),
    ],
)
def test_r14_what_the_numbers_come_to(
    functions: int, left: int, speed: Pace, uncovered: int, says: str
) -> None:
    assert sentence(functions, TODAY + days(left), TODAY, speed, uncovered) == says


def test_r14_counts_with_another_gap_do_not_compare() -> None:
    kept = [snapshot(9, 5), snapshot(8, 2, covered=3), snapshot(7, 4)]
    assert comparable(kept, 0) == [kept[0], kept[2]]
    assert comparable(kept, 1) == [kept[1]]


def test_r14_todays_count_takes_the_place_of_an_earlier_one_of_the_day() -> None:
    unheard = replace(snapshot(3, 0), waves={})
    today = Point(day=TODAY, functions=7)
    found = history_of([snapshot(9, 5), unheard, snapshot(0, 6)], KEY, today)
    assert found == (Point(day=TODAY - days(9), functions=5), today)


@given(
    counts=st.lists(st.integers(0, 10**6), min_size=1, max_size=30),
    left=st.integers(-400, 4_000),
)
def test_r14_any_history_has_a_pace_and_a_sentence(counts: list[int], left: int) -> None:
    history = points(*[(len(counts) - 1 - at, count) for at, count in enumerate(counts)])
    target = TODAY + timedelta(days=left)
    speed = pace(history, target)
    assert sentence(counts[-1], target, TODAY, speed, 0)
    assert speed.done is None or speed.done >= TODAY
    assert (speed.needed is None) is (left <= 0)
