"""Whatever looks find, the guard stops a deployment at most once, and never without proof."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from steward.domain.rollouts.guarding import (
    GIVE_UP_AFTER,
    GuardAction,
    GuardRecord,
    is_duplicate,
    judge_look,
    out_of_reach,
    reason_to_end,
)
from steward.domain.rollouts.results import CheckMode, CheckResult, Outcome
from tests.unit.domain.rollouts.deploying import STARTED, deployment, record, result

type Results = tuple[CheckResult, ...]

results = st.lists(
    st.builds(result, st.sampled_from(Outcome), st.sampled_from(CheckMode)), max_size=3
).map(tuple)


@st.composite
def looks(draw: st.DrawFn) -> list[tuple[Results, int, str, timedelta]]:
    """Of each look: what it finds, which message asked for it, the deployment's state, when."""
    found = draw(st.lists(results, min_size=1, max_size=40))
    finished = draw(st.integers(0, len(found)))
    pace = timedelta(minutes=draw(st.sampled_from([1, 15, 120])))
    return [
        (
            each,
            draw(st.integers(0, 3)),
            "InProgress" if number < finished else "Succeeded",
            pace * number,
        )
        for number, each in enumerate(found)
    ]


def fails(found: Results) -> bool:
    return any(one.mode is CheckMode.ENFORCE and one.outcome is Outcome.FAIL for one in found)


@given(looks(), st.integers(1, 5), st.booleans())
def test_a_guard_stops_at_most_once_with_proof_and_never_too_late(
    sequence: list[tuple[Results, int, str, timedelta]], breaches: int, is_rollback: bool
) -> None:
    kept = record()
    counted: list[bool] = []
    stops = 0
    for found, older, status, after in sequence:
        now = STARTED + after
        seen = deployment(
            status=status, creator="codeDeployRollback" if is_rollback else "CloudFormation"
        )
        if kept.ended_at is not None or is_duplicate(kept, kept.looks - older):
            continue
        if reason_to_end(kept, seen, now):
            kept = replace(kept, ended_at=now)
            continue
        counted.append(fails(found))
        kept, stopped = looked(kept, found, breaches, out_of_reach(kept, seen))
        if stopped:
            stops += 1
            assert counted[-breaches:] == [True] * breaches, "in a row"
            assert (status, is_rollback) == ("InProgress", False)
            assert now < STARTED + GIVE_UP_AFTER
    assert stops <= 1


def looked(kept: GuardRecord, found: Results, breaches: int, out: str) -> tuple[GuardRecord, bool]:
    """What one look leaves behind, and whether it stops the deployment."""
    after = replace(kept, looks=kept.looks + 1)
    if out:
        return after, False
    decision = judge_look(kept, found, breaches=breaches)
    after = replace(after, enforced=decision.enforced, observed=decision.observed)
    match decision.action:
        case GuardAction.STOP:
            return replace(after, stopped_at=STARTED), True
        case GuardAction.WARN:
            return replace(after, warned_at=STARTED), False
        case GuardAction.LOOK_AGAIN:
            return after, False


@given(st.lists(results, min_size=1, max_size=40), st.integers(1, 5))
def test_enough_failures_in_a_row_always_stop(found: list[Results], breaches: int) -> None:
    kept, stopped = record(), False
    for each in found:
        if not stopped:
            kept, stopped = looked(kept, each, breaches, "")
    rows = [fails(each) for each in found]
    runs = [rows[n : n + breaches] for n in range(len(rows) - breaches + 1)]
    assert stopped is any(all(run) for run in runs)


@given(st.lists(results, max_size=40), st.integers(1, 5))
def test_observed_checks_warn_once_and_stop_nothing(found: list[Results], breaches: int) -> None:
    kept, warnings = record(), 0
    for each in found:
        observed = tuple(replace(one, mode=CheckMode.OBSERVE) for one in each)
        decision = judge_look(kept, observed, breaches=breaches)
        assert decision.action is not GuardAction.STOP
        warnings += decision.action is GuardAction.WARN
        kept, _ = looked(kept, observed, breaches, "")
    assert warnings <= 1
