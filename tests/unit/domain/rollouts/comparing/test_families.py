from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.rollouts.comparing.errors import Arm, ErrorRule, compare_errors
from steward.domain.rollouts.comparing.families import held_together
from steward.domain.rollouts.results import CheckMode, CheckResult, Finding, Outcome

AT = datetime(2026, 11, 23, tzinfo=UTC)
# p 0.0087: unlikely alone, and not among four.
BARELY = compare_errors(Arm(100, 5), Arm(900, 9), ErrorRule())
CLEARLY = compare_errors(Arm(100, 20), Arm(900, 9), ErrorRule())
HALF = compare_errors(Arm(6, 3), Arm(2, 0), ErrorRule())
FINE = compare_errors(Arm(100, 1), Arm(900, 9), ErrorRule())
UNSEEN = compare_errors(Arm(0, 0), Arm(900, 9), ErrorRule())
SMOKE = Finding(Outcome.FAIL, "it answered 500", {"status": 500})


def result(finding: Finding, mode: CheckMode = CheckMode.ENFORCE) -> CheckResult:
    return CheckResult(
        name="errors",
        type="compare",
        mode=mode,
        outcome=finding.outcome,
        reason=finding.reason,
        evidence=finding.evidence,
        started_at=AT,
        took=timedelta(),
        fails=finding.outcome is Outcome.FAIL and mode is CheckMode.ENFORCE,
    )


def test_three_comparisons_stand_as_they_are() -> None:
    results = [result(BARELY), result(FINE), result(FINE)]
    assert held_together(results) == tuple(results)


def test_one_of_four_that_is_barely_unlikely_fails_nothing() -> None:
    first, *others = held_together([result(BARELY), *[result(FINE)] * 3])
    assert (first.outcome, first.fails) == (Outcome.INCONCLUSIVE, False)
    assert first.reason == (
        f"{BARELY.reason}; but of 4 comparisons one may look like that (p = 0.035, not below 0.01)"
    )
    assert first.evidence["p_adjusted"] == pytest.approx(4 * 0.00871, rel=1e-3)
    assert {one.outcome for one in others} == {Outcome.PASS}


def test_what_is_clear_fails_among_many_too() -> None:
    first, second, *_ = held_together([result(CLEARLY), result(BARELY), *[result(FINE)] * 3])
    assert (first.outcome, first.fails) == (Outcome.FAIL, True)
    assert (second.outcome, second.fails) == (Outcome.INCONCLUSIVE, False)


def test_what_needs_no_test_fails_whatever_else_is_compared() -> None:
    first, *_ = held_together([result(HALF), *[result(FINE)] * 4])
    assert (first.outcome, first.fails) == (Outcome.FAIL, True)


@pytest.mark.parametrize(
    "other",
    [result(BARELY, CheckMode.OBSERVE), result(UNSEEN), result(SMOKE)],
    ids=["observed", "without data", "no comparison"],
)
def test_what_cannot_fail_by_chance_is_not_counted(other: CheckResult) -> None:
    results = [result(BARELY), result(FINE), result(FINE), other]
    assert held_together(results) == tuple(results)


def test_other_checks_stay_in_their_place() -> None:
    results = [result(SMOKE), *[result(FINE)] * 4, result(UNSEEN)]
    held = held_together(results)
    assert held[0] == results[0]
    assert held[-1] == results[-1]
    assert len(held) == len(results)
