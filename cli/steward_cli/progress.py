"""How far the reading of units is."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


def with_progress[Read](units: Iterable[Read], total: int, console: Console) -> Iterator[Read]:
    """Pass what was read of `units` on; a bar shows how far it is, on a terminal only."""
    columns = (TextColumn("reading units"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    off = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=off) as bar:
        yield from bar.track(units, total=total)
