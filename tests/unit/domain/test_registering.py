"""Which stacks get a lease, and which leases are exempt."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.decisions import (
    KEEP_TAG,
    Action,
    Decision,
    why_not_leasable,
)
from steward.domain.leases import (
    Attempt,
    Lease,
    LeaseState,
    Step,
    TagMirror,
)
from steward.domain.stacks import Protection, Stack
from tests.factories import CREATED, NOW, UNIT, make_stack
from tests.unit.domain.deciding import (
    ACCOUNT,
    ACTIVE,
    DAY,
    EXPIRES,
    HOUR,
    KEPT,
    OLD_STACK,
    OUT,
    POLICY,
    REMOVE,
    SECOND,
    STACK,
    WEEK,
    judged,
    marked,
)


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
