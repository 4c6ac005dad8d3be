"""What is decided about a stack, rule by rule; and that deciding twice changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steward.domain.decisions import (
    CANCEL_SHOWS_AFTER,
    IMPORT_RECHECK,
    KEEP_TAG,
    REQUEST_LOST_AFTER,
    Action,
    Decision,
    block,
    decide,
    gone,
    why_not_leasable,
)
from steward.domain.leases import (
    Attempt,
    Lease,
    LeaseNotice,
    LeaseState,
    Step,
    TagMirror,
    TagStatus,
)
from steward.domain.policy import Policy
from steward.domain.stacks import Account, Protection, Stack
from tests.factories import CREATED, NOW, UNIT, make_account, make_lease, make_policy, make_stack

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
WEEK = 7 * DAY
ACCOUNT, POLICY, STACK, LEASE = make_account(), make_policy(), make_stack(), make_lease()
EXPIRES = "expires Fri 2026-11-27 10:00 CET by the policy's ttl 14d after its creation"
ACTIVE = replace(
    LEASE, reason=f"active: {EXPIRES}", expiry_source="the policy's ttl 14d after its creation"
)
KEPT = f"kept by its owner: tag {KEEP_TAG}"
OUT = "out of scope: neither its name nor its tags say feature stack"
WRITTEN = TagMirror(TagStatus.WRITTEN, "2026-11-23T09:00:00Z")
REMOVE = TagMirror(TagStatus.WANTED, "")


def judged(
    stack: Stack = STACK,
    lease: Lease | None = ACTIVE,
    *,
    account: Account = ACCOUNT,
    policy: Policy = POLICY,
    now: datetime = NOW,
    own_update: bool = False,
) -> Decision:
    """Decide, and insist that the decided lease is decided the same again."""
    decision = decide(stack, lease, account, policy, now, own_update=own_update)
    if decision.lease is not None:
        again = decide(stack, decision.lease, account, policy, now, own_update=own_update)
        assert again.lease == decision.lease, "a second look would write again"
    return decision


def told(*ages: tuple[timedelta, timedelta | None]) -> tuple[LeaseNotice, ...]:
    """Notices by stage and by how long ago they were delivered (None: still queued)."""
    return tuple(
        LeaseNotice(stage, NOW - (age or HOUR), None if age is None else NOW - age)
        for stage, age in ages
    )


FULLY_TOLD = told((WEEK, 8 * DAY), (3 * DAY, 4 * DAY), (DAY, DAY))


def marked(**overrides: Any) -> Lease:
    """A lease of a stack created 20 days ago, expired 6 days ago, its owner told in full."""
    values = {
        "state": LeaseState.MARKED,
        "created_at": NOW - 20 * DAY,
        "registered_at": NOW - 20 * DAY,
        "deployed_at": NOW - 20 * DAY,
        "seen_update": NOW - 20 * DAY,
        "expires_at": NOW - 6 * DAY,
        "notices": FULLY_TOLD,
        "marked_at": NOW - 8 * DAY,
        "delete_after": NOW,
        "tag": WRITTEN,
    }
    return replace(ACTIVE, **{**values, **overrides})


OLD_STACK = replace(STACK, created_at=NOW - 20 * DAY)


def test_a_feature_stack_is_registered() -> None:
    decision = judged(lease=None)
    assert decision.action is Action.REGISTER
    assert decision.reason == (
        f"a feature stack: its name matches feat-* and its tag is stage=feature; active: {EXPIRES}"
    )
    assert decision.until == CREATED + 14 * DAY
    assert decision.lease == Lease(
        stack_id=STACK.stack_id,
        unit=UNIT,
        stack_name="feat-cart",
        state=LeaseState.ACTIVE,
        reason=f"active: {EXPIRES}",
        created_at=CREATED,
        registered_at=NOW,
        deployed_at=CREATED,
        seen_update=CREATED,
        expires_at=CREATED + 14 * DAY,
        expiry_source="the policy's ttl 14d after its creation",
    )


def test_a_stack_found_after_a_deploy_counts_from_it() -> None:
    lease = judged(replace(STACK, updated_at=NOW - DAY, tags={"ttl": "soon"}), None).lease
    assert lease is not None
    assert (lease.deployed_at, lease.seen_update) == (NOW - DAY, NOW - DAY)
    assert lease.expires_at == NOW + 13 * DAY
    assert lease.warning.startswith("tag ttl: 'soon' is not a duration")


@pytest.mark.parametrize(
    ("later", "action"),
    [
        pytest.param(timedelta(0), Action.KEEP, id="the same sweep's message again"),
        pytest.param(-HOUR, Action.KEEP, id="an older sweep's message"),
        pytest.param(SECOND, Action.MARK, id="the next sweep"),
    ],
)
def test_no_lease_is_marked_in_the_sweep_that_registers_it(
    later: timedelta, action: Action
) -> None:
    expired = replace(STACK, created_at=NOW - 400 * DAY)
    registered = judged(expired, None)
    assert registered.action is Action.REGISTER
    assert judged(expired, registered.lease, now=NOW + later).action is action


def test_a_kept_stack_is_registered_as_exempt() -> None:
    decision = judged(replace(STACK, tags={KEEP_TAG: "yes"}), None)
    assert decision.action is Action.REGISTER
    assert decision.reason == f"a feature stack: its name matches feat-*; {KEPT}"
    assert decision.lease is not None
    assert (decision.lease.state, decision.lease.reason) == (LeaseState.EXEMPT, KEPT)


@pytest.mark.parametrize(
    ("stack", "reason"),
    [
        pytest.param(make_stack("cart", tags={}), f"not leased: {OUT}", id="out of scope"),
        pytest.param(
            make_stack(parent_id="arn"),
            "not leased: never reaped: a nested stack; its root stack decides",
            id="never reaped",
        ),
        pytest.param(
            make_stack(status="CREATE_IN_PROGRESS"),
            "not leased: CREATE_IN_PROGRESS",
            id="being born",
        ),
        pytest.param(
            make_stack(status="DELETE_COMPLETE"), "not leased: DELETE_COMPLETE", id="dead already"
        ),
        pytest.param(
            make_stack(status="CREATE_IN_PROGRESS", tags={KEEP_TAG: ""}),
            "not leased: CREATE_IN_PROGRESS",
            id="kept, being born",
        ),
    ],
)
def test_other_stacks_get_no_lease(stack: Stack, reason: str) -> None:
    assert judged(stack, None) == Decision(Action.KEEP, reason)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("", True),
        ("true", True),
        ("until the launch", True),
        ("0", True),
        ("no", True),
        ("false", False),
        (" FALSE ", False),
    ],
)
def test_any_keep_tag_but_a_clear_false_keeps(value: str, kept: bool) -> None:
    why = why_not_leasable(replace(STACK, tags={KEEP_TAG: value}), ACCOUNT, POLICY)
    assert why == (KEPT if kept else "")


def test_protection_is_named_before_scope_and_scope_before_keep() -> None:
    stack = make_stack("cart", tags={KEEP_TAG: "yes"}, protection=Protection.ON)
    assert why_not_leasable(stack, ACCOUNT, POLICY) == "never reaped: termination protection is on"
    assert why_not_leasable(replace(stack, protection=Protection.OFF), ACCOUNT, POLICY) == OUT


EXEMPTING = [
    pytest.param({"tags": {KEEP_TAG: "yes"}}, KEPT, id="keep tag"),
    pytest.param({"name": "cart", "tags": {}}, OUT, id="out of scope"),
    pytest.param(
        {"protection": Protection.ON}, "never reaped: termination protection is on", id="protected"
    ),
]


@pytest.mark.parametrize(("change", "reason"), EXEMPTING)
@pytest.mark.parametrize("state", [LeaseState.MARKED, LeaseState.REAPING, LeaseState.BLOCKED])
def test_what_exempts_unmarks(state: LeaseState, change: dict[str, Any], reason: str) -> None:
    attempt = Attempt(1, Step.PLAIN, "t", NOW - DAY, NOW - DAY)
    before = marked(state=state, attempt=attempt, tried=(Step.PLAIN,), retry_at=NOW + DAY)
    decision = judged(replace(OLD_STACK, **change), before)
    assert (decision.action, decision.reason) == (Action.UNMARK, reason)
    assert decision.lease == replace(
        before,
        state=LeaseState.EXEMPT,
        reason=reason,
        marked_at=None,
        delete_after=None,
        tag=REMOVE,
        attempt=None,
        tried=(),
        retry_at=None,
    )


@pytest.mark.parametrize(("change", "reason"), EXEMPTING)
def test_what_exempts_an_unmarked_lease_is_kept(change: dict[str, Any], reason: str) -> None:
    decision = judged(replace(STACK, **change))
    assert (decision.action, decision.reason) == (Action.KEEP, reason)
    assert decision.lease == replace(ACTIVE, state=LeaseState.EXEMPT, reason=reason)


def test_a_stack_back_in_scope_starts_a_new_generation_and_is_marked_by_the_next_sweep() -> None:
    exempt = marked(state=LeaseState.EXEMPT, reason=KEPT, marked_at=None, tag=TagMirror())
    decision = judged(OLD_STACK, exempt)
    assert decision.action is Action.KEEP
    readmitted = decision.lease
    assert readmitted is not None
    assert readmitted.state is LeaseState.ACTIVE
    assert readmitted.generation == exempt.generation + 1
    assert (readmitted.registered_at, readmitted.notices) == (NOW, ())
    after = judged(OLD_STACK, readmitted, now=NOW + SECOND)
    assert (after.action, after.stage) == (Action.MARK, WEEK)


def test_a_young_stack_back_in_scope_is_active() -> None:
    exempt = replace(ACTIVE, state=LeaseState.EXEMPT, reason=KEPT, expires_at=CREATED + 14 * DAY)
    young = replace(exempt, created_at=NOW - DAY, deployed_at=NOW - DAY, seen_update=NOW - DAY)
    decision = judged(replace(STACK, created_at=NOW - DAY), young)
    assert decision.action is Action.KEEP
    assert decision.lease is not None
    assert decision.lease.state is LeaseState.ACTIVE
    assert decision.lease.reason.startswith("active: expires")


@pytest.mark.parametrize("state", [LeaseState.ACTIVE, LeaseState.MARKED, LeaseState.REAPING])
def test_a_busy_stack_is_judged_when_it_has_finished(state: LeaseState) -> None:
    before = marked(state=state)
    stack = replace(OLD_STACK, status="UPDATE_IN_PROGRESS", tags={KEEP_TAG: "yes"})
    reason = "UPDATE_IN_PROGRESS: judged when it has finished"
    assert judged(stack, before) == Decision(Action.KEEP, reason, before)


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
    assert decision.lease == replace(before, reason=reason, delete_after=due)


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


DUE = (
    "expired, told and due: expires Tue 2026-11-17 10:00 CET by the policy's ttl 14d "
    "after its creation"
)
AGAIN = "; tried again, the last delete failed: busy"


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


def test_a_deploy_unmarks() -> None:
    deployed = replace(OLD_STACK, status="UPDATE_COMPLETE", updated_at=NOW - HOUR)
    decision = judged(deployed, marked())
    expires = "expires Mon 2026-12-07 09:00 CET by the policy's ttl 14d after its last deploy"
    assert (decision.action, decision.reason) == (Action.UNMARK, f"no longer stale: {expires}")
    assert decision.until == NOW - HOUR + 14 * DAY
    assert decision.lease == marked(
        state=LeaseState.ACTIVE,
        reason=f"active: {expires}",
        generation=2,
        notices=(),
        marked_at=None,
        delete_after=None,
        tag=REMOVE,
        deployed_at=NOW - HOUR,
        seen_update=NOW - HOUR,
        expires_at=NOW - HOUR + 14 * DAY,
        expiry_source="the policy's ttl 14d after its last deploy",
    )


def test_our_own_tag_update_is_no_sign_of_life() -> None:
    tagged = replace(OLD_STACK, status="UPDATE_COMPLETE", updated_at=NOW - HOUR)
    decision = judged(tagged, marked(), own_update=True)
    assert decision.action is Action.REAP
    assert decision.lease == marked(seen_update=NOW - HOUR)


@pytest.mark.parametrize(
    "status", ["UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED"]
)
def test_a_reverted_tag_update_is_remembered(status: str) -> None:
    reverted = replace(OLD_STACK, status=status, updated_at=NOW - HOUR)
    decision = judged(reverted, marked(), own_update=True)
    assert decision.lease is not None
    assert decision.lease.tag == TagMirror(
        TagStatus.REVERTED, WRITTEN.value, "CloudFormation rolled the tag update back"
    )


def test_an_owners_reverted_update_is_a_sign_of_life_and_not_our_failure() -> None:
    reverted = replace(OLD_STACK, status="UPDATE_ROLLBACK_COMPLETE", updated_at=NOW - HOUR)
    decision = judged(reverted, marked())
    assert decision.action is Action.UNMARK
    assert decision.lease is not None
    assert decision.lease.tag == REMOVE


def test_an_old_rollback_is_not_taken_for_ours() -> None:
    stack = replace(OLD_STACK, status="UPDATE_ROLLBACK_COMPLETE")
    decision = judged(stack, marked(), own_update=True)
    assert decision.lease is not None
    assert decision.lease.tag == WRITTEN


def test_a_deploy_before_the_owners_failed_delete_is_a_sign_of_life() -> None:
    stack = replace(OLD_STACK, status="DELETE_FAILED", updated_at=NOW - HOUR)
    assert judged(stack, marked()).action is Action.UNMARK


NO_RENEWAL = make_policy(lease={"ttl": "14d", "max_lifetime": "60d", "renew_on_deploy": False})


def test_a_deploy_that_does_not_renew_still_announces_anew() -> None:
    deployed = replace(OLD_STACK, updated_at=NOW - HOUR)
    decision = judged(deployed, marked(), policy=NO_RENEWAL)
    assert decision.action is Action.MARK
    assert decision.lease is not None
    assert decision.lease.generation == 2
    assert decision.lease.notices == (LeaseNotice(DAY, NOW),)
    assert decision.lease.tag == TagMirror(TagStatus.WANTED, "2026-11-24T09:00:00Z")


@pytest.mark.parametrize(
    ("age", "action"),
    [
        pytest.param(60 * DAY - SECOND, Action.MARK, id="a second before the longest life ends"),
        pytest.param(60 * DAY, Action.REAP, id="at the end of the longest life"),
    ],
)
def test_no_deploy_renews_beyond_the_longest_life(age: timedelta, action: Action) -> None:
    born = NOW - age
    lease = marked(
        created_at=born, registered_at=born, deployed_at=NOW - 30 * DAY, expires_at=NOW - 16 * DAY
    )
    capped = replace(lease, expires_at=min(lease.expires_at, born + 60 * DAY))
    stack = replace(STACK, created_at=born, updated_at=NOW, tags={"ttl": "14d"})
    same = replace(capped, expires_at=born + 60 * DAY)
    assert judged(stack, same).action is action


def test_a_later_date_unmarks_without_a_deploy() -> None:
    longer = make_policy(lease={"ttl": "40d", "max_lifetime": "60d"})
    decision = judged(OLD_STACK, marked(), policy=longer)
    assert decision.action is Action.UNMARK
    assert decision.lease is not None
    assert (decision.lease.generation, decision.lease.notices) == (2, ())
    assert decision.lease.expires_at == NOW + 20 * DAY


def test_a_nearer_date_is_announced_anew() -> None:
    shorter = make_policy(lease={"ttl": "8d", "max_lifetime": "60d"})
    decision = judged(OLD_STACK, marked(), policy=shorter)
    assert (decision.action, decision.stage) == (Action.MARK, WEEK)
    assert decision.lease is not None
    assert decision.lease.generation == 2
    assert decision.lease.marked_at == marked().marked_at
    assert decision.lease.delete_after == NOW + WEEK


def test_a_new_generation_held_back_by_observe_is_marked_later_with_its_tag() -> None:
    shorter: dict[str, Any] = {"lease": {"ttl": "8d", "max_lifetime": "60d"}}
    held = judged(OLD_STACK, marked(), policy=make_policy(mode="observe", **shorter)).lease
    decision = judged(OLD_STACK, held, policy=make_policy(**shorter))
    assert decision.action is Action.MARK
    assert decision.lease is not None
    assert decision.lease.tag == TagMirror(TagStatus.WANTED, "2026-11-30T09:00:00Z")


def test_the_warning_follows_the_tag() -> None:
    stack = replace(STACK, tags={"ttl": "soon"})
    warned = judged(stack).lease
    assert warned is not None
    assert warned.warning.startswith("tag ttl")
    cleared = judged(STACK, warned).lease
    assert cleared is not None
    assert cleared.warning == ""


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
    assert decision.until == NOW + IMPORT_RECHECK
    assert decision.lease == replace(
        before, state=LeaseState.BLOCKED, reason=reason, retry_at=NOW + IMPORT_RECHECK
    )


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
