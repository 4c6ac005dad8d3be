import pytest

from steward.domain.rollouts.comparing.chances import Chance, chance_of


@pytest.mark.parametrize(
    ("chance", "explained"),
    [
        pytest.param(Chance(0.0099, None), "", id="below alpha"),
        pytest.param(
            Chance(0.01, None),
            "chance alone explains that (p = 0.01, not below 0.01)",
            id="exactly alpha",
        ),
        pytest.param(Chance(0.001, 0.0099), "", id="both below alpha"),
        pytest.param(
            Chance(0.001, 0.01),
            "minute by minute the current version did about as badly (p = 0.01, not below 0.01)",
            id="by minute exactly alpha",
        ),
        pytest.param(
            Chance(0.5, 0.001),
            "chance alone explains that (p = 0.5, not below 0.01)",
            id="over all above alpha",
        ),
    ],
)
def test_chance_explains_what_is_not_below_alpha(chance: Chance, explained: str) -> None:
    assert chance.explains(0.01) == explained


def test_without_minutes_they_are_not_told_apart() -> None:
    assert chance_of((5, 50, 5, 450), []).by_minute is None
    assert chance_of((5, 50, 5, 450), [(5, 50, 5, 450)]).by_minute is not None
