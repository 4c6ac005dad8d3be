"""The subject line: rollouts, how many stacks and runtimes, and the nearest deadline of each.

Moments are in the reader's time zone; the days of runtimes are whole days in UTC.
"""

from zoneinfo import ZoneInfo

from steward.domain.instants import spoken
from steward.domain.outbox import NoticeKind
from steward.notify.digest import Digest
from steward.notify.harmless import header_safe
from steward.notify.rollouts.subject import rollout_headline
from steward.notify.runtimes.subject import news_headline, work_headline

LONGEST_SUBJECT = 150
# Leaves room for the deadline, which matters more than the end of a long name.
_LONGEST_NAME = 60


def subject_of(digest: Digest, zone: ZoneInfo) -> str:
    """One header-safe line; a digest of a single stack names it."""
    return header_safe(f"Steward: {headline(digest, zone)}", LONGEST_SUBJECT)


def headline(digest: Digest, zone: ZoneInfo) -> str:
    """What the digest says in one line, what cannot wait first: a subject is cut at its end."""
    is_of_rollouts = not digest.rows and not digest.runtimes
    return "; ".join(
        part
        for part in (
            rollout_headline(digest.rollouts, names=is_of_rollouts),
            _expiring(digest, zone),
            work_headline(digest.runtimes, names=not digest.rows and not digest.rollouts),
            _counted(digest, NoticeKind.BLOCKED, "needs you", "need you"),
            _counted(digest, NoticeKind.DELETED, "was deleted", "were deleted"),
            news_headline(digest.runtimes),
        )
        if part
    )


def _expiring(digest: Digest, zone: ZoneInfo) -> str:
    what = _counted(digest, NoticeKind.STAGE, "expires", "expire")
    nearest = digest.nearest_deletion
    if not what or nearest is None:
        return what
    return f"{what}, earliest deletion {spoken(nearest, zone)}"


def _counted(digest: Digest, kind: NoticeKind, one: str, many: str) -> str:
    rows = [row for row in digest.rows if row.notice.kind is kind]
    if not rows:
        return ""
    if len(digest.rows) == 1 and not digest.runtimes and not digest.rollouts:
        return f"{header_safe(rows[0].notice.stack_name, _LONGEST_NAME)} {one}"
    return f"1 stack {one}" if len(rows) == 1 else f"{len(rows)} stacks {many}"
