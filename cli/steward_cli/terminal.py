"""Standard output for answers, standard error for all else; plain text without a terminal."""

import os

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from steward.notify.harmless import harmless

# For tables; sentences are not wrapped at all in a pipe.
_PIPED_WIDTH = 120


def answers() -> Console:
    """Where results go."""
    return _console(stderr=False)


def remarks() -> Console:
    """Where progress, warnings and errors go."""
    return _console(stderr=True)


def say(console: Console, sentence: str, indent: int = 0) -> None:
    """Print one sentence, wrapped at words on a terminal, whatever others wrote into it."""
    words = Text(harmless(sentence))
    if console.is_terminal:
        console.print(Padding(words, (0, 0, 0, indent)))
    else:
        console.print(Text(" " * indent) + words, soft_wrap=True)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PIPED_WIDTH
    return console
