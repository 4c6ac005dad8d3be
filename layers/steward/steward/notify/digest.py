"""Group notices into one digest per owner, most urgent first. Nothing is left out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from steward.domain.leases import Lease, LeaseState, with_delivery
from steward.domain.notices import planned_deletion
from steward.domain.outbox import Notice, NoticeKind
from steward.domain.policy import Policy
from steward.notify.rollouts.rows import RolloutRow, rollout_rows
from steward.notify.runtimes.rows import RuntimeRow, runtime_rows


class Section(StrEnum):
    """The parts of a digest in their order. TODAY: deletion within 24 hours; THIS_WEEK: 7 days."""

    NEEDS_YOU = "needs you"
    TODAY = "today"
    THIS_WEEK = "this week"
    LATER = "later"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Row:
    """One notice as the digest tells it.

    `not_before`: the earliest deletion when the notice is delivered now; None for what has
    happened already, and when no deletion window opens. `blocker`: what kept the last delete from
    happening, and still may.
    """

    notice: Notice
    section: Section
    reason: str
    not_before: datetime | None = None
    blocker: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """All that one owner has to be told in this run."""

    owner: str
    rows: tuple[Row, ...]
    runtimes: tuple[RuntimeRow, ...] = ()
    rollouts: tuple[RolloutRow, ...] = ()

    @property
    def sections(self) -> dict[Section, list[Row]]:
        """The rows by section, in the sections' order; empty sections are left out."""
        filled = {part: [row for row in self.rows if row.section is part] for part in Section}
        return {part: rows for part, rows in filled.items() if rows}

    @property
    def nearest_deletion(self) -> datetime | None:
        return min((row.not_before for row in self.rows if row.not_before), default=None)


def stage_row(notice: Notice, lease: Lease, policy: Policy, now: datetime) -> Row:
    """The row of a stack that will be deleted, dated as if this notice were delivered `now`.

    The notice's own date was reckoned when it was queued; being sent late moves the deletion.
    Whoever owns the stack by now is its contact.
    """
    stage = notice.stage_before_deletion or timedelta(0)
    not_before = planned_deletion(with_delivery(lease, stage, now), policy, now)
    reason = f"expires by {lease.expiry_source}; this is its {notice.stage} notice"
    told = replace(notice, owners=lease.owners, owner_source=lease.owner_source)
    return Row(told, _section_of(not_before, now), reason, not_before, _blocker(lease))


def _blocker(lease: Lease) -> str:
    if lease.state is LeaseState.BLOCKED:
        return lease.reason
    failure = lease.attempt.failure if lease.attempt else ""
    return f"the last delete failed: {failure}" if failure else ""


def event_row(notice: Notice) -> Row:
    """The row of a stack that was blocked or deleted."""
    match notice.kind:
        case NoticeKind.BLOCKED:
            return Row(notice, Section.NEEDS_YOU, notice.detail)
        case NoticeKind.DELETED:
            return Row(notice, Section.DONE, notice.detail)
        case NoticeKind.STAGE:
            raise ValueError(f"{notice.stack_id}: a stage notice needs its lease; use stage_row")
        case _:
            assert_never(notice.kind)


def _section_of(not_before: datetime | None, now: datetime) -> Section:
    if not_before is None or not_before > now + timedelta(days=7):
        return Section.LATER
    return Section.TODAY if not_before <= now + timedelta(days=1) else Section.THIS_WEEK


def digest_for(
    owner: str,
    rows: Iterable[Row],
    runtimes: Iterable[RuntimeRow] = (),
    rollouts: Iterable[RolloutRow] = (),
) -> Digest:
    """`owner`'s digest. Several stages of one lease collapse into the latest, which says it all."""
    latest: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = _topic(row.notice)
        known = latest.get(key)
        if known is None or _stage(row) < _stage(known):
            latest[key] = row
    sorted_rows = tuple(sorted(latest.values(), key=_urgency))
    return Digest(owner, sorted_rows, runtime_rows(runtimes), rollout_rows(rollouts))


def _topic(notice: Notice) -> tuple[str, ...]:
    stage = "" if notice.kind is NoticeKind.STAGE else notice.stage
    return (notice.stack_id, str(notice.generation), notice.kind, stage)


def _stage(row: Row) -> timedelta:
    return row.notice.stage_before_deletion or timedelta(0)


def _urgency(row: Row) -> tuple[int, bool, float, str, str]:
    when = row.not_before or row.notice.queued_at
    undated = row.not_before is None
    order = list(Section).index(row.section)
    return (order, undated, when.timestamp(), row.notice.stack_name, row.notice.stack_id)
