"""How far the reading of units is."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from steward_cli.surveying import Survey


def with_progress(surveys: Iterable[Survey], total: int, console: Console) -> Iterator[Survey]:
    """Pass `surveys` on; a bar shows how far they are, on a terminal only."""
    columns = (TextColumn("reading units"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    off = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=off) as bar:
        yield from bar.track(surveys, total=total)
