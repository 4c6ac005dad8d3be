"""Make a notice of runtimes small enough for SNS. What is left out is counted in `truncated`."""

from collections.abc import Callable, Iterator

from steward.notify.runtimes.message import RuntimeMessage

_TEXTS = ("group", "place", "headline", "remedy", "acknowledge", "note")
_LISTS = ("functions", "units", "details", "breakers", "runtimes")
LONGEST_TEXT = 3000
LONGEST_LINE = 500


def fitted_runtimes(
    message: RuntimeMessage, fits: Callable[[RuntimeMessage], bool]
) -> RuntimeMessage:
    """`message`, or as much of it as fits: first long texts are cut, then the lists."""
    candidates = (message, *(_cut(message, most) for most in (1000, 100, 10, 1, 0)))
    return next((each for each in candidates if fits(each)), candidates[-1])


def _cut(message: RuntimeMessage, most: int) -> RuntimeMessage:
    """With at most `most` entries in each list, and no long text."""
    changes: dict[str, object] = dict(_short(message, most))
    not_told = {whom: why[:LONGEST_LINE] for whom, why in message.not_told.items()}
    lost = {name: _size(getattr(message, name)) - _size(changes[name]) for name in changes}
    lost["not_told"] = sum(map(len, message.not_told.values())) - sum(map(len, not_told.values()))
    truncated = {name: count for name, count in lost.items() if count}
    return message.model_copy(update=changes | {"not_told": not_told, "truncated": truncated})


def _short(message: RuntimeMessage, most: int) -> Iterator[tuple[str, object]]:
    for name in _TEXTS:
        yield name, getattr(message, name)[:LONGEST_TEXT]
    for name in _LISTS:
        yield name, tuple(each[:LONGEST_LINE] for each in getattr(message, name)[:most])


def _size(value: object) -> int:
    """Characters of a text, entries of a list."""
    return len(value) if isinstance(value, (str, tuple)) else 0
