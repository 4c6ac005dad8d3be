"""The e-mail form of a notice on the topic: plain text for subscribers, who are not its owner.

It never has an owner's extension links: whoever reads a topic may act on nobody's behalf.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from steward.domain.instants import spoken
from steward.domain.modes import Mode
from steward.domain.outbox import NoticeKind
from steward.notify.message import NoticeMessage
from steward.notify.plain_mail import laid_out
from steward.notify.steps import next_steps

MOST_LEFT_BEHIND = 100
WHY_YOU = "You get this as a subscriber of Steward's notices, not as an owner of the stack."


def topic_mail(message: NoticeMessage) -> str:
    """What, when, where, why and what to do, on lines that a phone shows whole."""
    return laid_out(message.title, _facts(message), next_steps(message), WHY_YOU)


def _facts(message: NoticeMessage) -> Iterator[tuple[str, str]]:
    """Labels and texts; what has no text is not shown."""
    account = f"{message.account_name} ({message.account})".strip()
    yield "Stack", message.stack_name
    yield "Account", account if message.account_name else message.account
    yield "Region", message.region
    yield from _what(message)
    yield "Warning", message.warning
    yield "Contact", f"{', '.join(message.owners)}, found by {message.owner_source}"
    yield "Told", ", ".join(message.told) or "nobody"
    yield from (("Not told", f"{whom}: {why}") for whom, why in message.not_told.items())
    yield "Stack id", message.stack_id


def _what(message: NoticeMessage) -> Iterator[tuple[str, str]]:
    zone = ZoneInfo(message.time_zone)
    match message.kind:
        case NoticeKind.STAGE:
            yield "Expiry", spoken(message.expires_at, zone)
            yield "Deletion", _deletion(message, zone)
            yield "Reason", message.reason
            yield "Blocked by", message.blocker
        case NoticeKind.BLOCKED:
            yield "Blocked by", message.reason
        case NoticeKind.DELETED:
            yield "Deleted", message.reason
    yield from (("Left behind", each) for each in message.left_behind[:MOST_LEFT_BEHIND])
    more = len(message.left_behind[MOST_LEFT_BEHIND:]) + message.truncated.get("left_behind", 0)
    if more:
        yield "Left behind", f"and {more} more, which are not in this mail"


def _deletion(message: NoticeMessage, zone: ZoneInfo) -> str:
    if message.mode is not Mode.REAP:
        return f"none for now: Steward's mode is {message.mode} here, so it deletes nothing"
    if message.delete_not_before is None:
        return "none yet: no deletion window opens"
    return f"not before {spoken(message.delete_not_before, zone)}"
