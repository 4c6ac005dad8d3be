"""Make a notice small enough for SNS. What is left out is counted in `truncated`."""

from bisect import bisect_left
from collections.abc import Callable, Mapping

from steward.notify.message import NoticeMessage

LONGEST_TEXT = 3000
LONGEST_WHY = 500


def fitted(message: NoticeMessage, fits: Callable[[NoticeMessage], bool]) -> NoticeMessage:
    """`message`, or as much of it as fits: first long texts are cut, then what was left behind."""
    if fits(message):
        return message
    short = _with_short_texts(message)
    return short if fits(short) else _with_few_left_behind(short, fits)


def _with_short_texts(message: NoticeMessage) -> NoticeMessage:
    texts = {
        "reason": message.reason[:LONGEST_TEXT],
        "blocker": message.blocker[:LONGEST_TEXT],
        "warning": message.warning[:LONGEST_TEXT],
        "owner_source": message.owner_source[:LONGEST_TEXT],
    }
    not_told = {whom: why[:LONGEST_WHY] for whom, why in message.not_told.items()}
    cut = {field: len(getattr(message, field)) - len(text) for field, text in texts.items()}
    cut["not_told"] = _length(message.not_told) - _length(not_told)
    truncated = {field: count for field, count in cut.items() if count}
    return message.model_copy(update=texts | {"not_told": not_told, "truncated": truncated})


def _length(texts: Mapping[str, str]) -> int:
    return sum(map(len, texts.values()))


def _with_few_left_behind(
    message: NoticeMessage, fits: Callable[[NoticeMessage], bool]
) -> NoticeMessage:
    """As many entries as fit, found by halving: each try writes the whole message."""
    counts = range(1, len(message.left_behind) + 1)
    most = bisect_left(counts, True, key=lambda count: not fits(_keeping_first(message, count)))
    return _keeping_first(message, most)


def _keeping_first(message: NoticeMessage, count: int) -> NoticeMessage:
    lost = len(message.left_behind) - count
    truncated = message.truncated | ({"left_behind": lost} if lost else {})
    first = message.left_behind[:count]
    return message.model_copy(update={"left_behind": first, "truncated": truncated})
