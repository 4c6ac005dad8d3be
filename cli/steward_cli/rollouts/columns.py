"""Pairs of a short text and a sentence, one below the other."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from steward.notify.harmless import harmless

_INDENT = 2


def print_columns(pairs: Sequence[tuple[str, str]], console: Console) -> None:
    """A line each in a pipe; on a terminal sentences wrap within their column."""
    width = max((len(harmless(name)) for name, _ in pairs), default=0)
    if console.is_terminal:
        console.print(_grid(pairs, width))
        return
    for name, said in pairs:
        line = f"{' ' * _INDENT}{harmless(name):<{width}}  {harmless(said)}"
        console.print(Text(line), soft_wrap=True)


def _grid(pairs: Sequence[tuple[str, str]], width: int) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=width + _INDENT, no_wrap=True)
    grid.add_column(overflow="fold")
    for name, said in pairs:
        grid.add_row(Text(f"{' ' * _INDENT}{harmless(name)}"), Text(harmless(said)))
    return grid
