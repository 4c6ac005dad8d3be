"""Blocked leases: what they wait for and what frees them."""

from dataclasses import replace
from datetime import datetime

import pytest

from steward.domain.decisions import (
    Action,
    block,
)
from steward.domain.leases import (
    Attempt,
    LeaseState,
    Step,
)
from tests.factories import NOW, make_policy
from tests.unit.domain.deciding import DAY, HOUR, OLD_STACK, SECOND, judged, marked


def test_block_stops_and_names_the_next_look() -> None:
    decision = block(marked(), "no way in", retry_at=NOW + DAY)
    assert (decision.action, decision.reason) == (Action.REPORT, "blocked: no way in")
    assert decision.until == NOW + DAY
    assert decision.lease == marked(
        state=LeaseState.BLOCKED, reason="no way in", retry_at=NOW + DAY
    )
    for_good = block(marked(), "no way in")
    assert for_good.until is None
    assert for_good.lease == marked(state=LeaseState.BLOCKED, reason="no way in")


@pytest.mark.parametrize(
    ("retry_at", "action"),
    [
        pytest.param(None, Action.KEEP, id="for good"),
        pytest.param(NOW + SECOND, Action.KEEP, id="a second longer"),
        pytest.param(NOW, Action.REAP, id="until now"),
    ],
)
def test_a_blocked_lease_waits(retry_at: datetime | None, action: Action) -> None:
    before = marked(state=LeaseState.BLOCKED, reason="no way in", retry_at=retry_at)
    decision = judged(OLD_STACK, before)
    assert decision.action is action
    assert decision.lease == before
    if action is Action.KEEP:
        assert (decision.reason, decision.until) == ("blocked: no way in", retry_at)


def test_an_ended_block_is_not_judged_by_the_attempt_before_it() -> None:
    cancelled = Attempt(1, Step.PLAIN, "t", NOW - 2 * DAY, NOW - 2 * DAY)
    before = marked(state=LeaseState.BLOCKED, attempt=cancelled, retry_at=NOW)
    assert judged(OLD_STACK, before).action is Action.REAP


@pytest.mark.parametrize(
    ("state", "after"),
    [
        pytest.param(LeaseState.BLOCKED, LeaseState.ACTIVE, id="blocked"),
        pytest.param(LeaseState.MARKED, LeaseState.MARKED, id="marked"),
    ],
)
def test_a_new_date_frees_what_is_blocked_even_while_observing(
    state: LeaseState, after: LeaseState
) -> None:
    observing = make_policy(mode="observe", lease={"ttl": "8d", "max_lifetime": "60d"})
    decision = judged(OLD_STACK, marked(state=state), policy=observing)
    assert decision.action is Action.REPORT
    assert decision.lease is not None
    assert (decision.lease.state, decision.lease.generation) == (after, 2)


def test_a_deploy_frees_a_blocked_lease() -> None:
    before = marked(
        state=LeaseState.BLOCKED,
        attempt=Attempt(4, Step.PLAIN, "t", NOW - DAY),
        tried=(Step.PLAIN,) * 4,
        retry_at=NOW + DAY,
    )
    decision = judged(replace(OLD_STACK, updated_at=NOW - HOUR), before)
    assert decision.action is Action.UNMARK
    assert decision.lease is not None
    assert decision.lease.state is LeaseState.ACTIVE
    assert (decision.lease.attempt, decision.lease.tried) == (None, ())
    assert decision.lease.retry_at is None


def test_a_blocked_lease_keeps_its_reason_while_nothing_changes() -> None:
    before = marked(state=LeaseState.BLOCKED, reason="no way in")
    assert judged(OLD_STACK, before, now=NOW + 99 * DAY).lease == before
