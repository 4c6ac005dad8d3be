"""What happens to one notice at one moment: to itself, to its lease, and on the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from steward.domain.audit import AuditEvent
from steward.domain.deliveries import Delivery, DeliveryStatus
from steward.domain.instants import iso
from steward.domain.leases import Lease, with_delivery
from steward.domain.outbox import Notice, NoticeKind, NoticeState
from steward.domain.outcomes import Outcome, heed


@dataclass(frozen=True, slots=True)
class Dealing:
    """`lease` was read from the ledger and is to become `lease_after`; None when it has ended.

    `events` are by what tells them apart at one moment. No policy decides a delivery, so they name
    none; their version is known on writing.
    """

    before: Notice
    after: Notice
    lease: Lease | None
    lease_after: Lease | None
    events: Mapping[str, AuditEvent] = field(default_factory=dict)

    @property
    def withdraws(self) -> bool:
        """Whether the lease's notices start anew."""
        if self.lease is None or self.lease_after is None:
            return False
        return self.lease.generation != self.lease_after.generation

    @property
    def reopens(self) -> bool:
        return self.before.state is not self.after.state is NoticeState.PENDING

    def heeding(self, outcome: Outcome, fallback: str, at: datetime, actor: str) -> "Dealing":
        """This, and what `outcome` makes of it."""
        heeded = heed(outcome, self.after, self.lease_after, fallback)
        if heeded is None:
            return self
        events = dict(self.events)
        if heeded.what:
            event = _event(self.after, at, actor, heeded.what, heeded.why, _evidence(outcome))
            events[f"{heeded.what}#{outcome.message_id}"] = event
        return replace(self, after=heeded.notice, lease_after=heeded.lease, events=events)


def accepted(
    notice: Notice, lease: Lease | None, at: datetime, message_ids: Mapping[str, str], actor: str
) -> Dealing:
    """The mails were accepted; that counts for a lease that is still in the same generation."""
    told = _told(lease, notice, at)
    why = f"{_named(notice)} was accepted for delivery to {', '.join(message_ids)}"
    if notice.kind is NoticeKind.STAGE and told is None:
        why += "; the lease has moved on, so it does not count"
    sent = {f"message to {address}": message_id for address, message_id in message_ids.items()}
    mailed = tuple(
        Delivery(address, message_id, DeliveryStatus.ACCEPTED, at)
        for address, message_id in message_ids.items()
    )
    return Dealing(
        replace(notice, state=NoticeState.CLAIMED),
        replace(notice, state=NoticeState.SENT, deliveries=(*notice.deliveries, *mailed)),
        lease,
        told or lease,
        {f"delivered#{mailed[0].message_id}": _event(notice, at, actor, "delivered", why, sent)},
    )


def cancelled(notice: Notice, lease: Lease | None, why: str, at: datetime, actor: str) -> Dealing:
    """The notice is not sent, and its lease stays as it is."""
    event = _event(notice, at, actor, "cancelled", f"{_named(notice)} is not sent: {why}", {})
    after = replace(notice, state=NoticeState.CANCELLED)
    return Dealing(notice, after, lease, lease, {"cancelled": event})


def _named(notice: Notice) -> str:
    return f"the {notice.stage} notice of generation {notice.generation}"


def _told(lease: Lease | None, notice: Notice, at: datetime) -> Lease | None:
    """The lease for which this delivery counts, with it; None when it counts for none."""
    stage = notice.stage_before_deletion
    if lease is None or stage is None or lease.generation != notice.generation:
        return None
    told = with_delivery(lease, stage, at)
    return told if told != lease else None


def _event(
    notice: Notice, at: datetime, actor: str, what: str, why: str, evidence: Mapping[str, str]
) -> AuditEvent:
    return AuditEvent(
        stack_id=notice.stack_id,
        at=at,
        actor=actor,
        what=what,
        why=why,
        policy="",
        version=0,
        evidence={"kind": str(notice.kind), "stage": notice.stage, **evidence},
    )


def _evidence(outcome: Outcome) -> dict[str, str]:
    return {
        "address": outcome.address,
        "status": str(outcome.status),
        "detail": outcome.detail,
        "message": outcome.message_id,
        "reported at": iso(outcome.at),
    }
