import json
from dataclasses import replace

import pytest

from steward.domain.rollouts.comparing.durations import DurationRule, SlowArm, compare_durations
from steward.domain.rollouts.results import Outcome

RULE = DurationRule()
BEFORE = SlowArm(900, 45, 200)
PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("target", "current", "outcome", "ground"),
    [
        pytest.param(SlowArm(0, 0, 0), BEFORE, INCONCLUSIVE, "no_data", id="not invoked"),
        pytest.param(
            SlowArm(100, 90, 900), SlowArm(0, 0, 0), INCONCLUSIVE, "no_data", id="none before"
        ),
        pytest.param(SlowArm(49, 49, 900), BEFORE, INCONCLUSIVE, "too_few", id="49, all slow"),
        pytest.param(SlowArm(50, 50, 900), BEFORE, FAIL, "difference", id="50, all slow"),
        pytest.param(
            SlowArm(100, 90, 900), SlowArm(49, 2, 200), INCONCLUSIVE, "too_few", id="49 before"
        ),
        pytest.param(SlowArm(100, 12, 250), BEFORE, FAIL, "difference", id="exactly both gates"),
        pytest.param(SlowArm(100, 10, 250), BEFORE, PASS, "no_difference", id="chance"),
        pytest.param(SlowArm(100, 20, 249), BEFORE, PASS, "no_difference", id="below the ratio"),
        pytest.param(
            SlowArm(100, 20, 90), SlowArm(900, 45, 41), PASS, "no_difference", id="49 ms more"
        ),
        pytest.param(
            SlowArm(100, 20, 91), SlowArm(900, 45, 41), FAIL, "difference", id="50 ms more"
        ),
        pytest.param(
            SlowArm(100, 20, 50), SlowArm(900, 0, 0), FAIL, "difference", id="from nothing to 50 ms"
        ),
        pytest.param(SlowArm(100, 1, 100), BEFORE, PASS, "no_difference", id="faster"),
    ],
)
def test_decides_in_order(target: SlowArm, current: SlowArm, outcome: Outcome, ground: str) -> None:
    found = compare_durations(target, current, RULE)
    assert (found.outcome, found.evidence["decided_by"]) == (outcome, ground)


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        pytest.param(
            SlowArm(100, 20, 400),
            "20 of 100 invocations (20 %) of the target version were slow, 45 of 900 invocations "
            "(5 %) of the current version, p95 400 ms against 200 ms: chance alone does not "
            "explain that (p < 0.0001, below 0.01)",
            id="slower",
        ),
        pytest.param(
            SlowArm(100, 10, 400),
            "10 of 100 invocations (10 %) of the target version were slow, 45 of 900 invocations "
            "(5 %) of the current version, p95 400 ms against 200 ms: chance alone explains that "
            "(p = 0.04, not below 0.01)",
            id="chance",
        ),
        pytest.param(
            SlowArm(100, 20, 210),
            "20 of 100 invocations (20 %) of the target version were slow, 45 of 900 invocations "
            "(5 %) of the current version, p95 210 ms against 200 ms: that is real (p < 0.0001), "
            "but p95 is not 1.25 times as long",
            id="below the ratio",
        ),
        pytest.param(
            SlowArm(7, 7, 400),
            "7 invocations of the target version were measured in the window: fewer than 50 "
            "decide nothing of how long they take",
            id="too few",
        ),
    ],
)
def test_says_the_numbers(target: SlowArm, reason: str) -> None:
    assert compare_durations(target, BEFORE, RULE).reason == reason


def test_says_which_version_was_measured_too_seldom() -> None:
    found = compare_durations(SlowArm(100, 5, 100), SlowArm(3, 0, 100), RULE)
    assert found.reason.startswith("3 invocations of the current version were measured")


def test_names_the_quantile_of_the_rule() -> None:
    rule = replace(RULE, quantile="p50")
    assert (
        "p50 400 ms against 200 ms" in compare_durations(SlowArm(100, 90, 400), BEFORE, rule).reason
    )


@pytest.mark.parametrize(
    "change",
    [{"alpha": 1e-9}, {"min_ratio": 3.0}, {"min_delta_ms": 201.0}, {"min_samples": 101}],
    ids=str,
)
def test_every_part_of_the_rule_counts(change: dict[str, float]) -> None:
    target, rule = SlowArm(100, 20, 400), replace(RULE, **change)  # type: ignore[arg-type]  # fields by name
    assert compare_durations(target, BEFORE, RULE).outcome is FAIL
    assert compare_durations(target, BEFORE, rule).outcome is not FAIL


def test_evidence_is_json_and_claims_no_quantile_without_samples() -> None:
    kept = json.loads(json.dumps(compare_durations(SlowArm(0, 0, 0), BEFORE, RULE).evidence))
    assert kept == {
        "metric": "duration",
        "decided_by": "no_data",
        "target": {"samples": 0, "slow": 0, "quantile_ms": None},
        "current": {"samples": 900, "slow": 45, "quantile_ms": 200},
        "p": None,
        "p_by_minute": None,
        "rule": {
            "alpha": 0.01,
            "min_ratio": 1.25,
            "min_delta_ms": 50.0,
            "min_samples": 50,
            "quantile": "p95",
        },
    }


@pytest.mark.parametrize(
    ("samples", "slow", "quantile", "said"),
    [
        (10, 11, 1.0, "11 of 10: more events than occasions"),
        (10, 1, float("nan"), "a quantile of nan ms"),
        (10, 1, float("inf"), "a quantile of inf ms"),
        (10, 1, -1.0, "a quantile of -1.0 ms"),
    ],
    ids=["more slow ones", "not a number", "endless", "negative"],
)
def test_refuses_figures_that_cannot_be(
    samples: int, slow: int, quantile: float, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        SlowArm(samples, slow, quantile)


def test_slowness_late_in_a_shift_is_not_the_targets() -> None:
    early = (SlowArm(10, 0, 100), SlowArm(90, 0, 100))
    late = (SlowArm(90, 36, 400), SlowArm(10, 4, 400))
    target, current = SlowArm(100, 36, 400), SlowArm(100, 4, 200)
    assert compare_durations(target, current, RULE).outcome is FAIL
    found = compare_durations(target, current, RULE, [early, late])
    assert found.outcome is PASS
    assert "minute by minute the current version did about as badly" in found.reason
