import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.rollouts.statistics.looks import alpha_per_look, holm


def test_looks_share_alpha() -> None:
    assert alpha_per_look(0.01, 10) == pytest.approx(0.001)
    assert alpha_per_look(0.01, 1) == 0.01


@pytest.mark.parametrize("looks", [0, -1], ids=str)
def test_at_least_one_look_is_planned(looks: int) -> None:
    with pytest.raises(ValueError, match="plan at least one"):
        alpha_per_look(0.01, looks)


@pytest.mark.parametrize(
    ("p_values", "expected"),
    [
        ((), ()),
        ((0.004,), (0.004,)),
        ((0.01, 0.04, 0.03, 0.005), (0.03, 0.06, 0.06, 0.02)),
        ((0.5, 0.6), (1.0, 1.0)),
        ((0.02, 0.02), (0.04, 0.04)),
    ],
    ids=["none", "one alone", "textbook", "never above 1", "equal"],
)
def test_holm_adjusts(p_values: tuple[float, ...], expected: tuple[float, ...]) -> None:
    assert holm(p_values) == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_none_and_a_division_by_their_number(p_values: list[float]) -> None:
    for p, adjusted in zip(p_values, holm(p_values), strict=True):
        assert p <= adjusted <= min(1.0, len(p_values) * p)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=12))
def test_holm_keeps_the_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    by_p = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert [adjusted[index] for index in by_p] == sorted(adjusted)
