import pytest

from steward.domain.rollouts.comparing.figures import (
    chance,
    milliseconds,
    percent,
    points,
    reaches,
    share,
)


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (0.0, "0 %"),
        (1e-9, "below 0.01 %"),
        (0.0001, "0.01 %"),
        (0.005, "0.5 %"),
        (0.12345, "12.3 %"),
        (0.5, "50 %"),
        (0.9985, "99.9 %"),
        (0.9999, "above 99.9 %"),
        (1.0, "100 %"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(rate: float, shown: str) -> None:
    assert percent(rate) == shown


@pytest.mark.parametrize(
    ("difference", "shown"),
    [
        (0.0712, "+7.1 percentage points"),
        (-0.02, "-2 percentage points"),
        (0.01, "+1 percentage point"),
        (1.0, "+100 percentage points"),
        (0.00004, "+0.004 percentage points"),
        (0.0, "+0 percentage points"),
    ],
)
def test_a_difference_has_its_sign(difference: float, shown: str) -> None:
    assert points(difference) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(1234.5, "1234 ms"), (50.0, "50 ms"), (9.876, "9.88 ms"), (0.0, "0 ms")]
)
def test_milliseconds_are_whole_where_there_are_many(value: float, shown: str) -> None:
    assert milliseconds(value) == shown


@pytest.mark.parametrize(
    ("p", "shown"), [(0.0, "p < 0.0001"), (0.0037, "p = 0.0037"), (0.5, "p = 0.5"), (1.0, "p = 1")]
)
def test_a_chance_is_never_nought(p: float, shown: str) -> None:
    assert chance(p) == shown


def test_counts_stand_beside_the_share() -> None:
    assert share(12, 100) == "12 of 100 invocations (12 %)"


def test_a_bound_is_reached_whatever_the_last_bit() -> None:
    assert 0.03 - 0.02 < 0.01
    assert reaches(0.03 - 0.02, 0.01)
    assert not reaches(0.00999, 0.01)
