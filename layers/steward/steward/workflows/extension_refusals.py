"""When a link has nothing to offer: why, and what its reader can do instead."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from steward.domain.decisions import KEEP_TAG
from steward.domain.extending import limit_of
from steward.domain.instants import spoken
from steward.domain.leases import ENDED_STATES, Lease, LeaseState
from steward.domain.links import Link
from steward.ledger.links import UsedLink
from steward.workflows.policies import PolicyInForce

KEEP_FOR_GOOD = f"{KEEP_TAG}=true"
_TOLD_AGAIN = "Its owners are told again before it is deleted, with new links."


@dataclass(frozen=True, slots=True)
class Situation:
    """A genuine link, and all that its answer rests on.

    `lease` may be one that has ended. `holder` is the address the link was sent to, empty when it
    is none that we know. `policy` is None when there never was a valid one.
    """

    link: Link
    link_id: str
    lease: Lease | None
    used: UsedLink | None
    policy: PolicyInForce | None
    holder: str
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """What the link's reader calls the time."""
        if self.policy is None:
            return ZoneInfo("UTC")
        policy = self.policy.policy
        return policy.zone_for(self.holder) if self.holder else policy.windows.zone

    def spoken(self, moment: datetime) -> str:
        return spoken(moment, self.zone)


@dataclass(frozen=True, slots=True)
class Closed:
    """There is nothing to choose; `status` is HTTP's."""

    status: int
    heading: str
    sentences: tuple[str, ...]


def unknown() -> Closed:
    """Neither a live nor an ended lease is on record."""
    return Closed(
        410,
        "Steward does not know this stack",
        (
            "It has no record of the stack, or none any more.",
            "A stack that was deleted and deployed anew is another stack, even under the same "
            "name; a mail about that one has links of its own.",
        ),
    )


def ended(lease: Lease) -> Closed | None:
    """The stack was deleted, by whomever."""
    if lease.state not in ENDED_STATES:
        return None
    return Closed(
        410,
        "This stack is gone",
        (
            f"{lease.stack_name}: {lease.reason}.",
            "No link can bring it back. A stack that is deployed anew, even under the same name, "
            "is another one with a life of its own.",
        ),
    )


def moved_on(situation: Situation, lease: Lease) -> Closed | None:
    """The link has done its work, or the dates it was sent for are no longer those that count."""
    now_expires = f"It expires {situation.spoken(lease.expires_at)}, by {lease.expiry_source}."
    if used := situation.used:
        did = f"On {situation.spoken(used.at)} it extended this stack until "
        return Closed(
            410,
            "This link was used already",
            (f"{did}{situation.spoken(used.until)}.", now_expires, _TOLD_AGAIN),
        )
    if lease.generation != situation.link.generation:
        since = "This stack's dates have changed since the mail with this link was sent."
        return Closed(410, "This link is out of date", (since, now_expires, _TOLD_AGAIN))
    return None


def without_policy() -> Closed:
    """There never was a valid policy, or it is lost."""
    return Closed(
        409,
        "Nothing can be extended now",
        (
            "Steward has no policy in force, so it does not know how long stacks may live. It "
            "deletes nothing either.",
            "Ask whoever runs Steward to deploy a policy, then open the link again.",
        ),
    )


def nothing_to_offer(
    situation: Situation, lease: Lease, policy: PolicyInForce, *, wished: bool
) -> Closed:
    """The lease is live, but there is no later date that it could get."""
    status = 409 if wished else 200
    if lease.state is LeaseState.REAPING:
        return Closed(
            409,
            "This stack is being deleted",
            ("Its deletion has begun, so nothing can be chosen any more.",),
        )
    if lease.state is LeaseState.EXEMPT:
        reason = f"Steward does not delete it: {lease.reason}."
        return Closed(status, "This stack needs no extension", (reason,))
    limit = situation.spoken(min(situation.link.longest, limit_of(lease, policy.policy)))
    return Closed(
        status,
        "This stack cannot be extended further",
        (
            f"Its longest life ends {limit}.",
            f"To keep it for longer, ask {policy.policy.owners.fallback}, or deploy it with the "
            f"tag {KEEP_FOR_GOOD}: Steward leaves it alone as long as the tag is there.",
        ),
    )
