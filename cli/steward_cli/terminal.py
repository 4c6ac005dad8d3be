"""Standard output for answers, standard error for all else; plain text without a terminal."""

import os

from rich.console import Console

# Nothing wraps tables for a pipe, and 80 columns would cut them to pieces.
_PIPED_WIDTH = 200


def answers() -> Console:
    """Where results go."""
    return _console(stderr=False)


def remarks() -> Console:
    """Where progress, warnings and errors go."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PIPED_WIDTH
    return console
