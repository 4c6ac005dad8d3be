import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.rollouts.comparing.errors import Arm, ErrorRule, compare_errors
from steward.domain.rollouts.results import Outcome
from steward.domain.rollouts.statistics.fisher import p_value

RULE = ErrorRule()
PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE


def case(
    target: tuple[int, int], current: tuple[int, int], outcome: Outcome, ground: str, name: str
) -> object:
    """(invocations, errors) of each version."""
    return pytest.param(Arm(*target), Arm(*current), outcome, ground, id=name)


@pytest.mark.parametrize(
    ("target", "current", "outcome", "ground"),
    [
        case((0, 0), (0, 0), INCONCLUSIVE, "no_data", "neither was invoked"),
        case((0, 0), (90, 9), INCONCLUSIVE, "no_data", "the target was not invoked"),
        case((90, 90), (0, 0), INCONCLUSIVE, "no_data", "the current was not invoked"),
        case((5, 3), (10, 0), FAIL, "half_fail", "three of five fail"),
        case((6, 3), (1, 0), FAIL, "half_fail", "exactly half fail, beside one invocation"),
        case((4, 4), (1, 0), INCONCLUSIVE, "too_few", "all of four fail, beside one"),
        case((4, 4), (90, 0), FAIL, "difference", "all of four fail, beside ninety"),
        case((6, 3), (10, 1), INCONCLUSIVE, "too_few", "half fail, and a tenth did before"),
        case((20, 9), (180, 0), FAIL, "difference", "less than half fail, and none before"),
        case((10, 2), (90, 0), INCONCLUSIVE, "too_few", "two errors in ten"),
        case((10, 3), (90, 0), FAIL, "difference", "three errors in ten"),
        case((20, 2), (100_000, 0), INCONCLUSIVE, "too_few", "two errors, however unlikely"),
        case((49, 0), (441, 0), INCONCLUSIVE, "too_few", "49 invocations, no error"),
        case((50, 0), (450, 0), PASS, "no_difference", "50 invocations, no error"),
        case((30, 3), (270, 3), INCONCLUSIVE, "too_few", "p above 0.01, few invocations"),
        case((50, 5), (450, 5), FAIL, "difference", "p 0.0014"),
        case((100, 5), (900, 9), FAIL, "difference", "p 0.0087"),
        case((100, 5), (900, 10), PASS, "no_difference", "p just above 0.01"),
        case((1000, 12), (9000, 45), PASS, "no_difference", "p 0.0095 but 0.7 points"),
        case((10_000, 300), (90_000, 1_800), FAIL, "difference", "exactly one point"),
        case((10_000, 299), (90_000, 1_800), PASS, "no_difference", "just below one point"),
        case((100, 0), (900, 90), PASS, "no_difference", "better than before"),
        case((100, 60), (900, 540), PASS, "no_difference", "both are broken alike"),
        case((10**9, 10**8), (9 * 10**9, 10**8), FAIL, "difference", "a thousand million"),
    ],
)
def test_decides_in_order(target: Arm, current: Arm, outcome: Outcome, ground: str) -> None:
    found = compare_errors(target, current, RULE)
    assert (found.outcome, found.evidence["decided_by"]) == (outcome, ground)


@pytest.mark.parametrize(
    ("target", "current", "reason"),
    [
        pytest.param(
            Arm(100, 12),
            Arm(900, 9),
            "the target version failed 12 of 100 invocations (12 %), the current version 9 of 900 "
            "invocations (1 %): chance alone does not explain that (p < 0.0001, below 0.01)",
            id="a real difference",
        ),
        pytest.param(
            Arm(10, 6),
            Arm(90, 0),
            "the target version failed 6 of 10 invocations (60 %), the current version 0 of 90 "
            "invocations (0 %): at least half fail, and fewer than 10 % of the current version do",
            id="half fail",
        ),
        pytest.param(
            Arm(20, 0),
            Arm(180, 0),
            "the target version failed 0 of 20 invocations (0 %), the current version 0 of 180 "
            "invocations (0 %): that is no higher rate, but fewer than 50 invocations decide "
            "nothing; +16 percentage points cannot be excluded",
            id="too few",
        ),
        pytest.param(
            Arm(50, 1),
            Arm(450, 1),
            "the target version failed 1 of 50 invocations (2 %), the current version 1 of 450 "
            "invocations (0.222 %): chance alone explains that (p = 0.19, not below 0.01); "
            "+10 percentage points cannot be excluded",
            id="chance",
        ),
        pytest.param(
            Arm(1000, 12),
            Arm(9000, 45),
            "the target version failed 12 of 1000 invocations (1.2 %), the current version 45 of "
            "9000 invocations (0.5 %): that is real (p = 0.0095) but differs by less than "
            "1 percentage point; +1.6 percentage points cannot be excluded",
            id="too small to matter",
        ),
        pytest.param(
            Arm(100, 2),
            Arm(100_000, 0),
            "the target version failed 2 of 100 invocations (2 %), the current version 0 of "
            "100000 invocations (0 %): that is unlikely (p < 0.0001), but 3 errors are the fewest "
            "to fail; +7 percentage points cannot be excluded",
            id="too few errors",
        ),
        pytest.param(
            Arm(0, 0),
            Arm(90, 0),
            "no invocation of the target version was counted in the window: nothing to compare",
            id="target not invoked",
        ),
        pytest.param(
            Arm(0, 0),
            Arm(0, 0),
            "no invocation of the target version or the current version was counted in the "
            "window: nothing to compare",
            id="neither invoked",
        ),
    ],
)
def test_says_the_numbers(target: Arm, current: Arm, reason: str) -> None:
    assert compare_errors(target, current, RULE).reason == reason


