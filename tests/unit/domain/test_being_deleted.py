"""While a delete is under way, after it failed, and when the stack is gone."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from steward.domain.decisions import (
    CANCEL_SHOWS_AFTER,
    RECHECK,
    REQUEST_LOST_AFTER,
    Action,
    Decision,
    gone,
)
from steward.domain.leases import (
    Attempt,
    Lease,
    LeaseState,
    Step,
)
from tests.factories import NOW, make_policy
from tests.unit.domain.deciding import (
    DAY,
    DUE,
    HOUR,
    OLD_STACK,
    SECOND,
    judged,
    marked,
)

AGAIN = "; tried again, the last delete failed: busy"


def reaping(**overrides: Any) -> Lease:
    attempt = Attempt(1, Step.PLAIN, "steward-reap-x", NOW)
    return marked(state=LeaseState.REAPING, attempt=replace(attempt, **overrides))


def test_a_request_may_take_a_while() -> None:
    before = reaping(started_at=NOW - REQUEST_LOST_AFTER + SECOND)
    assert judged(OLD_STACK, before) == Decision(
        Action.KEEP, "a delete was requested a moment ago", before, until=NOW + SECOND
    )


def test_a_lost_request_is_due_again() -> None:
    before = reaping(started_at=NOW - REQUEST_LOST_AFTER)
    decision = judged(OLD_STACK, before)
    assert decision.action is Action.REAP
    assert decision.lease == replace(before, state=LeaseState.MARKED)


def test_a_stack_deployed_after_a_lost_request_is_spared() -> None:
    deployed = replace(OLD_STACK, status="UPDATE_COMPLETE", updated_at=NOW - SECOND)
    decision = judged(deployed, reaping(started_at=NOW - REQUEST_LOST_AFTER))
    assert decision.action is Action.UNMARK
    assert decision.lease is not None
    assert (decision.lease.state, decision.lease.attempt) == (LeaseState.ACTIVE, None)
    assert decision.lease.generation == 2


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param({}, id="just asked for"),
        pytest.param({"accepted_at": NOW - SECOND}, id="just accepted"),
        pytest.param({"accepted_at": NOW - DAY}, id="accepted and cancelled"),
    ],
)
def test_a_stack_deployed_while_its_delete_was_asked_for_is_spared_at_once(
    attempt: dict[str, Any],
) -> None:
    deployed = replace(OLD_STACK, status="UPDATE_COMPLETE", updated_at=NOW - SECOND)
    decision = judged(deployed, reaping(**attempt))
    assert decision.action is Action.UNMARK
    assert decision.lease is not None
    assert (decision.lease.state, decision.lease.generation) == (LeaseState.ACTIVE, 2)


def test_a_half_deleted_stack_does_not_live_on() -> None:
    stack = replace(HALF_DELETED, updated_at=NOW - SECOND)
    assert judged(stack, ladder(NOW + SECOND)).lease == ladder(NOW + SECOND)


def test_reaping_without_an_attempt_is_marked_again() -> None:
    decision = judged(OLD_STACK, marked(state=LeaseState.REAPING))
    assert (decision.action, decision.lease) == (Action.REAP, marked())


def test_an_accepted_delete_may_take_a_while_to_show() -> None:
    before = reaping(accepted_at=NOW - CANCEL_SHOWS_AFTER + SECOND, started_at=NOW - HOUR)
    assert judged(OLD_STACK, before) == Decision(
        Action.KEEP, "a delete was accepted a moment ago", before, until=NOW + SECOND
    )


def test_a_cancelled_delete_blocks_for_a_day() -> None:
    before = reaping(accepted_at=NOW - CANCEL_SHOWS_AFTER)
    decision = judged(OLD_STACK, before)
    reason = (
        "CloudFormation cancelled the delete and the stack is back to CREATE_COMPLETE, as it "
        "does when another stack imports its exports"
    )
    assert (decision.action, decision.reason) == (Action.REPORT, f"blocked: {reason}")
    assert decision.until == NOW + RECHECK
    assert decision.lease == replace(
        before, state=LeaseState.BLOCKED, reason=reason, retry_at=NOW + RECHECK
    )


def test_a_cancelled_delete_of_a_stack_that_may_live_longer_now_is_no_block() -> None:
    longer = make_policy(lease={"ttl": "40d", "max_lifetime": "60d"})
    decision = judged(OLD_STACK, reaping(accepted_at=NOW - DAY), policy=longer)
    assert decision.action is Action.UNMARK


def test_a_cancelled_delete_blocks_even_if_an_update_came_too_late_to_renew() -> None:
    """Past the longest life an update counts for nothing, but it shows the delete was cancelled."""
    policy = make_policy(lease={"ttl": "9d", "max_lifetime": "14d"})
    stack = replace(OLD_STACK, updated_at=NOW - SECOND)
    before = reaping(accepted_at=NOW - SECOND)
    decision = judged(stack, before, policy=policy)
    assert (decision.action, decision.until) == (Action.REPORT, NOW + RECHECK)
    assert decision.lease is not None
    assert (decision.lease.state, decision.lease.generation) == (LeaseState.BLOCKED, 1)
    assert decision.lease.seen_update == NOW - SECOND


HALF_DELETED = replace(OLD_STACK, status="DELETE_FAILED")


def test_a_failed_delete_whose_cause_is_unread_waits() -> None:
    before = reaping(accepted_at=NOW - DAY)
    assert judged(HALF_DELETED, before) == Decision(
        Action.KEEP, "the delete failed; its cause is read next", before
    )


def test_a_lost_request_for_a_half_deleted_stack_is_not_taken_for_its_failure() -> None:
    recent = reaping(started_at=NOW - REQUEST_LOST_AFTER + SECOND, number=2)
    assert judged(HALF_DELETED, recent).reason == "a delete was requested a moment ago"
    lost = reaping(started_at=NOW - REQUEST_LOST_AFTER, number=2)
    decision = judged(HALF_DELETED, lost)
    assert (decision.action, decision.reason) == (Action.REAP, DUE)
    assert decision.lease == replace(lost, state=LeaseState.MARKED)


def ladder(retry_at: datetime) -> Lease:
    return reaping(accepted_at=NOW - DAY, failure="busy", retry_step=Step.PLAIN, retry_at=retry_at)


def test_the_next_rung_has_its_date() -> None:
    before = ladder(NOW + SECOND)
    assert judged(HALF_DELETED, before) == Decision(
        Action.KEEP, "the delete failed: busy; next try plain", before, until=NOW + SECOND
    )


@pytest.mark.parametrize(
    ("mode", "later", "action", "reason"),
    [
        pytest.param("reap", 0 * HOUR, Action.REAP, f"{DUE}{AGAIN}", id="climbed when it is due"),
        pytest.param(
            "reap",
            8 * HOUR,
            Action.KEEP,
            "marked: expired and told; waits for the next deletion window",
            id="waits for a window",
        ),
        pytest.param(
            "notify",
            0 * HOUR,
            Action.REPORT,
            f"would reap (mode notify): {DUE}{AGAIN}",
            id="needs reap",
        ),
    ],
)
def test_the_next_rung_is_judged_like_any_delete(
    mode: str, later: timedelta, action: Action, reason: str
) -> None:
    before = ladder(NOW)
    decision = judged(HALF_DELETED, before, policy=make_policy(mode=mode), now=NOW + later)
    assert (decision.action, decision.reason) == (action, reason)
    assert decision.lease == replace(before, state=LeaseState.MARKED)


def test_the_next_rung_waits_for_a_notice_that_a_new_policy_wants() -> None:
    policy = make_policy(notices=["7d", "12h"], minimum_notice="12h")
    decision = judged(HALF_DELETED, ladder(NOW), policy=policy)
    assert (decision.action, decision.stage) == (Action.NOTIFY, 12 * HOUR)


@pytest.mark.parametrize(
    "state", [state for state in LeaseState if state not in {"reaped", "gone"}]
)
def test_a_deleted_stack_ends_its_lease(state: LeaseState) -> None:
    before = marked(state=state)
    ended = LeaseState.REAPED if state is LeaseState.REAPING else LeaseState.GONE
    who = "Steward" if state is LeaseState.REAPING else "its owner"
    reason = f"deleted by {who}; seen 2026-11-23T09:00:00Z"
    expected = Decision(Action.REPORT, reason, replace(before, state=ended, reason=reason))
    assert gone(before, NOW) == expected
    assert judged(replace(OLD_STACK, status="DELETE_COMPLETE"), before) == expected


@pytest.mark.parametrize("state", [LeaseState.REAPED, LeaseState.GONE])
def test_an_ended_lease_stays_as_it_ended(state: LeaseState) -> None:
    before = marked(state=state, reason="deleted long ago")
    assert gone(before, NOW) == Decision(Action.KEEP, "deleted long ago", before)
