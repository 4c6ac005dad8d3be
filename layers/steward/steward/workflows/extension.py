"""May this lease be extended, by this link or this operator, and what does that make of it?"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from steward.domain.audit import AuditEvent
from steward.domain.extending import CannotExtend, Choice, base_of, choices, extend, limit_of
from steward.domain.instants import iso, spoken
from steward.domain.leases import Lease, LeaseState
from steward.domain.links import Link, LinkAction
from steward.domain.policy import Policy
from steward.messages import ExtensionRequest
from steward.workflows.extension_refusals import (
    Closed,
    Situation,
    ended,
    moved_on,
    nothing_to_offer,
    unknown,
    without_policy,
)
from steward.workflows.policies import PolicyInForce

LONGEST = "longest"
_PREFERRED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen, and what is chosen already. `problem` says what was wrong with a wish."""

    lease: Lease
    policy: Policy
    choices: tuple[Choice, ...]
    picked: Choice
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Extended:
    """`lease` as it is to be stored, in place of `before`, with the event that says why."""

    before: Lease
    lease: Lease
    policy: Policy
    event: AuditEvent


def answer(situation: Situation, wish: str | None) -> Closed | Offer | Extended:
    """What becomes of a link: its page, or with a `wish` (the name of a choice) its effect."""
    lease, policy = situation.lease, situation.policy
    if lease is None:
        return unknown()
    if closed := ended(lease) or moved_on(situation, lease):
        return closed
    if policy is None:
        return without_policy()
    offered = _offered(situation, lease, policy)
    if lease.state in {LeaseState.REAPING, LeaseState.EXEMPT} or not offered:
        return nothing_to_offer(situation, lease, policy, wished=wish is not None)
    offer = Offer(lease, policy.policy, offered, _picked(situation.link, offered))
    if wish is None:
        return offer
    chosen = next((choice for choice in offered if name_of(choice) == wish), None)
    if chosen is None:
        return replace(offer, problem="That cannot be chosen now. Please choose once more.")
    return _extended(situation, lease, chosen.until, policy)


def name_of(choice: Choice) -> str:
    """The choice's name in the form."""
    return LONGEST if choice.days is None else str(choice.days)


def grant(
    lease: Lease, request: ExtensionRequest, policy: PolicyInForce, now: datetime
) -> Extended | CannotExtend:
    """What an operator's request makes of `lease`. Days are counted as for an owner."""
    try:
        wish = request.until or base_of(lease, now) + (request.longer or timedelta())
        until = wish.astimezone(UTC)
        after = extend(lease, until, request.by, request.reason, policy.policy, now)
    except OverflowError:
        return CannotExtend("the calendar does not reach that date; choose another")
    if isinstance(after, CannotExtend):
        return after
    return Extended(lease, after, policy.policy, _event(lease, after, policy, "", now))


def _offered(situation: Situation, lease: Lease, policy: PolicyInForce) -> tuple[Choice, ...]:
    """The policy's choices, within what the link was signed for."""
    now = situation.now
    longest = min(situation.link.longest, limit_of(lease, policy.policy))
    if longest <= base_of(lease, now):
        return ()
    shorter = (each for each in choices(lease, policy.policy, now) if each.until < longest)
    return (*shorter, Choice(None, longest))


def _picked(link: Link, offered: tuple[Choice, ...]) -> Choice:
    longest = offered[-1]
    if link.action is LinkAction.KEEP:
        return longest
    return next((each for each in offered if each.days == _PREFERRED_DAYS), longest)


def _extended(
    situation: Situation, lease: Lease, until: datetime, policy: PolicyInForce
) -> Extended | Closed:
    by = situation.holder or f"the holder of a link sent to {situation.link.recipient}"
    reason = "through the link of a mail"
    after = extend(lease, until, by, reason, policy.policy, situation.now)
    if isinstance(after, CannotExtend):
        return Closed(409, "This stack cannot be extended", (f"Steward says: {after.reason}.",))
    event = _event(lease, after, policy, situation.link_id, situation.now)
    return Extended(lease, after, policy.policy, event)


def _event(
    before: Lease, after: Lease, policy: PolicyInForce, link_id: str, now: datetime
) -> AuditEvent:
    extension = after.extension
    if extension is None:
        raise ValueError(f"the lease of {after.stack_id} was not extended, so there is no event")
    link = {"link": link_id} if link_id else {}
    zone = policy.policy.windows.zone
    dates = f"until {spoken(after.expires_at, zone)}, was {spoken(before.expires_at, zone)}"
    return AuditEvent(
        stack_id=after.stack_id,
        at=now,
        actor=extension.by,
        what="extended",
        why=f"extended by {extension.by} ({extension.reason}) {dates}",
        policy=policy.fingerprint,
        version=0,
        evidence={
            "from": iso(before.expires_at),
            "until": iso(after.expires_at),
            "by": extension.by,
            "reason": extension.reason,
            **link,
        },
    )
