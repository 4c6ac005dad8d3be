"""Which waiting notices are not true any more, so that they are withdrawn before they are sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from steward.domain.outbox import NoticeState
from steward.domain.runtimes.records import RuntimeNotice, RuntimeNoticeKind
from steward.domain.runtimes.reporting.due_notices import Mailbag, is_in_doubt, is_outdated
from steward.domain.runtimes.reporting.platform_notices import reminders

_OF_GROUPS = frozenset(
    {RuntimeNoticeKind.WORK, RuntimeNoticeKind.ESCALATED, RuntimeNoticeKind.REGRESSION}
)


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A notice that still waits and is not true any more, and the sentence why."""

    notice: RuntimeNotice
    why: str


def cancellations(bag: Mailbag) -> Iterator[Cancellation]:
    """Notices of work items that wait and would say what is not so."""
    for notices in bag.told.by_group.values():
        for notice in notices:
            if notice.state is NoticeState.PENDING:
                why = _why_cancelled(bag, notice)
                if why:
                    yield Cancellation(notice, why)


def _why_cancelled(bag: Mailbag, notice: RuntimeNotice) -> str:
    if notice.kind not in _OF_GROUPS:
        return ""
    if notice.group not in bag.groups:
        return "" if is_in_doubt(bag, notice) else "none of its functions is affected any more"
    if notice.kind is RuntimeNoticeKind.ESCALATED:
        return "" if _is_still_unanswered(bag, notice) else "somebody has answered for it"
    return "its dates moved, or a nearer stage has come" if is_outdated(bag, notice) else ""


def _is_still_unanswered(bag: Mailbag, notice: RuntimeNotice) -> bool:
    keys = (key for key, _runtime, _sums in bag.groups[notice.group])
    return any(
        key.milestone == notice.milestone and bag.told.acknowledged(key, bag.today) is None
        for key in keys
    )


def settled_meanwhile(bag: Mailbag) -> Iterator[Cancellation]:
    """Reminders and notices of unknown runtimes that still wait and are not true any more."""
    reminded = {each.group for each in reminders(bag)}
    unknown = set(bag.summary.unknown)
    for notices in bag.told.by_group.values():
        for notice in notices:
            if notice.state is not NoticeState.PENDING or bag.summary.lost:
                continue
            if notice.kind is RuntimeNoticeKind.REMINDER and notice.group not in reminded:
                yield Cancellation(notice, "the exception covers nothing, or ends later")
            if notice.kind is RuntimeNoticeKind.UNKNOWN and not _still_unknown(notice, unknown):
                yield Cancellation(notice, "nothing runs on it any more, or its dates are known")


def _still_unknown(notice: RuntimeNotice, unknown: set[str]) -> bool:
    return (notice.runtimes[0] if notice.runtimes else "") in unknown
