"""Where the guide shows what was measured: tables between two comments, and the plot."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.environment import REPOSITORY
from benchmarks.rollouts.grids import Grid

GUIDE = REPOSITORY / "docs" / "guide" / "rollout-statistics.md"
IMAGES = REPOSITORY / "docs" / "guide" / "images"
_MEASURED = re.compile(r"(?<=<!-- measured: )(\w+)( -->\n)(.*?)(?=<!-- end -->)", re.DOTALL)

type Lines = list[list[str]]


def written(lines: Lines) -> str:
    """A header and rows, as Markdown."""
    header, *rows = lines
    ruler = ["---", *("---:" for _ in header[1:])]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (header, ruler, *rows))


def lines_of(grid: Grid) -> Lines:
    return [[grid.corner, *grid.columns], *(grid.line(row) for row in range(len(grid.rows)))]


def shown(text: str) -> Mapping[str, Lines]:
    """The tables of the guide's text, by key."""
    return {key: [_cells(line) for line in _rows(table)] for key, _, table in _found(text)}


def with_tables(text: str, tables: Mapping[str, Lines]) -> str:
    """The guide's text with those tables; raise KeyError for one that was not measured."""
    return _MEASURED.sub(lambda found: f"{found[1]}{found[2]}{written(tables[found[1]])}", text)


def update(path: Path, tables: Mapping[str, Lines]) -> bool:
    """Write what was measured into the guide; whether it said anything else before."""
    text = path.read_text(encoding="utf-8")
    missing = tables.keys() - shown(text).keys()
    if missing:
        raise KeyError(f"{path.name} has no place for {sorted(missing)}: add its two comments")
    renewed = with_tables(text, tables)
    path.write_text(renewed, encoding="utf-8")
    return renewed != text


def _found(text: str) -> Iterable[tuple[str, str, str]]:
    return _MEASURED.findall(text)


def _rows(table: str) -> list[str]:
    header, _, *rows = table.strip().splitlines()
    return [header, *rows]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
