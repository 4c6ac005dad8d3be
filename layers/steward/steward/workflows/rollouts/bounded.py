"""Calls that may never come back: they are left behind, so that an answer is always given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic


class TookTooLong(Exception):
    """A call had not ended when its time was up; it may end yet, but nobody waits for it."""

    def __init__(self, what: str, limit: timedelta) -> None:
        super().__init__(f"{what} took longer than {limit.total_seconds():g} s")


@dataclass(frozen=True, slots=True)
class _Raised:
    error: BaseException


class Started[T]:
    """A call that runs beside this one, in a thread that does not keep the process alive."""

    def __init__(self, what: str, call: Callable[[], T]) -> None:
        self._what = what
        self._since = monotonic()
        self._answers: SimpleQueue[T | _Raised] = SimpleQueue()
        Thread(target=self._run, args=(call,), name=what, daemon=True).start()

    def answer(self, limit: timedelta) -> T:
        """Wait until `limit` after its start; raise TookTooLong, or whatever the call raised."""
        left = limit.total_seconds() - (monotonic() - self._since)
        try:
            answer = self._answers.get(timeout=max(0.0, left))
        except Empty:
            raise TookTooLong(self._what, limit) from None
        if isinstance(answer, _Raised):
            raise answer.error
        return answer

    def _run(self, call: Callable[[], T]) -> None:
        try:
            self._answers.put(call())
        # Whatever it is, it ends this call alone: a check must not end the process.
        except BaseException as error:
            self._answers.put(_Raised(error))


def within[T](limit: timedelta, what: str, call: Callable[[], T]) -> T:
    """The call's answer; raise TookTooLong when there is none in time."""
    return Started(what, call).answer(limit)
