"""A sweep is counted by what it planned, and is never called whole when it is not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.coverage import (
    ANSWER_TIME,
    Answers,
    PlannedSweep,
    SweepCoverage,
    SweepState,
    coverage_of,
    latest_finished,
    merged,
    unit_states,
)
from steward.domain.modes import Mode
from steward.domain.stacks import Unit
from tests.factories import FINGERPRINT, NOW, UNIT
from tests.template.documents import load, resources

FAR = Unit(UNIT.account_id, "us-east-1")
OTHER = Unit("333333333333", "eu-west-1")
STRANGER = Unit("999999999999", "eu-west-1")
ALL = frozenset({UNIT, FAR, OTHER})
SECOND = timedelta(seconds=1)
IN_TIME = NOW + ANSWER_TIME - SECOND
TOO_LATE = NOW + ANSWER_TIME
SWEEP = PlannedSweep("2026-11-23T09:00:00Z", NOW, FINGERPRINT, Mode.REAP, "", ALL, {})


def counted(
    swept: frozenset[Unit] = frozenset(),
    unreachable: Mapping[Unit, str] | None = None,
    failed: Mapping[Unit, str] | None = None,
    sweep: PlannedSweep = SWEEP,
) -> SweepCoverage:
    return coverage_of(sweep, Answers(swept, unreachable or {}, failed or {}))


@pytest.mark.parametrize(
    ("coverage", "now", "state", "sentence"),
    [
        pytest.param(counted(ALL), NOW, "complete", "3 of 3 units swept", id="all-swept"),
        pytest.param(
            counted(), NOW, "running", "RUNNING: 0 of 3 units swept, 3 unanswered", id="just-begun"
        ),
        pytest.param(
            counted(),
            NOW - ANSWER_TIME,
            "running",
            "RUNNING: 0 of 3 units swept, 3 unanswered",
            id="clock-behind",
        ),
        pytest.param(
            counted(ALL - {FAR}),
            IN_TIME,
            "running",
            "RUNNING: 2 of 3 units swept, 1 unanswered",
            id="a-second-left",
        ),
        pytest.param(
            counted(ALL - {FAR}),
            TOO_LATE,
            "partial",
            "PARTIAL: 2 of 3 units swept, 1 unanswered",
            id="time-is-up",
        ),
        pytest.param(
            counted(ALL - {FAR}, {FAR: "closed"}),
            NOW,
            "partial",
            "PARTIAL: 2 of 3 units swept, 1 unreachable",
            id="nothing-more-to-wait-for",
        ),
        pytest.param(
            counted(frozenset({UNIT}), {FAR: "closed"}),
            TOO_LATE,
            "partial",
            "PARTIAL: 1 of 3 units swept, 1 unreachable, 1 unanswered",
            id="both",
        ),
        pytest.param(
            counted(sweep=replace(SWEEP, units=frozenset(), held="no policy")),
            NOW,
            "partial",
            "PARTIAL: no unit was planned: no policy",
            id="nothing-planned-and-held",
        ),
        pytest.param(
            counted(sweep=replace(SWEEP, units=frozenset(), passed_over={"1": "x", "2": "y"})),
            NOW,
            "partial",
            "PARTIAL: no unit was planned: all 2 accounts were passed over",
            id="all-passed-over",
        ),
        pytest.param(
            counted(sweep=replace(SWEEP, units=frozenset())),
            NOW,
            "partial",
            "PARTIAL: no unit was planned: the organization has no account that the policy's "
            "scope could name",
            id="no-account",
        ),
        pytest.param(
            replace(counted(ALL), unreadable="item x"),
            NOW,
            "partial",
            "PARTIAL: its record cannot be read: item x",
            id="unreadable",
        ),
    ],
)
def test_a_sweep_is_what_its_answers_make_it(
    coverage: SweepCoverage, now: datetime, state: str, sentence: str
) -> None:
    assert (coverage.state(now), coverage.sentence(now)) == (state, sentence)
    assert coverage.whole is (state == SweepState.COMPLETE)


def test_a_unit_counts_once_and_stays_swept() -> None:
    coverage = counted(frozenset({UNIT}), {UNIT: "closed", FAR: "closed"}, {FAR: "x", OTHER: "y"})
    assert (coverage.swept, coverage.unreachable) == (1, {FAR: "closed"})
    assert (set(coverage.unanswered), coverage.failed) == ({OTHER}, {OTHER: "y"})


def test_answers_for_units_that_nobody_planned_are_not_counted() -> None:
    coverage = counted(frozenset({STRANGER}), {STRANGER: "closed"}, {STRANGER: "x"})
    assert (coverage.swept, coverage.unreachable, coverage.failed) == (0, {}, {})
    assert coverage.unanswered == ALL


def test_every_unit_is_listed_with_what_became_of_it() -> None:
    answers = Answers(frozenset({UNIT}), {FAR: "closed"}, {OTHER: "Throttling"})
    assert unit_states(SWEEP, answers) == {
        UNIT: ("swept", ""),
        FAR: ("unreachable", "closed"),
        OTHER: ("unanswered", "Throttling"),
    }


def test_the_latest_finished_sweep_is_no_running_one() -> None:
    running, partial, complete = counted(), counted(ALL - {FAR}, {FAR: "x"}), counted(ALL)
    assert latest_finished((running, partial, complete), NOW) is partial
    assert latest_finished((running,), NOW) is None
    assert latest_finished((), NOW) is None


def test_no_message_is_under_way_when_the_answer_time_is_over() -> None:
    queue = resources(load("template.yaml"), "AWS::SQS::Queue")["UnitsQueue"]
    tries = queue["RedrivePolicy"]["maxReceiveCount"]
    assert timedelta(seconds=queue["VisibilityTimeout"]) * tries < ANSWER_TIME


answers = st.builds(
    Answers,
    st.frozensets(st.sampled_from([*sorted(ALL), STRANGER])),
    st.dictionaries(st.sampled_from([*sorted(ALL), STRANGER]), st.just("closed")),
    st.dictionaries(st.sampled_from([*sorted(ALL), STRANGER]), st.just("broken")),
)


@given(parts=st.lists(answers, max_size=6), again=st.data())
def test_order_and_repetition_of_answers_change_no_count(
    parts: list[Answers], again: st.DataObject
) -> None:
    repeated = [*parts, *again.draw(st.lists(st.sampled_from(parts)) if parts else st.just([]))]
    shuffled = again.draw(st.permutations(repeated))
    coverage = coverage_of(SWEEP, merged(parts))
    assert coverage_of(SWEEP, merged(shuffled)) == coverage
    assert coverage.swept + len(coverage.unreachable) + len(coverage.unanswered) == len(ALL)
    assert coverage.whole is (coverage.swept == len(ALL))
