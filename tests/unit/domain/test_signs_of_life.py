"""Deploys, new dates, and updates that are our own."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.decisions import (
    Action,
    decide,
)
from steward.domain.leases import (
    LeaseNotice,
    LeaseState,
    TagMirror,
    TagStatus,
)
from tests.factories import NOW, make_policy
from tests.unit.domain.deciding import (
    ACCOUNT,
    DAY,
    HOUR,
    OLD_STACK,
    POLICY,
    REMOVE,
    SECOND,
    STACK,
    WEEK,
    WRITTEN,
    judged,
    marked,
)


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


def test_an_update_is_a_deploy_unless_it_is_known_to_be_ours() -> None:
    deployed = replace(OLD_STACK, updated_at=NOW - HOUR)
    assert decide(deployed, marked(), ACCOUNT, POLICY, NOW).action is Action.UNMARK


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
