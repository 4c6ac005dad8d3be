"""What the ledger remembers of a lease: its audit trail and its notices."""

from datetime import datetime

from steward.domain.leases import Lease
from steward.domain.outbox import Notice
from steward_cli.dry_ledger import DryLedger
from steward_cli.explanation_report import HistoryEntry, NoticeEntry


def history(ledger: DryLedger, stack_id: str) -> tuple[HistoryEntry, ...]:
    """What happened to the lease, oldest first."""
    return tuple(
        HistoryEntry(
            at=event.at,
            actor=event.actor,
            what=event.what,
            why=event.why,
            policy=event.policy,
            version=event.version,
            evidence=dict(event.evidence),
        )
        for event in ledger.audit_trail(stack_id)
    )


def notices(ledger: DryLedger, stack_id: str, lease: Lease | None) -> tuple[NoticeEntry, ...]:
    """Every notice about the lease, oldest first."""
    found = sorted(ledger.notices_of(stack_id), key=lambda notice: notice.queued_at)
    return tuple(_entry(notice, counted_at(notice, lease)) for notice in found)


def _entry(notice: Notice, delivered_at: datetime | None) -> NoticeEntry:
    return NoticeEntry(
        kind=notice.kind,
        stage=notice.stage,
        generation=notice.generation,
        state=notice.state,
        owners=notice.owners,
        queued_at=notice.queued_at,
        delivered_at=delivered_at,
        tries=notice.tries,
        error=notice.error,
        left_behind=notice.left_behind,
    )


def counted_at(notice: Notice, lease: Lease | None) -> datetime | None:
    """When the notice counted for the lease; an earlier generation's dates are in the history."""
    if lease is None or notice.generation != lease.generation:
        return None
    stage = notice.stage_before_deletion
    return next((each.delivered_at for each in lease.notices if each.stage == stage), None)
