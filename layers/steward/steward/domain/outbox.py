"""Notices on their way to owners, keyed by (lease, generation, stage)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from steward.domain.deliveries import Delivery
from steward.domain.durations import format_duration, parse_duration
from steward.domain.leases import Lease
from steward.domain.stacks import Unit


class NoticeKind(StrEnum):
    """STAGE: the stack will be deleted. The others report what has happened."""

    STAGE = "stage"
    BLOCKED = "blocked"
    DELETED = "deleted"


class NoticeState(StrEnum):
    """PENDING -> CLAIMED -> SENT; CANCELLED when it was not true any more before it was sent."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be sent."""
        return self in (NoticeState.PENDING, NoticeState.CLAIMED)


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to a lease's owners. `stage` is `7d`, `3d`, ... or names the event.

    `detail` is the sentence for the owner; `left_behind` lists what a delete left in the account.
    `deliveries` says what became of the mails to its owners.
    """

    kind: NoticeKind
    stack_id: str
    stack_name: str
    unit: Unit
    generation: int
    stage: str
    owners: tuple[str, ...]
    owner_source: str
    detail: str
    created_at: datetime
    deployed_at: datetime
    expires_at: datetime
    queued_at: datetime
    delete_after: datetime | None = None
    warning: str = ""
    left_behind: tuple[str, ...] = ()
    state: NoticeState = NoticeState.PENDING
    tries: int = 0
    error: str = ""
    deliveries: tuple[Delivery, ...] = ()

    @property
    def stage_before_deletion(self) -> timedelta | None:
        return parse_duration(self.stage) if self.kind is NoticeKind.STAGE else None


def stage_notice(lease: Lease, stage: timedelta, now: datetime) -> Notice:
    """The notice that `lease` will be deleted, due `stage` before its deletion."""
    return _notice(lease, NoticeKind.STAGE, format_duration(stage), lease.reason, now)


def event_notice(
    lease: Lease, kind: NoticeKind, detail: str, now: datetime, left_behind: tuple[str, ...] = ()
) -> Notice:
    """The notice that `lease` was blocked or deleted; one for each lease version that says so."""
    return _notice(lease, kind, f"{kind}-{lease.version}", detail, now, left_behind)


def _notice(
    lease: Lease,
    kind: NoticeKind,
    stage: str,
    detail: str,
    now: datetime,
    left_behind: tuple[str, ...] = (),
) -> Notice:
    return Notice(
        kind=kind,
        stack_id=lease.stack_id,
        stack_name=lease.stack_name,
        unit=lease.unit,
        generation=lease.generation,
        stage=stage,
        owners=lease.owners,
        owner_source=lease.owner_source,
        detail=detail,
        created_at=lease.created_at,
        deployed_at=lease.deployed_at,
        expires_at=lease.expires_at,
        queued_at=now,
        delete_after=lease.delete_after,
        warning=lease.warning,
        left_behind=left_behind,
    )
