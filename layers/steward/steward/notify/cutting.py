"""Make a message small enough for SNS. What is left out is counted in `truncated`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steward.notify.rollouts.message import RolloutMessage
    from steward.notify.runtimes.message import RuntimeMessage

LONGEST_TEXT = 3000
LONGEST_LINE = 500
_MOST_ENTRIES = (1000, 100, 10, 1, 0)


@dataclass(frozen=True, slots=True)
class Cutting:
    """Which fields of a message are texts, and which lists, that it may lose a part of."""

    texts: tuple[str, ...]
    lists: tuple[str, ...]

    def fitted[M: (RuntimeMessage, RolloutMessage)](
        self, message: M, fits: Callable[[M], bool]
    ) -> M:
        """`message`, or as much of it as fits: first long texts are cut, then the lists."""
        cut = message
        for most in _MOST_ENTRIES:
            if fits(cut):
                break
            cut = self._cut(message, most)
        return cut

    def _cut[M: (RuntimeMessage, RolloutMessage)](self, message: M, most: int) -> M:
        """With at most `most` entries in each list, and no long text."""
        changes: dict[str, object] = {
            **{name: getattr(message, name)[:LONGEST_TEXT] for name in self.texts},
            **{name: tuple(map(_line, getattr(message, name)[:most])) for name in self.lists},
        }
        not_told = {whom: why[:LONGEST_LINE] for whom, why in message.not_told.items()}
        lost = {name: _size(getattr(message, name)) - _size(changes[name]) for name in changes}
        lost["not_told"] = _length(message.not_told) - _length(not_told)
        truncated = {name: count for name, count in lost.items() if count}
        return message.model_copy(update=changes | {"not_told": not_told, "truncated": truncated})


def _line(entry: object) -> object:
    return entry[:LONGEST_LINE] if isinstance(entry, str) else entry


def _size(value: object) -> int:
    """Characters of a text, entries of a list."""
    return len(value) if isinstance(value, (str, tuple)) else 0


def _length(texts: Mapping[str, str]) -> int:
    return sum(map(len, texts.values()))
