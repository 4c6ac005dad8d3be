"""Rows that end in a sentence: a line each in a pipe, a table where it fits, or two lines."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from steward.notify.harmless import harmless

# In a narrower column a sentence takes more lines than it is worth.
_NARROWEST_SENTENCE = 45
_GAP = "  "

type Row = tuple[Text, ...]


def print_rows(
    headings: Sequence[str], rows: Sequence[Row], sentences: Sequence[str], console: Console
) -> None:
    """Print each row with its sentence, whose heading is the last; nothing is cut off."""
    names, last = headings[:-1], headings[-1]
    said = [harmless(sentence) for sentence in sentences]
    widths = [
        max(cell_len(text) for text in (name, *(row[column].plain for row in rows)))
        for column, name in enumerate(names)
    ]
    left = console.width - sum(widths) - len(_GAP) * len(widths)
    if not console.is_terminal:
        _print_lines((tuple(map(Text, names)), *rows), (last, *said), widths, console)
    elif left >= _NARROWEST_SENTENCE:
        console.print(_table(headings, rows, said))
    else:
        _print_pairs(rows, said, widths, console)


def _table(headings: Sequence[str], rows: Sequence[Row], said: Sequence[str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, len(_GAP), 0, 0), header_style="bold")
    for heading in headings[:-1]:
        table.add_column(heading, no_wrap=True)
    table.add_column(headings[-1], overflow="fold")
    for row, sentence in zip(rows, said, strict=True):
        table.add_row(*row, Text(sentence))
    return table


def _print_lines(
    rows: Sequence[Row], said: Sequence[str], widths: Sequence[int], console: Console
) -> None:
    for row, sentence in zip(rows, said, strict=True):
        console.print(_line(row, widths) + Text(sentence), soft_wrap=True)


def _print_pairs(
    rows: Sequence[Row], said: Sequence[str], widths: Sequence[int], console: Console
) -> None:
    for row, sentence in zip(rows, said, strict=True):
        console.print(_line(row, widths), soft_wrap=True)
        console.print(Padding(Text(sentence, style="dim"), (0, 0, 0, 4)))


def _line(row: Row, widths: Sequence[int]) -> Text:
    line = Text()
    for cell, width in zip(row, widths, strict=True):
        blanks = " " * (width - cell_len(cell.plain))
        line += Text(blanks) + cell if cell.justify == "right" else cell + Text(blanks)
        line += Text(_GAP)
    return line
