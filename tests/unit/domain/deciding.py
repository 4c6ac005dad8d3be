"""What the decision tests share: values, and a `decide` that is always asked twice."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from steward.domain.decisions import (
    KEEP_TAG,
    Decision,
    decide,
)
from steward.domain.leases import (
    Lease,
    LeaseNotice,
    LeaseState,
    TagMirror,
    TagStatus,
)
from steward.domain.policy import Policy
from steward.domain.stacks import Account, Stack
from tests.factories import NOW, make_account, make_lease, make_policy, make_stack

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


DUE = (
    "expired, told and due: expires Tue 2026-11-17 10:00 CET by the policy's ttl 14d "
    "after its creation"
)
