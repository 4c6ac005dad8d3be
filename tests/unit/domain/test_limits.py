"""Caps of one sweep, and what a new scope may select unacknowledged: exactly at and one over."""

import pytest

from steward.domain.limits import SweepCaps, sweep_caps, why_selection_is_held
from steward.domain.policy import Limits
from tests.factories import make_policy


@pytest.mark.parametrize(
    ("live", "total"),
    [
        pytest.param(0, 0, id="no lease, no delete"),
        pytest.param(1, 1, id="rounded up from one"),
        pytest.param(10, 1, id="exactly ten percent"),
        pytest.param(11, 2, id="one more rounds up"),
        pytest.param(199, 20, id="just below the absolute cap"),
        pytest.param(200, 20, id="at the absolute cap"),
        pytest.param(5000, 20, id="far beyond it"),
    ],
)
def test_the_stricter_of_share_and_number_counts(live: int, total: int) -> None:
    limits = Limits(reaps_per_sweep=20, percent_of_leases=10, reaps_per_account=5)
    assert sweep_caps(limits, live) == SweepCaps(total=total, per_account=5)


def test_a_hundred_percent_is_every_lease() -> None:
    limits = Limits(percent_of_leases=100, reaps_per_sweep=1000)
    assert sweep_caps(limits, 7).total == 7
    assert sweep_caps(limits, 999).total == 999


@pytest.mark.parametrize(
    ("limits", "selected", "held"),
    [
        pytest.param({"new_leases": 3}, 3, False, id="exactly allowed"),
        pytest.param({"new_leases": 3}, 4, True, id="one more"),
        pytest.param(
            {"new_leases": 3, "acknowledged_new_leases": 40}, 40, False, id="acknowledged"
        ),
        pytest.param({"new_leases": 3, "acknowledged_new_leases": 40}, 41, True, id="and one more"),
        pytest.param(
            {"new_leases": 3, "acknowledged_new_leases": 1}, 3, False, id="less than free"
        ),
        pytest.param({"new_leases": 0}, 0, False, id="nothing new"),
        pytest.param({"new_leases": 0}, 1, True, id="anything new"),
    ],
)
def test_a_scope_may_newly_select_what_is_allowed_or_acknowledged(
    limits: dict[str, int], selected: int, held: bool
) -> None:
    assert bool(why_selection_is_held(make_policy(limits=limits), selected)) is held


def test_a_held_selection_says_how_many_and_what_to_do() -> None:
    assert why_selection_is_held(make_policy(limits={"new_leases": 3}), 4) == (
        "the scope newly selects 4 stacks that are older than itself, more than the 3 allowed: "
        "narrow the scope, or set limits.acknowledged_new_leases to 4 once you have read "
        "`steward plan`"
    )
