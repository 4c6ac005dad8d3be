"""All that is measured of decisions on rollouts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.rollouts import durations, guide, plot, shifts, traffic
from benchmarks.rollouts.grids import GRIDS, Grid
from benchmarks.rollouts.guide import Lines
from benchmarks.rollouts.hook import HookCost, measure_hook
from benchmarks.rollouts.verdicts import of_rollouts
from benchmarks.tables import titled
from benchmarks.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class RolloutResults:
    hook: HookCost
    grids: list[Grid]
    lines: Mapping[str, Lines]
    judged: list[Verdict]

    def verdicts(self) -> list[Verdict]:
        return self.judged

    def tables(self) -> Iterator[Table]:
        yield self.hook.table()
        for grid in self.grids:
            header, *rows = self.lines[grid.key]
            table = titled(grid.title, *header)
            for row in rows:
                table.add_row(*row)
            yield table

    def document(self) -> dict[str, Any]:
        return {
            "simulated_rollouts": {
                "errors": traffic.ROLLOUTS,
                "durations": durations.ROLLOUTS,
                "minute_by_minute": shifts.ROLLOUTS,
                "seed": traffic.SEED,
            },
            "rollouts": dict(self.lines),
            "hook": self.hook.document(),
        }


def measure_rollouts(home: Path, runs: int, tell: Callable[[str], None]) -> RolloutResults:
    """Writes the guide's tables and plot too. Their numbers come out the same wherever it runs;
    the hook's own cost does not."""
    tell("a hook with the default checks")
    hook = measure_hook(home, runs)
    grids = [grid() for grid in GRIDS]
    lines: dict[str, Lines] = {}
    for grid in grids:
        tell(f"simulated rollouts: {grid.title}")
        lines[grid.key] = guide.lines_of(grid)
    changed = guide.update(guide.GUIDE, lines)
    plot.draw(guide.IMAGES)
    tell(f"{guide.GUIDE.name} {'says something new now' if changed else 'is still true'}")
    return RolloutResults(hook, grids, lines, [*hook.verdicts(), *of_rollouts()])
