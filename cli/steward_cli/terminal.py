"""Standard output for answers, standard error for all else; plain text without a terminal."""

import os

from rich.console import Console
from rich.table import Table

# A line for each row, however long: what reads a pipe searches and cuts lines.
_PIPED_WIDTH = 10_000


def answers() -> Console:
    """Where results go."""
    return _console(stderr=False)


def remarks() -> Console:
    """Where progress, warnings and errors go."""
    return _console(stderr=True)


def print_table(table: Table, console: Console) -> None:
    """Print `table`; in a pipe without the blanks that fill its last column up."""
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    lines = (line.rstrip() for line in captured.get().splitlines())
    console.out("\n".join(lines), highlight=False)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _PIPED_WIDTH
    return console
