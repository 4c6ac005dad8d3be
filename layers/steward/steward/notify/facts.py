"""What a row says about its stack, as labelled lines that the HTML and the text mail share."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from steward.domain.instants import spoken
from steward.domain.outbox import Notice, NoticeKind
from steward.domain.policy import Policy
from steward.domain.windows import HORIZON_DAYS
from steward.notify.digest import Row
from steward.notify.keeping import KEEP_FOR_GOOD, extension


class Tone(StrEnum):
    """How loud a line is."""

    PLAIN = "plain"
    DEADLINE = "deadline"
    WARNING = "warning"
    FAINT = "faint"


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    lines: tuple[str, ...]
    tone: Tone = Tone.PLAIN


def facts_of(row: Row, policy: Policy) -> Iterator[Fact]:
    """Everything the owner should know, most important first."""
    match row.notice.kind:
        case NoticeKind.STAGE:
            yield _deletion(row, policy)
        case NoticeKind.BLOCKED:
            yield Fact("Blocked", (row.reason,), Tone.WARNING)
        case NoticeKind.DELETED:
            yield Fact("Deleted", (row.reason,))
            yield Fact("Left behind", row.notice.left_behind or ("nothing that we know of",))
    yield Fact("Expiry", (spoken(row.notice.expires_at, policy.windows.zone),))
    if row.notice.kind is NoticeKind.STAGE:
        yield Fact("Reason", (row.reason,))
    if row.notice.warning:
        yield Fact("Warning", (row.notice.warning,), Tone.WARNING)
    if row.notice.kind is not NoticeKind.DELETED:
        yield _keep(row, policy)
    yield Fact("Contact", (_how_found(row.notice),))
    yield Fact("Stack id", (row.notice.stack_id,), Tone.FAINT)


def _deletion(row: Row, policy: Policy) -> Fact:
    if row.not_before is None:
        never = f"no deletion window opens within {HORIZON_DAYS} days, so not until that changes"
        return Fact("Deletion", (never,), Tone.DEADLINE)
    when = f"not before {spoken(row.not_before, policy.windows.zone)}"
    return Fact("Deletion", (when,), Tone.DEADLINE)


def _keep(row: Row, policy: Policy) -> Fact:
    longer = extension(row.notice, row.not_before, policy)
    for_good = f"tag {KEEP_FOR_GOOD}: Steward leaves it alone as long as the tag is there"
    if not longer.tag:
        return Fact("To keep it", (for_good, f"its longest life ends {longer.limit}"))
    extend = f"tag {longer.tag}: until the end of that day, or of another up to {longer.limit}"
    return Fact("To keep it", (extend, f"or {for_good}"))


def _how_found(notice: Notice) -> str:
    return f"found by {notice.owner_source or 'the fallback contact'}"


def age(created_at: datetime, now: datetime) -> str:
    """`12 days old`, or hours within the first two days."""
    hours = max(0, int((now - created_at).total_seconds())) // 3600
    count, unit = (hours // 24, "day") if hours >= 48 else (hours, "hour")
    return f"{count} {unit}{'' if count == 1 else 's'} old"
