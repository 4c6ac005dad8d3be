from itertools import product
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from steward.domain.rollouts.statistics import strata
from steward.domain.rollouts.statistics.fisher import p_value
from steward.domain.rollouts.statistics.strata import MOST_EXACT_ERRORS, Table, p_value_by_minute

MINUTE = st.tuples(st.integers(0, 8), st.integers(0, 8)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


def enumerated(tables: list[Table]) -> float:
    """Every way the errors of each minute may fall, one by one."""
    ways = [range(errors_c + errors_s + 1) for errors_c, _, errors_s, _ in tables]
    observed, chance = sum(each[0] for each in tables), 0.0
    for fallen in product(*ways):
        if sum(fallen) < observed:
            continue
        likely = 1.0
        for to_c, (errors_c, n_c, errors_s, n_s) in zip(fallen, tables, strict=True):
            likely *= float(hypergeom.pmf(to_c, n_c + n_s, errors_c + errors_s, n_c))
        chance += likely
    return chance


@given(st.tuples(st.integers(1, 300), st.integers(1, 300)), st.data())
def test_one_minute_is_fishers_test(sizes: tuple[int, int], data: st.DataObject) -> None:
    n_c, n_s = sizes
    table = (data.draw(st.integers(0, n_c)), n_c, data.draw(st.integers(0, n_s)), n_s)
    assert p_value_by_minute([table]) == pytest.approx(p_value(*table), rel=1e-7)


@given(st.lists(MINUTE, max_size=3))
def test_several_minutes_are_all_their_cases_added_up(tables: list[Table]) -> None:
    telling = [each for each in tables if each[1] and each[3]]
    assert p_value_by_minute(tables) == pytest.approx(enumerated(telling), rel=1e-9)


def test_a_minute_of_one_version_alone_says_nothing() -> None:
    minutes: list[Table] = [(5, 50, 5, 450), (9, 9, 0, 0), (0, 0, 9, 9), (0, 50, 0, 450)]
    assert p_value_by_minute(minutes) == pytest.approx(p_value(5, 50, 5, 450))


def test_no_minute_shows_nothing() -> None:
    assert p_value_by_minute([]) == 1.0


def test_an_outage_late_in_a_shift_is_nobodys() -> None:
    """One in five fails of both versions, when the target version has most of the traffic."""
    minutes: list[Table] = [(0, 10, 0, 90), (0, 50, 0, 50), (18, 90, 2, 10)]
    pooled = tuple(map(sum, zip(*minutes, strict=True)))
    assert p_value(*pooled) < 0.001
    assert p_value_by_minute(minutes) > 0.5


@pytest.mark.parametrize(("excess", "within"), [(0, 0.015), (5, 0.02), (10, 0.04), (20, 0.15)])
def test_is_as_good_as_exact_where_it_becomes_normal(
    excess: int, within: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [2 + (minute < excess) for minute in range(51)]
    tables = [(each, 1_000, 20 - each, 9_000) for each in errors]
    assert sum(a + b for a, _, b, _ in tables) > MOST_EXACT_ERRORS
    normal = p_value_by_minute(tables)
    monkeypatch.setattr(strata, "MOST_EXACT_ERRORS", 10**6)
    assert normal == pytest.approx(p_value_by_minute(tables), rel=within)
    assert normal != p_value_by_minute(tables)


def test_more_errors_are_less_likely_on_both_sides_of_the_change() -> None:
    for minutes in (50, 51):
        chances = [
            p_value_by_minute(
                [(2, 1_000, 18, 9_000)] * (minutes - each) + [(3, 1_000, 17, 9_000)] * each
            )
            for each in range(0, 31, 5)
        ]
        assert chances == sorted(chances, reverse=True)
        assert 0 < chances[-1] < 0.01 < chances[0] < 1


def test_two_days_of_minutes_are_soon_judged() -> None:
    few, many = [(1, 10, 0, 90)] * 900, [(10**4, 10**8, 9 * 10**4, 9 * 10**8)] * 2_880
    started = process_time()
    assert p_value_by_minute(few) < 1e-9
    assert p_value_by_minute(many) == pytest.approx(0.5, abs=0.01)
    assert process_time() - started < 5


def test_what_must_be_is_certain() -> None:
    assert p_value_by_minute([(600, 600, 600, 600)]) == 1.0
    assert p_value_by_minute([(0, 600, 600, 600)] * 2) == pytest.approx(1.0)


def test_refuses_counts_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="11 of 10: more events than occasions"):
        p_value_by_minute([(0, 10, 0, 90), (11, 10, 0, 90)])