def test_evidence_is_what_the_sentence_rests_on() -> None:
    found = compare_errors(Arm(100, 12), Arm(900, 9), RULE)
    kept = json.loads(json.dumps(found.evidence, allow_nan=False))
    low, high = kept.pop("interval")
    assert low == pytest.approx(0.0592, abs=1e-4)
    assert high == pytest.approx(0.1882, abs=1e-4)
    assert kept.pop("p") == pytest.approx(p_value(12, 100, 9, 900))
    assert kept.pop("difference") == pytest.approx(0.11)
    assert kept == {
        "metric": "errors",
        "decided_by": "difference",
        "target": {"invocations": 100, "errors": 12, "rate": 0.12},
        "current": {"invocations": 900, "errors": 9, "rate": 0.01},
        "p_by_minute": None,
        "confidence": 0.95,
        "rule": {"alpha": 0.01, "min_delta": 0.01, "min_events": 3, "min_samples": 50},
    }


def test_without_data_no_rate_is_claimed() -> None:
    evidence = compare_errors(Arm(0, 0), Arm(90, 1), RULE).evidence
    assert evidence["target"] == {"invocations": 0, "errors": 0, "rate": None}
    assert (evidence["p"], evidence["interval"], evidence["difference"]) == (None, None, None)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"alpha": 0.001}, PASS),
        ({"min_delta": 0.1}, PASS),
        ({"min_events": 6}, PASS),
        ({"min_events": 6, "min_samples": 51}, INCONCLUSIVE),
        ({}, FAIL),
    ],
    ids=str,
)
def test_every_part_of_the_rule_counts(change: dict[str, float], outcome: Outcome) -> None:
    rule = replace(RULE, **change)  # type: ignore[arg-type]  # fields by name
    assert compare_errors(Arm(50, 5), Arm(450, 5), rule).outcome is outcome


ARMS = st.integers(0, 300).flatmap(lambda n: st.builds(Arm, st.just(n), st.integers(0, n)))


@given(ARMS, ARMS)
def test_a_version_that_is_no_worse_never_fails(one: Arm, other: Arm) -> None:
    better, worse = sorted((one, other), key=lambda arm: arm.rate)
    assert compare_errors(better, worse, RULE).outcome is not FAIL


@given(ARMS, ARMS)
def test_passes_only_with_enough_invocations(target: Arm, current: Arm) -> None:
    found = compare_errors(target, current, RULE)
    if found.outcome is PASS:
        assert target.invocations >= RULE.min_samples
        assert current.invocations > 0


@given(ARMS, ARMS)
def test_more_errors_never_turn_a_failure_into_a_pass(target: Arm, current: Arm) -> None:
    if compare_errors(target, current, RULE).outcome is not FAIL:
        return
    for errors in range(target.errors, target.invocations + 1):
        worse = Arm(target.invocations, errors)
        assert compare_errors(worse, current, RULE).outcome is FAIL


@given(ARMS, ARMS)
def test_evidence_is_always_json(target: Arm, current: Arm) -> None:
    json.dumps(compare_errors(target, current, RULE).evidence, allow_nan=False)


@pytest.mark.parametrize(("invocations", "errors"), [(10, 11), (-1, 0), (5, -1)], ids=str)
def test_refuses_counts_that_cannot_be(invocations: int, errors: int) -> None:
    with pytest.raises(ValueError, match=f"{errors} of {invocations}: "):
        Arm(invocations, errors)


EARLY, MIDDLE = (Arm(10, 0), Arm(90, 0)), (Arm(50, 0), Arm(50, 0))


@pytest.mark.parametrize(
    ("last", "outcome", "because"),
    [
        pytest.param(
            (Arm(90, 18), Arm(10, 2)),
            PASS,
            "minute by minute the current version did about as badly (p = 0.68, not below 0.01)",
            id="both fail in the last minute",
        ),
        pytest.param(
            (Arm(90, 40), Arm(60, 0)),
            FAIL,
            "chance alone does not explain that (p < 0.0001, below 0.01)",
            id="the target alone does",
        ),
    ],
)
def test_an_outage_late_in_a_shift_is_not_the_targets(
    last: tuple[Arm, Arm], outcome: Outcome, because: str
) -> None:
    minutes = (EARLY, MIDDLE, last)
    target, current = (
        Arm(sum(arm.invocations for arm in arms), sum(arm.errors for arm in arms))
        for arms in zip(*minutes, strict=True)
    )
    assert compare_errors(target, current, RULE).outcome is FAIL
    found = compare_errors(target, current, RULE, minutes)
    assert found.outcome is outcome
    assert because in found.reason
    assert found.evidence["p_by_minute"] is not None


def test_minutes_of_equal_shares_change_nothing() -> None:
    whole = compare_errors(Arm(50, 5), Arm(450, 5), RULE)
    parts = compare_errors(Arm(50, 5), Arm(450, 5), RULE, [(Arm(50, 5), Arm(450, 5))])
    assert (parts.outcome, parts.reason) == (whole.outcome, whole.reason)
