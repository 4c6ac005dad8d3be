"""The rules that Steward's decisions are measured beside, and that what is measured is shipped."""

import numpy as np
import pytest

from benchmarks.rollouts import durations, family, looks
from benchmarks.rollouts.rules import RULES, SHIPPED, STEWARD
from benchmarks.rollouts.traffic import ROLLOUTS, Rollouts, chance, rollouts
from steward.domain.rollouts.comparing.durations import DurationRule
from steward.domain.rollouts.comparing.errors import ErrorRule
from steward.domain.rollouts.config_checks import CompareCheck
from steward.domain.rollouts.defaults import DEFAULTS

ALL = set(RULES)


@pytest.mark.parametrize(
    ("canary", "stable", "failing"),
    [
        pytest.param((0, 100), (0, 900), set(), id="no error"),
        pytest.param(
            (1, 100), (0, 900), {"any error of the canary"}, id="one error, and none before"
        ),
        pytest.param(
            (2, 100),
            (0, 900),
            {"any error of the canary", "canary above 1 %"},
            id="no ratio to nothing",
        ),
        pytest.param(
            (3, 100),
            (9, 900),
            ALL - {STEWARD, "alarm: alias above 10 %", "canary at least 5 %"},
            id="three times the rate, by chance",
        ),
        pytest.param(
            (100, 100),
            (0, 900),
            ALL - {"alarm: alias above 10 %", "twice the stable rate"},
            id="all fail, and none before",
        ),
        pytest.param(
            (50, 100),
            (450, 900),
            ALL - {STEWARD, "twice the stable rate"},
            id="half of both fail",
        ),
    ],
)
def test_rules_fail_what_they_should(
    canary: tuple[int, int], stable: tuple[int, int], failing: set[str]
) -> None:
    seen = Rollouts(canary[1], stable[1], np.array([canary[0]]), np.array([stable[0]]))
    assert {name for name, rule in RULES.items() if rule(seen)[0]} == failing


def test_steward_is_decided_once_for_each_rollout() -> None:
    seen = Rollouts(50, 450, np.array([5, 0, 5, 25]), np.array([5, 0, 50, 0]))
    assert RULES[STEWARD](seen).tolist() == [True, False, False, True]


def test_the_same_cell_has_the_same_rollouts_and_another_has_others() -> None:
    one, again, other = rollouts(0.05, 100), rollouts(0.05, 100), rollouts(0.06, 100)
    assert (one.errors_c == again.errors_c).all()
    assert (one.errors_s == again.errors_s).all()
    assert (one.errors_c != other.errors_c).any()
    assert chance(1, 2).randint(10**9) != chance(2, 1).randint(10**9)


def test_what_is_measured_are_the_defaults_of_the_configuration() -> None:
    check = CompareCheck(type="compare")
    shipped = ErrorRule(check.alpha, check.min_delta, check.min_events, check.min_samples)
    assert shipped == SHIPPED
    assert (
        DurationRule(
            check.alpha, check.min_ratio, check.min_delta_ms, check.min_samples, check.quantile
        )
        == durations.SHIPPED
    )
    assert looks.GUARD.rule.alpha == pytest.approx(check.alpha / looks.LOOKS)


def test_the_family_by_default_is_what_is_enforced_where_nothing_is_declared() -> None:
    compared = {
        (phase, check["metric"]): check.get("mode", DEFAULTS[phase].get("mode", DEFAULTS["mode"]))
        for phase in ("shift", "post")
        for check in DEFAULTS[phase]["checks"].values()
        if check["type"] == "compare"
    }
    assert compared == {
        ("post", "errors"): "enforce",
        ("post", "duration"): "observe",
        ("shift", "errors"): "observe",
    }
    assert family.BY_DEFAULT == (family.ERRORS,)


def test_two_in_a_row_stop_at_the_second() -> None:
    count = ROLLOUTS
    failing = np.zeros((3, count), dtype=np.int64)
    failing[0, 0] = failing[1:, 1] = 30
    seen = [Rollouts(30, 270, errors, np.zeros(count, dtype=np.int64)) for errors in failing]
    stops = looks.stopped_at(looks.GUARD, seen)
    assert stops[:3].tolist() == [0, 3, 0]
