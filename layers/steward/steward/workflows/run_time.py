"""How much a run may still begin before its function is stopped."""

from collections.abc import Callable
from dataclasses import dataclass

# What was begun has to be mailed and recorded, at about this pace, with something to spare.
_PER_NOTICE_MS = 100
_RESERVE_MS = 20_000

# Milliseconds, as LambdaContext.get_remaining_time_in_millis counts them.
type TimeLeft = Callable[[], int]


def unlimited() -> int:
    """For callers that nobody stops."""
    return 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class RunTime:
    """The time of one run, of which reading may take the first half."""

    time_left: TimeLeft
    at_start: int

    @classmethod
    def starting(cls, time_left: TimeLeft) -> "RunTime":
        return cls(time_left, time_left())

    def may_read_on(self) -> bool:
        return self.time_left() > self.at_start // 2

    def may_open(self, begun: int) -> bool:
        """Whether one more notice fits in, beside the `begun` ones that wait to be recorded."""
        return self.time_left() > _RESERVE_MS + (begun + 1) * _PER_NOTICE_MS
