import json
from collections.abc import Sequence

import pytest

from steward.domain.rollouts.comparing.probes import ProbeRule, compare_probes
from steward.domain.rollouts.results import Outcome

RULE = ProbeRule()
PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE
SLOWER, FASTER, TIED = (150.0, 100.0), (100.0, 110.0), (100.0, 100.0)

type Pairs = Sequence[tuple[float, float]]


@pytest.mark.parametrize(
    ("pairs", "outcome", "ground"),
    [
        pytest.param([], INCONCLUSIVE, "too_few", id="none"),
        pytest.param([SLOWER] * 6, INCONCLUSIVE, "too_few", id="6 can show nothing"),
        pytest.param([SLOWER] * 7, FAIL, "difference", id="7 of 7"),
        pytest.param([SLOWER] * 13 + [FASTER] * 2, FAIL, "difference", id="13 of 15"),
        pytest.param([SLOWER] * 12 + [FASTER] * 3, PASS, "no_difference", id="12 of 15"),
        pytest.param([(149.0, 100.0)] * 15, PASS, "no_difference", id="slower by 49 ms"),
        pytest.param([FASTER] * 15, PASS, "no_difference", id="faster"),
        pytest.param([TIED] * 15, PASS, "no_difference", id="all tie"),
        pytest.param([SLOWER] * 8 + [TIED] * 7, FAIL, "difference", id="8 slower, 7 tie"),
        pytest.param([SLOWER] * 7 + [TIED] * 8, PASS, "no_difference", id="7 slower, 8 tie"),
        pytest.param([SLOWER] * 6 + [TIED] * 5, PASS, "no_difference", id="6 slower, 5 tie"),
    ],
)
def test_decides_by_signs_and_the_median(pairs: Pairs, outcome: Outcome, ground: str) -> None:
    found = compare_probes(pairs, RULE)
    assert (found.outcome, found.evidence["decided_by"]) == (outcome, ground)


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        pytest.param(
            [SLOWER] * 13 + [FASTER] * 2,
            "the target version was slower in 13 of 15 pairs, in the median by 50 ms: chance "
            "alone does not explain that (p = 0.0037, below 0.01)",
            id="slower",
        ),
        pytest.param(
            [SLOWER] * 3 + [FASTER] * 10 + [TIED] * 2,
            "the target version was slower in 3 of 13 pairs, 2 ties left out, in the median by "
            "-10 ms: chance alone explains that (p = 0.99, not below 0.01)",
            id="faster, with ties",
        ),
        pytest.param(
            [(120.0, 100.0)] * 15,
            "the target version was slower in 15 of 15 pairs, in the median by 20 ms: that is "
            "real (p < 0.0001), but less than 50 ms",
            id="too little to matter",
        ),
        pytest.param(
            [SLOWER] * 5,
            "5 pairs were measured: even if all were slower, chance alone could explain it "
            "(p = 0.031, not below 0.01); probe more often",
            id="too few",
        ),
    ],
)
def test_says_the_numbers(pairs: Pairs, reason: str) -> None:
    assert compare_probes(pairs, RULE).reason == reason


def test_the_median_of_an_even_number_lies_between_the_middle_two() -> None:
    pairs = [(100.0 + each, 0.0) for each in (10, 20, 30, 40, 50, 60, 70, 80)]
    assert compare_probes(pairs, RULE).evidence["median_delta_ms"] == 145.0


def test_the_first_of_a_pair_is_the_target_version() -> None:
    assert compare_probes([(200.0, 100.0)] * 15, RULE).outcome is FAIL
    assert compare_probes([(100.0, 200.0)] * 15, RULE).outcome is PASS


def test_evidence_is_json() -> None:
    found = compare_probes([SLOWER] * 13 + [TIED] * 2, RULE)
    kept = json.loads(json.dumps(found.evidence, allow_nan=False))
    assert kept == {
        "metric": "probe",
        "decided_by": "difference",
        "pairs": 15,
        "ties": 2,
        "slower": 13,
        "median_delta_ms": 50.0,
        "p": 0.5**13,
        "rule": {"alpha": 0.01, "min_delta_ms": 50.0},
    }


@pytest.mark.parametrize(
    "pair", [(float("nan"), 1.0), (1.0, float("inf")), (-1.0, 1.0)], ids=["nan", "inf", "negative"]
)
def test_refuses_durations_that_cannot_be(pair: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="give 0 or more milliseconds each"):
        compare_probes([pair] * 15, RULE)
