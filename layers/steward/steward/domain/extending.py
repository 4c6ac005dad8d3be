"""Extending a lease: how much longer it may live, and what it becomes then.

An extension is counted from the day the stack would be deleted, and never reaches past the
longest life that the policy allows from the stack's creation.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from steward.domain.decisions import freed
from steward.domain.durations import spoken_duration
from steward.domain.instants import spoken
from steward.domain.leases import (
    ENDED_STATES,
    Extension,
    Lease,
    LeaseState,
    next_generation,
)
from steward.domain.policy import Policy

CHOICES_DAYS = (1, 3, 7)


@dataclass(frozen=True, slots=True)
class Choice:
    """`days` longer than now, which is `until` then. `days` is None for as long as is allowed."""

    days: int | None
    until: datetime


@dataclass(frozen=True, slots=True)
class CannotExtend:
    """Why not, and whom or what to ask instead. `being_deleted`: a delete is under way."""

    reason: str
    being_deleted: bool = False


def base_of(lease: Lease, now: datetime) -> datetime:
    """The moment that an extension is counted from: when the stack would go as things stand."""
    return max(lease.expires_at, lease.delete_after or lease.expires_at, now)


def limit_of(lease: Lease, policy: Policy) -> datetime:
    """The latest expiry the policy allows this stack."""
    return lease.created_at + policy.lease.max_lifetime


def choices(lease: Lease, policy: Policy, now: datetime) -> tuple[Choice, ...]:
    """1, 3 and 7 days as far as they fit, then all that is left; none when nothing is left."""
    base, limit = base_of(lease, now), limit_of(lease, policy)
    if limit <= base:
        return ()
    dates = ((days, base + timedelta(days=days)) for days in CHOICES_DAYS)
    fitting = [Choice(days, until) for days, until in dates if until < limit]
    return (*fitting, Choice(None, limit))


def extend(
    lease: Lease, until: datetime, by: str, reason: str, policy: Policy, now: datetime
) -> Lease | CannotExtend:
    """`lease` living until `until` by the wish of `by`: a new generation, told anew in full.

    The next sweep takes its mark off, or tells the owner again when the new date is near.
    """
    refusal = _why_not(lease, until, policy, now)
    if refusal:
        return refusal
    longer = replace(
        lease,
        extension=Extension(until, by, now, reason),
        expires_at=until,
        expiry_source=f"the extension by {by}",
        delete_after=None,
        reason=f"extended by {by}: expires {spoken(until, policy.windows.zone)}",
    )
    return next_generation(freed(longer))


def _why_not(lease: Lease, until: datetime, policy: Policy, now: datetime) -> CannotExtend | None:
    zone = policy.windows.zone
    if lease.state in ENDED_STATES:
        return CannotExtend(f"the stack is gone: {lease.reason}")
    if lease.state is LeaseState.REAPING:
        return CannotExtend("the stack is being deleted at this moment", being_deleted=True)
    if lease.state is LeaseState.EXEMPT:
        return CannotExtend(f"it needs no extension: {lease.reason}")
    limit = limit_of(lease, policy)
    if until > limit:
        lifetime = spoken_duration(policy.lease.max_lifetime)
        return CannotExtend(
            f"{spoken(until, zone)} is past its longest life, which ends {spoken(limit, zone)}, "
            f"{lifetime} after its creation; ask {policy.owners.fallback}"
        )
    if until <= max(lease.expires_at, now):
        return CannotExtend(
            f"{spoken(until, zone)} is no later than what it has; choose a date after "
            f"{spoken(max(lease.expires_at, now), zone)}"
        )
    return None
