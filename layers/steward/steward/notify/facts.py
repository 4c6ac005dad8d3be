"""What a row says about its stack, as labelled lines that the HTML and the text mail share."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from steward.domain.decisions import effective_mode
from steward.domain.modes import Mode
from steward.domain.outbox import NoticeKind
from steward.domain.windows import HORIZON_DAYS
from steward.notify.buttons import has_buttons
from steward.notify.digest import Row
from steward.notify.keeping import KEEP_FOR_GOOD, extension, limit_said
from steward.notify.occasion import Occasion


class Tone(StrEnum):
    """How loud a line is."""

    PLAIN = "plain"
    DEADLINE = "deadline"
    WARNING = "warning"
    FAINT = "faint"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    lines: tuple[str, ...]
    tone: Tone = Tone.PLAIN


def facts_of(row: Row, occasion: Occasion) -> Iterator[Fact]:
    """Everything the owner should know, most important first."""
    yield from brief_facts_of(row, occasion)
    if row.notice.kind is NoticeKind.DELETED and not row.notice.left_behind:
        yield Fact("Left behind", ("nothing that we know of",))
    if has_buttons(row, occasion):
        yield Fact("To keep it", _by_link(row, occasion))
    yield Fact("Contact", (f"found by {row.notice.owner_source or 'the fallback contact'}",))
    yield Fact("Stack id", (row.notice.stack_id,), Tone.FAINT)


def brief_facts_of(row: Row, occasion: Occasion) -> Iterator[Fact]:
    """What the owner needs beside the buttons for deciding about the stack."""
    notice = row.notice
    yield _news(row, occasion)
    if notice.left_behind:
        yield Fact("Left behind", notice.left_behind)
    yield Fact("Expiry", (occasion.said(notice.expires_at),))
    if notice.kind is NoticeKind.STAGE:
        yield Fact("Reason", (row.reason,))
    if blockers := _blockers(row, occasion):
        yield Fact("In the way", blockers)
    if notice.warning:
        yield Fact("Warning", (notice.warning,), Tone.WARNING)
    if notice.kind is not NoticeKind.DELETED and not has_buttons(row, occasion):
        yield Fact("To keep it", _by_tag(row, occasion))


def _news(row: Row, occasion: Occasion) -> Fact:
    match row.notice.kind:
        case NoticeKind.STAGE:
            return Fact("Deletion", (_deletion(row, occasion),), Tone.DEADLINE)
        case NoticeKind.BLOCKED:
            return Fact("Blocked", (row.reason,), Tone.WARNING)
        case NoticeKind.DELETED:
            return Fact("Deleted", (row.reason,))
        case _:
            assert_never(row.notice.kind)


def _deletion(row: Row, occasion: Occasion) -> str:
    if row.not_before is None:
        return f"no deletion window opens within {HORIZON_DAYS} days, so not until that changes"
    return f"not before {occasion.said(row.not_before)}"


def _blockers(row: Row, occasion: Occasion) -> tuple[str, ...]:
    """What would keep Steward from deleting the stack even if its time had come."""
    if row.notice.kind is not NoticeKind.STAGE:
        return ()
    account = occasion.accounts.get(row.notice.unit.account_id)
    general = occasion.policy.mode
    mode = effective_mode(account, occasion.policy) if account else general
    whose = "" if mode is general else " of its account"
    by_mode = "" if mode.allows(Mode.REAP) else f"nothing is deleted in the mode {mode}{whose}"
    return tuple(filter(None, (row.blocker, by_mode)))


def _by_link(row: Row, occasion: Occasion) -> tuple[str, ...]:
    limit = limit_said(row.notice, occasion.policy, occasion.zone)
    return (
        f"Extend it by days of your choice, or Keep it as long as allowed: until {limit}",
        f"for good: tag {KEEP_FOR_GOOD}",
    )


def _by_tag(row: Row, occasion: Occasion) -> tuple[str, ...]:
    longer = extension(row.notice, row.not_before, occasion.policy, occasion.zone)
    for_good = f"tag {KEEP_FOR_GOOD}: Steward leaves it alone as long as the tag is there"
    if not longer.tag:
        return (for_good, f"its longest life ends {longer.limit}")
    ends = f"until the end of that day in {occasion.policy.windows.timezone}"
    return (f"tag {longer.tag}: {ends}, or of another up to {longer.limit}", f"or {for_good}")
