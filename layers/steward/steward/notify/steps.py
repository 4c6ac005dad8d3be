"""What can be done about a stack, for readers who are not its owners: no links, only tags."""

from collections.abc import Callable
from typing import assert_never

from steward.domain.modes import Mode
from steward.domain.outbox import NoticeKind
from steward.notify.message import NoticeMessage


def next_steps(message: NoticeMessage, quoted: Callable[[str], str] = str) -> list[str]:
    """Sentences in the order of their use; `quoted` sets off what is to be typed."""
    match message.kind:
        case NoticeKind.STAGE:
            return [*_keeping(message, quoted), _letting_go(message)]
        case NoticeKind.BLOCKED:
            gone = "To see it gone, remove what blocks its deletion, or delete it yourself."
            return [gone, *_keeping(message, quoted)]
        case NoticeKind.DELETED if message.left_behind or message.truncated.get("left_behind"):
            return ["Look through what was left behind, and delete what nobody needs."]
        case NoticeKind.DELETED:
            return []
        case _:
            assert_never(message.kind)


def _letting_go(message: NoticeMessage) -> str:
    if message.mode is Mode.REAP:
        return "To let it go, do nothing."
    return f"To see it gone, delete it yourself: Steward's mode is {message.mode} here."


def _keeping(message: NoticeMessage, quoted: Callable[[str], str]) -> list[str]:
    for_good = (
        f"To keep it for good, deploy it with the tag {quoted(message.keep_tag)}: "
        "Steward leaves it alone as long as the tag is there."
    )
    if not message.extend_tag:
        return [for_good]
    tag = quoted(message.extend_tag)
    return [f"To keep it until the end of that day, deploy it with the tag {tag}.", for_good]
