"""One deployment for people: what became of it, when, why by which numbers, and what to do.

Times are UTC.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC

from rich.console import Console
from rich.text import Text

from steward.domain.one_line import one_line
from steward.domain.rollouts.records import Rollout
from steward.domain.rollouts.results import CheckResult, Outcome, Status, Verdict
from steward.notify.harmless import harmless
from steward_cli.rollouts.columns import print_columns
from steward_cli.rollouts.list_rendering import STYLES
from steward_cli.rollouts.selecting import status_of
from steward_cli.rollouts.show_report import RolloutReport
from steward_cli.rollouts.words import place_of, versions_of, when, workload_of
from steward_cli.terminal import say

MOST_NUMBERS = 10
_LONGEST_VALUE = 40
_STYLES = {
    Outcome.PASS: "green",
    Outcome.FAIL: "bold red",
    Outcome.ERROR: "red",
    Outcome.INCONCLUSIVE: "yellow",
    Outcome.SKIPPED: "dim",
}


def show_rollout(report: RolloutReport, console: Console) -> None:
    """Print all of it but the evidence that is no number or short text."""
    rollout = report.rollout
    status = status_of(rollout)
    title = f"{rollout.deployment_id}  {harmless(workload_of(rollout))}  {versions_of(rollout)}  "
    console.print(Text(title, style="bold") + Text(status, style=STYLES[status]), soft_wrap=True)
    for line in _place_lines(rollout):
        say(console, line)
    say(console, report.outcome)
    say(console, "")
    times = [
        (f"{each.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", each.what) for each in report.timeline
    ]
    print_columns(times, console)
    for verdict in rollout.verdicts:
        _show_verdict(verdict, console)
    _show_rest(report, console)


def _place_lines(rollout: Rollout) -> Iterator[str]:
    stack = f", stack {rollout.stack}" if rollout.stack else ""
    yield f"in {place_of(rollout)} ({rollout.account_id}){stack}"
    yield f"by {rollout.configuration or 'an unknown configuration'} of group {rollout.group}"
    told = ", ".join(rollout.owners) or "nobody"
    source = f" (found by {rollout.owner_source})" if rollout.owner_source else ""
    yield f"owners: {told}{source}"


def _show_verdict(verdict: Verdict, console: Console) -> None:
    said = "pass" if verdict.status is Status.SUCCEEDED else "fail"
    say(console, "")
    mode = "" if verdict.mode == "enforce" else f", mode {verdict.mode}"
    say(console, f"{when(verdict.phase)}: {said}{mode}: {verdict.reason}")
    width = max((len(each.name) for each in verdict.results), default=0)
    for result in verdict.results:
        _show_result(result, width, console)
    for source in verdict.configuration:
        say(console, f"configured by {source}", indent=2)
    for note in verdict.notes:
        say(console, f"note: {note}", indent=2)


def _show_result(result: CheckResult, width: int, console: Console) -> None:
    mode = "" if result.mode == "enforce" else " (observed only)"
    outcome = Text(f"{result.outcome:<12}  ", style=_STYLES[result.outcome])
    name = Text(f"  {harmless(result.name):<{width}}  ")
    console.print(name + outcome + Text(f"{result.type}{mode}"), soft_wrap=True)
    say(console, result.reason, indent=6)
    numbers = key_numbers(result.evidence)
    if numbers:
        say(console, numbers, indent=6)


def key_numbers(evidence: Mapping[str, object]) -> str:
    """`name=value` of what is a number or a short text; --json has all of the evidence."""
    plain = [(name, each) for name, each in evidence.items() if _is_plain(each)]
    said = [f"{name}={_value(each)}" for name, each in plain[:MOST_NUMBERS]]
    more = len(evidence) - len(said)
    return " ".join([*said, *([f"(+{more} in --json)"] if more else [])])


def _is_plain(value: object) -> bool:
    return isinstance(value, int | float | str) and len(str(value)) <= _LONGEST_VALUE


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return one_line(str(value), _LONGEST_VALUE)


def _show_rest(report: RolloutReport, console: Console) -> None:
    rollout = report.rollout
    lines = [
        *(f"CodeDeploy: {said}" for said in [_error(rollout)] if said),
        *(f"problem: {problem}" for problem in rollout.problems),
        *(f"to do: {todo}" for todo in report.advice),
    ]
    if lines:
        say(console, "")
    for line in lines:
        say(console, line)


def _error(rollout: Rollout) -> str:
    return ": ".join(part for part in (rollout.error_code, rollout.error_message) if part)
