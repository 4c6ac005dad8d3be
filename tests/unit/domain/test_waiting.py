"""Told and waiting: for the mail, the date, the window; then due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.decisions import (
    Action,
    Decision,
)
from tests.factories import NOW, make_account, make_policy
from tests.unit.domain.deciding import (
    DAY,
    DUE,
    FULLY_TOLD,
    HOUR,
    OLD_STACK,
    SECOND,
    WEEK,
    judged,
    marked,
    told,
)


def test_a_queued_notice_is_waited_for() -> None:
    before = marked(notices=told((WEEK, 8 * DAY), (DAY, None)))
    reason = "marked: a notice is queued and not delivered yet"
    assert judged(OLD_STACK, before) == Decision(Action.KEEP, reason, before)


def test_a_told_lease_waits_for_its_date() -> None:
    before = marked(notices=told((WEEK, 8 * DAY), (DAY, HOUR)))
    due = datetime(2026, 11, 24, 8, tzinfo=UTC)
    decision = judged(OLD_STACK, before, now=NOW)
    reason = "marked: the owner was told; deleted not before Tue 2026-11-24 09:00 CET"
    assert (decision.action, decision.reason, decision.until) == (Action.KEEP, reason, due)
    assert decision.lease == replace(before, delete_after=due)


def test_a_lease_whose_final_notice_waits_for_its_window_waits_too() -> None:
    friday = datetime(2026, 11, 27, 9, tzinfo=UTC)
    before = marked(notices=FULLY_TOLD[:2], expires_at=friday)
    stack = replace(OLD_STACK, tags={"expires-at": friday.isoformat(), "stage": "feature"})
    decision = judged(stack, before, now=friday)
    reason = "marked: the owner was told; deleted not before Mon 2026-11-30 09:00 CET"
    assert (decision.action, decision.reason) == (Action.KEEP, reason)


def test_a_lease_told_in_a_hurry_waits_for_its_full_notice() -> None:
    before = marked(registered_at=NOW - 10 * DAY, notices=told((WEEK, 2 * DAY), (DAY, DAY)))
    decision = judged(OLD_STACK, before)
    assert (decision.action, decision.until) == (
        Action.KEEP,
        datetime(2026, 11, 30, 8, tzinfo=UTC),
    )


def test_a_due_lease_waits_for_its_window() -> None:
    evening = NOW + 8 * HOUR
    before = marked()
    decision = judged(OLD_STACK, before, now=evening)
    assert (decision.action, decision.reason) == (
        Action.KEEP,
        "marked: expired and told; waits for the next deletion window",
    )
    assert decision.until == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert decision.lease == before


@pytest.mark.parametrize(
    ("late", "action"),
    [
        pytest.param(SECOND, Action.KEEP, id="told a second too late"),
        pytest.param(timedelta(0), Action.REAP, id="told exactly in time"),
    ],
)
def test_the_minimum_notice_is_exact(late: timedelta, action: Action) -> None:
    before = marked(notices=told((WEEK, 8 * DAY), (DAY, DAY - late)))
    assert judged(OLD_STACK, before).action is action


def test_a_due_lease_is_reaped() -> None:
    assert judged(OLD_STACK, marked()) == Decision(Action.REAP, DUE, marked())


@pytest.mark.parametrize(
    ("mode", "account_tags"),
    [
        pytest.param("notify", {}, id="policy"),
        pytest.param("reap", {"steward:mode": "notify"}, id="account"),
    ],
)
def test_reaping_needs_reap(mode: str, account_tags: dict[str, str]) -> None:
    account = make_account(tags=account_tags)
    decision = judged(OLD_STACK, marked(), account=account, policy=make_policy(mode=mode))
    assert decision.action is Action.REPORT
    assert decision.reason.startswith("would reap (mode notify): expired, told and due: expires")
    assert decision.lease == marked()
