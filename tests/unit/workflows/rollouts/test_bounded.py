"""Calls that come back, that break, and that never end."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event, current_thread
from time import monotonic
from typing import NoReturn

import pytest

from steward.workflows.rollouts.bounded import Started, TookTooLong, within

SECOND = timedelta(seconds=1)


@pytest.fixture
def stuck() -> Iterator[Callable[[], object]]:
    over = Event()
    yield over.wait
    over.set()


def test_an_answer_in_time_is_the_answer() -> None:
    assert within(SECOND, "asking", lambda: 42) == 42
    assert within(SECOND, "asking", lambda: None) is None


@pytest.mark.parametrize("error", [ValueError("bad"), SystemExit(1), MemoryError()])
def test_whatever_is_raised_there_is_raised_here(error: BaseException) -> None:
    def fail() -> NoReturn:
        raise error

    with pytest.raises(type(error)) as caught:
        within(SECOND, "asking", fail)
    assert caught.value is error


def test_what_does_not_end_is_left_behind(stuck: Callable[[], object]) -> None:
    with pytest.raises(TookTooLong, match=r"asking took longer than 0\.02 s"):
        within(timedelta(milliseconds=20), "asking", stuck)


@pytest.mark.parametrize("limit", [timedelta(), timedelta(seconds=-5)])
def test_no_time_is_no_time(stuck: Callable[[], object], limit: timedelta) -> None:
    with pytest.raises(TookTooLong):
        within(limit, "asking", stuck)


def test_limits_run_side_by_side(stuck: Callable[[], object]) -> None:
    """Waiting for ten that hang takes as long as waiting for one."""
    before = monotonic()
    for started in [Started("asking", stuck) for _ in range(10)]:
        with pytest.raises(TookTooLong):
            started.answer(timedelta(milliseconds=100))
    assert monotonic() - before < 0.9


def test_what_is_left_behind_keeps_no_process_alive() -> None:
    """Lambda, and `steward rollouts try`, end without waiting for it."""
    assert within(SECOND, "asking", lambda: current_thread().daemon)
