"""When an owner is told, and how early that allows a deletion.

A stage is a time before deletion (7d, 3d, 1d). Stages that were missed collapse into the latest.
"""

from datetime import datetime, timedelta

from steward.domain.leases import Lease
from steward.domain.policy import Policy
from steward.domain.windows import next_open


def full_notice(lease: Lease, policy: Policy) -> timedelta:
    """How long before its deletion the owner must first have been told.

    The policy's longest stage, unless the owner asked for a shorter life and Steward knew the
    lease from the start of it: then the longest stage that fits that life.
    """
    known_late = lease.registered_at - lease.deployed_at > policy.minimum_notice
    if known_late:
        return policy.notices[0]
    life = lease.expires_at - lease.deployed_at
    return next((stage for stage in policy.notices if stage < life), policy.notices[-1])


def stages_of(lease: Lease, policy: Policy) -> list[timedelta]:
    """The stages that apply to `lease`, longest first."""
    longest = full_notice(lease, policy)
    return [stage for stage in policy.notices if stage <= longest]


def earliest_deletion(lease: Lease, policy: Policy, now: datetime) -> datetime:
    """The earliest moment the notices allow, windows aside.

    While nobody has been told, the whole notice period still lies ahead of `now`; a late, failed
    or missed notice so moves the date later.
    """
    told = [notice.delivered_at for notice in lease.notices if notice.delivered_at is not None]
    full = full_notice(lease, policy)
    if not told:
        return max(lease.expires_at, now + full)
    return max(lease.expires_at, min(told) + full, max(told) + policy.grace)


def planned_deletion(lease: Lease, policy: Policy, now: datetime) -> datetime | None:
    """When the stack will be deleted if nothing changes; None when no window ever opens."""
    return next_open(policy.windows, earliest_deletion(lease, policy, now))


def due_stage(lease: Lease, policy: Policy, now: datetime) -> timedelta | None:
    """The latest stage that is due and not announced yet; None when there is nothing to say.

    The first notice is reckoned from the earliest deletion, not from its window: a sweep that
    never runs at the window's hour must still tell the owner.
    """
    announced = [notice.stage for notice in lease.notices]
    deletion = (
        planned_deletion(lease, policy, now)
        if lease.delivered
        else earliest_deletion(lease, policy, now)
    )
    if deletion is None:
        return None
    due = [stage for stage in stages_of(lease, policy) if deletion - stage <= now]
    latest = min(due, default=None)
    if latest is None or (announced and latest >= min(announced)):
        return None
    return latest


def fully_told(lease: Lease, policy: Policy, now: datetime) -> bool:
    """Whether the final stage of this generation was delivered long enough ago: the minimum notice,
    and the wait for a bounce."""
    final = stages_of(lease, policy)[-1]
    told = [
        notice.delivered_at
        for notice in lease.notices
        if notice.delivered_at is not None and notice.stage <= final
    ]
    return bool(told) and min(told) + policy.grace <= now
