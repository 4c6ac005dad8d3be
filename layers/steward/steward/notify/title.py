"""What a notice says in one line: its date first, as long stack names may be cut off."""

from typing import assert_never
from zoneinfo import ZoneInfo

from steward.domain.instants import spoken
from steward.domain.modes import Mode
from steward.domain.outbox import NoticeKind
from steward.notify.digest import Row
from steward.notify.harmless import header_safe

LONGEST_TITLE = 200


def title_of(row: Row, mode: Mode, zone: ZoneInfo) -> str:
    """`Deletion not before Mon 2026-11-30 09:00 CET: feat-cart`

    A mode that deletes nothing gives the day of the expiry instead.
    """
    return header_safe(f"{_what(row, mode, zone)}: {row.notice.stack_name}", LONGEST_TITLE)


def _what(row: Row, mode: Mode, zone: ZoneInfo) -> str:
    match row.notice.kind:
        case NoticeKind.STAGE if mode is not Mode.REAP:
            return f"Expiry {spoken(row.notice.expires_at, zone)}"
        case NoticeKind.STAGE if row.not_before:
            return f"Deletion not before {spoken(row.not_before, zone)}"
        case NoticeKind.STAGE:
            return "Expires, and no deletion window opens"
        case NoticeKind.BLOCKED:
            return "Needs you"
        case NoticeKind.DELETED:
            return "Deleted"
        case _:
            assert_never(row.notice.kind)
