"""An ordinary life: active, marked, told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from steward.domain.decisions import (
    Action,
    Decision,
)
from steward.domain.leases import (
    LeaseNotice,
    LeaseState,
    TagMirror,
    TagStatus,
)
from tests.factories import NOW, make_account, make_policy
from tests.unit.domain.deciding import (
    DAY,
    FULLY_TOLD,
    HOUR,
    OLD_STACK,
    SECOND,
    STACK,
    WEEK,
    WRITTEN,
    judged,
    marked,
    told,
)


def test_a_lease_far_from_its_end_is_kept() -> None:
    stack = replace(STACK, created_at=NOW)
    lease = judged(stack, None).lease
    assert lease is not None
    decision = judged(stack, lease)
    assert decision == Decision(Action.KEEP, lease.reason, lease, until=lease.expires_at - 7 * DAY)


def test_registering_is_followed_by_no_write() -> None:
    stack = replace(STACK, created_at=NOW, tags={"owner": "x"})
    lease = judged(stack, None).lease
    assert judged(stack, lease, now=NOW + HOUR).lease == lease


@pytest.mark.parametrize(
    ("age", "action"),
    [
        pytest.param(7 * DAY - SECOND, Action.KEEP, id="a second early"),
        pytest.param(7 * DAY, Action.MARK, id="on the second"),
    ],
)
def test_the_first_stage_marks(age: timedelta, action: Action) -> None:
    lease = judged(replace(STACK, created_at=NOW), None).lease
    assert judged(replace(STACK, created_at=NOW), lease, now=NOW + age).action is action


def test_a_mark_is_a_notice_a_date_and_a_tag() -> None:
    decision = judged(
        OLD_STACK,
        marked(
            state=LeaseState.ACTIVE,
            notices=(),
            marked_at=None,
            tag=TagMirror(),
            registered_at=NOW - HOUR,
        ),
    )
    monday = NOW + WEEK
    reason = (
        "expires Tue 2026-11-17 10:00 CET by the policy's ttl 14d after its creation; "
        "deleted not before Mon 2026-11-30 10:00 CET; the 7d notice is due"
    )
    assert (decision.action, decision.reason) == (Action.MARK, reason)
    assert (decision.stage, decision.until) == (WEEK, monday)
    assert decision.lease is not None
    assert decision.lease.state is LeaseState.MARKED
    assert decision.lease.reason == reason
    assert decision.lease.notices == (LeaseNotice(WEEK, NOW),)
    assert (decision.lease.marked_at, decision.lease.delete_after) == (NOW, monday)
    assert decision.lease.tag == TagMirror(TagStatus.WANTED, "2026-11-30T09:00:00Z")


def test_a_later_stage_notifies_and_leaves_the_tag() -> None:
    before = marked(
        expires_at=NOW + DAY,
        created_at=NOW - 13 * DAY,
        deployed_at=NOW - 13 * DAY,
        seen_update=NOW - 13 * DAY,
        registered_at=NOW - 13 * DAY,
        notices=told((WEEK, 6 * DAY), (3 * DAY, 2 * DAY)),
    )
    decision = judged(replace(STACK, created_at=NOW - 13 * DAY), before)
    assert (decision.action, decision.stage) == (Action.NOTIFY, DAY)
    assert decision.until == NOW + DAY
    assert decision.lease is not None
    assert decision.lease.marked_at == before.marked_at
    assert decision.lease.tag == WRITTEN
    assert decision.lease.notices == (*before.notices, LeaseNotice(DAY, NOW))
    assert decision.lease.delete_after == NOW + DAY


def test_in_observe_a_mark_is_only_reported() -> None:
    before = marked(state=LeaseState.ACTIVE, notices=(), marked_at=None, tag=TagMirror())
    decision = judged(OLD_STACK, before, policy=make_policy(mode="observe"))
    assert decision.action is Action.REPORT
    assert decision.reason.startswith("would mark: expires")
    assert decision.lease == before
    assert decision.until == NOW + WEEK


def test_in_observe_a_later_notice_is_only_reported() -> None:
    before = marked(notices=told((WEEK, 9 * DAY)))
    decision = judged(OLD_STACK, before, policy=make_policy(mode="observe"))
    assert decision.reason.startswith("would notify: expires")
    assert decision.lease == before


@pytest.mark.parametrize("mode", ["notify", "reap"])
def test_marking_needs_notify(mode: str) -> None:
    before = marked(state=LeaseState.ACTIVE, notices=(), marked_at=None, tag=TagMirror())
    assert judged(OLD_STACK, before, policy=make_policy(mode=mode)).action is Action.MARK


def test_an_accounts_tag_holds_marking_back() -> None:
    before = marked(state=LeaseState.ACTIVE, notices=(), marked_at=None, tag=TagMirror())
    held = make_account(tags={"steward:mode": "observe"})
    assert judged(OLD_STACK, before, account=held).action is Action.REPORT


FROZEN = make_policy(windows={"freeze": [{"first": "2026-01-01", "last": "2029-01-01"}]})


NO_WINDOW = "no deletion window opens within 400 days: change windows"


@pytest.mark.parametrize("notices", [(), FULLY_TOLD], ids=["untold", "told"])
def test_without_a_window_nobody_is_told_a_date(notices: tuple[LeaseNotice, ...]) -> None:
    before = marked(notices=notices)
    assert judged(OLD_STACK, before, policy=FROZEN) == Decision(Action.REPORT, NO_WINDOW, before)
