"""The functions' own log, kept off standard output, where the command's answer goes."""

from collections.abc import Iterator
from contextlib import contextmanager

from steward.observability import logger


@contextmanager
def silent_logger() -> Iterator[None]:
    """No line of the functions' log is written in this block."""
    level = logger.log_level
    logger.setLevel("CRITICAL")
    try:
        yield
    finally:
        logger.setLevel(level)
