"""The first Ctrl-C ends the demo; another one, while it tidies up, would leave files behind."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def only_the_first_ctrl_c() -> Iterator[None]:
    """Raise one KeyboardInterrupt in this block and hear no other until it is left."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _interrupt_once)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt_once(_number: int, _frame: object) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt
