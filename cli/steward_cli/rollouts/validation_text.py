"""The answer of `steward rollouts validate`, for people."""

from collections.abc import Iterable

from rich.console import Console

from steward.domain.rollouts.config import RolloutConfig
from steward.domain.rollouts.results import Phase
from steward_cli.rollouts.checking import Checked, Located
from steward_cli.rollouts.outlook import Planned, heading, planned
from steward_cli.terminal import say


def print_checked(console: Console, checked: Checked) -> None:
    """What is wrong with the configuration, or else what will run."""
    for problem in checked.problems:
        say(console, _line(checked, problem))
    if checked.config is not None:
        say(console, f"{checked.passage.name}: valid")
        _print_plan(console, checked.config)


def _line(checked: Checked, problem: Located) -> str:
    where = checked.passage.file
    if problem.spot is not None:
        where += f":{problem.spot.line}:{problem.spot.column}"
    inside = f"{checked.passage.parameter}: " if checked.passage.parameter else ""
    return f"{where}: {inside}{problem.path}: {problem.why}"


def _print_plan(console: Console, config: RolloutConfig) -> None:
    rows = list(planned(config))
    width = max((len(row.name) for row in rows), default=0)
    for phase in Phase:
        say(console, heading(config, phase), indent=2)
        here = [row for row in rows if row.phase is phase]
        _print_rows(console, here, width)


def _print_rows(console: Console, rows: Iterable[Planned], width: int) -> None:
    lines = [f"{row.name:{width}}  {row.type:7}  {row.mode}" for row in rows]
    for line in lines or ["nothing"]:
        console.print(f"    {line}", soft_wrap=True, markup=False)
