"""Which events of a deployment are told, in which words, and which are not."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.rollouts.config import Told
from steward.domain.rollouts.deployments import FINISHED
from steward.domain.rollouts.notices import due_notices, takes_part
from steward.domain.rollouts.records import CaughtBy, Rollout
from steward.domain.rollouts.results import Cause, CheckMode, Outcome, Phase, Status
from steward.domain.rollouts.stories import (
    LONGEST_NUMBERS,
    LONGEST_REASON,
    MOST_CHECKS,
    Moment,
    numbers_said,
)
from steward.notify.harmless import harmless
from tests.factories import NOW
from tests.rollout_records import (
    DECLARED,
    MINUTE,
    make_result,
    make_rollback,
    make_rollout,
    make_succeeded,
    make_verdict,
    notices_of,
)

ALL = tuple(Told)
UNDECIDED = make_result(outcome=Outcome.INCONCLUSIVE, fails=False, reason="20 invocations")
OVERRIDE = make_verdict(
    status=Status.SUCCEEDED, cause=Cause.OVERRIDE, reason="let through by ada", phase=Phase.PRE
)
CRASH = make_verdict(
    cause=Cause.FAILSAFE,
    phase=Phase.PRE,
    reason="the hook died: RetriesExhausted",
    results=(),
    configuration=(),
)


@pytest.mark.parametrize(
    ("rollout", "events"),
    [
        pytest.param(make_rollout(), {Told.FAILED}, id="failed"),
        pytest.param(make_rollout(status="Stopped"), {Told.FAILED}, id="stopped"),
        pytest.param(make_rollout(status="InProgress"), set(), id="runs"),
        pytest.param(make_rollout(status="Baking"), set(), id="bakes"),
        pytest.param(make_succeeded(), set(), id="succeeded"),
        pytest.param(make_rollback(), {Told.ROLLED_BACK}, id="rollback-succeeded"),
        pytest.param(make_rollback(status="Failed"), {Told.ROLLED_BACK}, id="rollback-failed"),
        pytest.param(make_rollback(status="Stopped"), {Told.ROLLED_BACK}, id="rollback-stopped"),
        pytest.param(make_rollback(status="InProgress"), set(), id="rollback-runs"),
        pytest.param(
            make_rollback(rolls_back="", from_version="3"), set(), id="rollback-of-nothing"
        ),
        pytest.param(
            make_rollback(rolls_back=""), {Told.ROLLED_BACK}, id="rollback-of-the-unknown"
        ),
        pytest.param(make_succeeded(verdicts=(OVERRIDE,)), {Told.OVERRIDDEN}, id="overridden"),
        pytest.param(
            make_rollout(status="InProgress", verdicts=(OVERRIDE,)),
            {Told.OVERRIDDEN},
            id="overridden-and-still-running",
        ),
        pytest.param(
            make_rollout(verdicts=(CRASH,)), {Told.FAILED, Told.STUCK}, id="the-hook-crashed"
        ),
        pytest.param(
            make_rollout(status="InProgress", verdicts=(CRASH,)), {Told.STUCK}, id="not-yet-failed"
        ),
        pytest.param(
            make_rollout(verdicts=(make_verdict(cause=Cause.WATCHDOG),)),
            {Told.FAILED, Told.STUCK},
            id="nobody-answered",
        ),
    ],
)
def test_what_has_happened_is_due(rollout: Rollout, events: set[Told]) -> None:
    assert notices_of(rollout).keys() == events


@pytest.mark.parametrize(
    ("notify", "events"),
    [
        pytest.param(ALL, {Told.INCONCLUSIVE}, id="asked-for"),
        pytest.param(("failed",), set(), id="not-asked-for"),
    ],
)
def test_inconclusive_checks_are_told_to_those_who_ask(
    notify: tuple[str, ...], events: set[Told]
) -> None:
    passed = make_verdict(status=Status.SUCCEEDED, results=(UNDECIDED,), notify=notify)
    assert notices_of(make_succeeded(verdicts=(passed,))).keys() == events


def test_what_failed_is_not_told_to_be_inconclusive_too() -> None:
    failed = make_verdict(results=(make_result(), UNDECIDED), notify=ALL)
    assert notices_of(make_rollout(verdicts=(failed,))).keys() == {Told.FAILED}


@pytest.mark.parametrize(
    ("notify", "events"),
    [
        pytest.param((), set(), id="nothing"),
        pytest.param(("failed",), {Told.FAILED}, id="failures"),
        pytest.param(("stuck",), {Told.STUCK}, id="crashes"),
        pytest.param(ALL, {Told.FAILED, Told.STUCK}, id="all"),
    ],
)
def test_what_the_workload_declares_counts_before_what_a_dead_hook_knows(
    notify: tuple[str, ...], events: set[Told]
) -> None:
    passed = make_verdict(phase=Phase.PRE, status=Status.SUCCEEDED, results=(), notify=notify)
    crashed = make_verdict(cause=Cause.FAILSAFE, configuration=(), notify=ALL)
    for verdicts in ((passed, crashed), (crashed, passed)):
        assert notices_of(make_rollout(verdicts=verdicts)).keys() == events


@pytest.mark.parametrize("notify", [(), ("failed",), ("failed", "rolled_back")])
def test_a_rollback_is_told_if_what_it_undoes_asked_for_that(notify: tuple[str, ...]) -> None:
    undone = make_rollout(verdicts=(make_verdict(notify=notify),))
    told = notices_of(make_rollback(), undone)
    assert bool(told) is ("rolled_back" in notify)


@pytest.mark.parametrize(
    ("changes", "takes_part_in_it"),
    [
        pytest.param({}, True, id="verdicts-and-hooks"),
        pytest.param({"verdicts": ()}, True, id="hooks-that-did-not-run"),
        pytest.param({"hooks": {}}, True, id="verdicts-alone"),
        pytest.param({"hooks": {}, "verdicts": ()}, False, id="neither"),
        pytest.param(
            {"hooks": {"BeforeAllowTraffic": "CodeDeployHook_mine"}, "verdicts": ()},
            False,
            id="somebody-elses-hook",
        ),
        pytest.param(
            {
                "hooks": {
                    "AfterAllowTraffic": "arn:aws:lambda:eu-west-1:222222222222:function:"
                    "CodeDeployHook_steward-post:live"
                },
                "verdicts": (),
            },
            True,
            id="by-arn",
        ),
    ],
)
def test_only_deployments_that_take_part_are_told(
    changes: dict[str, Any], takes_part_in_it: bool
) -> None:
    rollout = make_rollout(**changes)
    assert takes_part(rollout) is takes_part_in_it
    assert bool(notices_of(rollout)) is takes_part_in_it


def test_the_first_rollback_to_before_the_hooks_is_told_all_the_same() -> None:
    rollback = make_rollback(hooks={}, verdicts=())
    assert notices_of(rollback) == {}
    assert notices_of(rollback, make_rollout()).keys() == {Told.ROLLED_BACK}


def test_the_story_of_a_failure_is_its_failing_checks_with_their_numbers() -> None:
    observed = make_result("slow", mode=CheckMode.OBSERVE)
    verdict = make_verdict(results=(make_result(), observed, UNDECIDED))
    story = notices_of(make_rollout(verdicts=(verdict,)))[Told.FAILED].story
    (check,) = story.checks
    assert (check.name, check.numbers) == (
        "errors",
        "canary errors 12, canary invocations 400, p 0.00031",
    )
    assert (story.phase, story.moment, story.caught_by) == (Phase.POST, Moment.AFTER, CaughtBy.POST)
    assert story.reason == verdict.reason
    assert story.happened_at == NOW - MINUTE


def test_the_first_verdict_that_failed_it_is_told() -> None:
    early = make_verdict(phase=Phase.PRE, reason="first", decided_at=NOW - 9 * MINUTE)
    rollout = make_rollout(verdicts=(make_verdict(reason="later"), early))
    story = notices_of(rollout)[Told.FAILED].story
    assert (story.reason, story.moment) == ("first", Moment.BEFORE)


@pytest.mark.parametrize(
    ("code", "caught_by", "reason"),
    [
        pytest.param(
            "ALARM_ACTIVE",
            CaughtBy.ALARM,
            "an alarm of its deployment group went off: too bad",
            id="alarm",
        ),
        pytest.param("MANUAL_STOP", CaughtBy.MANUAL, "somebody stopped it: too bad", id="by-hand"),
        pytest.param("TIMEOUT", CaughtBy.OTHER, "too bad", id="codedeploy"),
    ],
)
def test_what_no_check_ended_is_told_in_codedeploys_words(
    code: str, caught_by: CaughtBy, reason: str
) -> None:
    passed = make_succeeded().verdicts
    rollout = make_rollout(error_code=code, error_message="too bad", verdicts=passed)
    story = notices_of(rollout)[Told.FAILED].story
    assert (story.caught_by, story.reason, story.phase) == (caught_by, reason, None)
    assert story.checks == ()


def test_a_hook_that_failed_after_an_alarm_had_stopped_it_did_not_catch_it() -> None:
    rollout = make_rollout(error_code="ALARM_ACTIVE")
    assert notices_of(rollout)[Told.FAILED].story.phase is None


@pytest.mark.parametrize(
    ("changes", "moment"),
    [
        pytest.param({}, Moment.AFTER, id="shifted"),
        pytest.param({"shift_ended_at": None}, Moment.DURING, id="shifting"),
        pytest.param(
            {"shift_started_at": None, "shift_ended_at": None}, Moment.BEFORE, id="not-shifted"
        ),
        pytest.param(
            {"shift_started_at": None, "shift_ended_at": None, "problems": ("no target",)},
            Moment.UNKNOWN,
            id="not-known",
        ),
    ],
)
def test_without_a_verdict_codedeploy_says_how_far_traffic_had_come(
    changes: dict[str, Any], moment: Moment
) -> None:
    rollout = make_rollout(error_code="TIMEOUT", verdicts=(), **changes)
    assert notices_of(rollout)[Told.FAILED].story.moment is moment


def test_a_rollback_says_which_version_serves_again() -> None:
    notice = notices_of(make_rollback())[Told.ROLLED_BACK]
    assert notice.story.reason == "version 3 serves again"
    assert not notice.is_failed_rollback
    assert notice.subject_id == make_rollout().deployment_id


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_a_rollback_that_failed_says_why(status: str) -> None:
    notice = notices_of(make_rollback(status=status, error_message="no permission"))[
        Told.ROLLED_BACK
    ]
    assert notice.story.reason == "the rollback to version 3 failed: no permission"
    assert notice.is_failed_rollback


def test_an_override_says_what_would_have_failed() -> None:
    story = notices_of(make_succeeded(verdicts=(OVERRIDE,)))[Told.OVERRIDDEN].story
    assert story.reason == "let through by ada"
    assert [check.name for check in story.checks] == ["errors"]


def test_a_crash_is_told_in_the_failsafes_words() -> None:
    story = notices_of(make_rollout(verdicts=(CRASH,)))[Told.STUCK].story
    assert (story.reason, story.moment) == ("the hook died: RetriesExhausted", Moment.BEFORE)


def test_inconclusive_checks_wait_for_the_digest_and_nothing_else_does() -> None:
    passed = make_verdict(status=Status.SUCCEEDED, results=(UNDECIDED,), notify=ALL)
    (undecided,) = notices_of(make_succeeded(verdicts=(passed,))).values()
    assert not undecided.is_immediate
    assert undecided.story.reason == "the data decide nothing for errors"
    assert notices_of(make_rollout())[Told.FAILED].is_immediate


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        pytest.param({}, "", id="none"),
        pytest.param({"n": 1200000}, "n 1200000", id="whole"),
        pytest.param({"ms": 12.345678}, "ms 12.35", id="rounded"),
        pytest.param({"ok": True, "text": "12", "none": None, "all": [1]}, "", id="no-numbers"),
        pytest.param({"a": {"b": {"c": 1}}}, "a b c 1", id="nested"),
        pytest.param({"a\nb": 1}, "a b 1", id="on-one-line"),
    ],
)
def test_numbers_are_said_by_name(evidence: dict[str, object], said: str) -> None:
    assert numbers_said(evidence) == said


TEXTS = st.text(max_size=2000)
STATUSES = st.sampled_from([*sorted(FINISHED), "InProgress", "Created", "Baking"])


@st.composite
def rollouts(draw: st.DrawFn) -> Rollout:
    names = st.lists(TEXTS, max_size=MOST_CHECKS + 3)
    results = tuple(
        make_result(name, reason=draw(TEXTS), outcome=draw(st.sampled_from(Outcome)))
        for name in draw(names)
    )
    verdict = make_verdict(
        reason=draw(TEXTS),
        cause=draw(st.sampled_from(Cause)),
        status=draw(st.sampled_from(Status)),
        phase=draw(st.sampled_from(Phase)),
        results=results,
        notify=ALL,
    )
    make: Callable[..., Rollout] = draw(st.sampled_from([make_rollout, make_rollback]))
    return make(
        status=draw(STATUSES),
        verdicts=(verdict,),
        error_code=draw(TEXTS),
        error_message=draw(TEXTS),
        function=draw(TEXTS),
        rolled_back_by=draw(TEXTS),
    )


@given(rollouts())
def test_whatever_happened_each_event_is_told_once_and_in_bounds(rollout: Rollout) -> None:
    told = list(due_notices(rollout, NOW))
    assert len({each.event for each in told}) == len(told)
    for notice in told:
        story = notice.story
        assert (notice.owners, notice.queued_at) == (rollout.owners, NOW)
        assert len(story.checks) <= MOST_CHECKS
        texts = [story.reason, story.error_message, *(each.reason for each in story.checks)]
        assert all(len(text) <= LONGEST_REASON and text == harmless(text) for text in texts)
        assert all(len(each.numbers) <= LONGEST_NUMBERS for each in story.checks)
    failed = {Told.FAILED, Told.INCONCLUSIVE, Told.OVERRIDDEN}
    if rollout.is_rollback:
        assert not failed & {each.event for each in told}
    if rollout.status not in FINISHED:
        assert {each.event for each in told} <= {Told.OVERRIDDEN, Told.STUCK}


@given(rollouts())
def test_what_was_due_stays_due_once_more_is_known(rollout: Rollout) -> None:
    more = make_verdict(phase=Phase.SHIFT, configuration=DECLARED, notify=ALL, results=())
    later = rollout.model_copy(update={"verdicts": (*rollout.verdicts, more)})
    before, after = notices_of(rollout).keys(), notices_of(later).keys()
    assert before <= after
