"""What a chat channel reads about a notice, in a few short paragraphs."""

from collections.abc import Iterator
from typing import assert_never
from zoneinfo import ZoneInfo

from steward.domain.instants import spoken
from steward.domain.modes import Mode
from steward.domain.outbox import NoticeKind
from steward.notify.chat_markdown import clipped, code, plain
from steward.notify.message import NoticeMessage

LONGEST_TEXT = 600
LONGEST_NAME = 128
MOST_LEFT_BEHIND = 15
MOST_ADDRESSES = 5


def description_of(message: NoticeMessage) -> str:
    """What and why, where, who was told; what was left behind comes last."""
    return "\n\n".join(paragraph for paragraph in _paragraphs(message) if paragraph)


def _paragraphs(message: NoticeMessage) -> Iterator[str]:
    yield _what(message)
    yield f"Blocked by: {plain(message.blocker, LONGEST_TEXT)}" if message.blocker else ""
    yield f"Warning: {plain(message.warning, LONGEST_TEXT)}" if message.warning else ""
    account = plain(f"{message.account_name} {message.account}", LONGEST_TEXT)
    name = code(clipped(message.stack_name, LONGEST_NAME))
    yield f"Stack {name} in account {account}, {message.region}"
    yield f"Told: {listed(message.told)}"
    yield f"Not told: {listed(tuple(message.not_told))}" if message.not_told else ""
    yield _left_behind(message)


def _what(message: NoticeMessage) -> str:
    reason = plain(message.reason, LONGEST_TEXT)
    match message.kind:
        case NoticeKind.STAGE if message.mode is not Mode.REAP:
            return f"Steward's mode is {message.mode} here, so it deletes nothing for now: {reason}"
        case NoticeKind.STAGE:
            expiry = spoken(message.expires_at, ZoneInfo(message.time_zone))
            return f"Expiry {expiry}: {reason}"
        case NoticeKind.BLOCKED:
            return f"It cannot be deleted: {reason}"
        case NoticeKind.DELETED:
            return reason
        case _:
            assert_never(message.kind)


def listed(addresses: tuple[str, ...]) -> str:
    shown = ", ".join(code(address) for address in addresses[:MOST_ADDRESSES])
    more = len(addresses) - MOST_ADDRESSES
    return f"{shown} and {more} more" if more > 0 else shown or "nobody"


def _left_behind(message: NoticeMessage) -> str:
    shown = [plain(each, LONGEST_TEXT // 5) for each in message.left_behind[:MOST_LEFT_BEHIND]]
    more = len(message.left_behind) - len(shown) + message.truncated.get("left_behind", 0)
    listed = "; ".join([*shown, *([f"and {more} more"] if more else [])])
    return f"Left behind: {listed}" if listed else ""
