"""A trial for people: what it calls, each check as it ends, and what the hook would have said."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from steward.domain.rollouts.config_checks import AnyCheck, InvokeCheck, ProbeCheck
from steward.domain.rollouts.results import CheckMode, CheckResult, Outcome, Phase, Status, Verdict
from steward.notify.harmless import harmless
from steward_cli.rollouts.trial import Trial
from steward_cli.rollouts.trying import checks_of
from steward_cli.terminal import say

_STYLES = {
    Outcome.PASS: "green",
    Outcome.FAIL: "bold red",
    Outcome.ERROR: "red",
    Outcome.INCONCLUSIVE: "yellow",
    Outcome.SKIPPED: "dim",
}
_WIDEST = max(map(len, Outcome))
_WHEN = {Phase.PRE: "before traffic shifts", Phase.POST: "after traffic has shifted"}


def show_what_is_called(trial: Trial, console: Console) -> None:
    """Say what is invoked before it is: all that a trial does beyond reading."""
    target = trial.target
    before = f", {target.current_version} before it" if target.current_version else ""
    by = f" by the alias {target.alias}{before}"
    say(console, f"trying {target.function}:{target.target_version}{by}, in {trial.clients.region}")
    say(console, f"rules: {'; '.join(trial.resolved.sources)}")
    for note in trial.resolved.notes:
        say(console, f"note: {note}")
    calls = [call for phase in trial.phases for call in _calls(trial, checks_of(trial, phase))]
    for call in calls:
        say(console, f"invokes {call}")
    say(console, "changes nothing" if calls else "invokes and changes nothing")


def _calls(trial: Trial, checks: Mapping[str, AnyCheck]) -> Iterator[str]:
    target = trial.target
    for name, check in checks.items():
        match check:
            case InvokeCheck(dry_run=False):
                qualifier = target.alias if check.qualifier == "alias" else target.target_version
                times = "once" if check.attempts == 1 else f"up to {check.attempts} times"
                yield f"{target.function}:{qualifier} {times} for {name}, with its payload"
            case ProbeCheck() if target.current_version:
                times = f"{check.iterations + check.discard} times each"
                both = f"{target.function}:{target.current_version} and :{target.target_version}"
                yield f"{both} {times} for {name}, with its payload"
            case _:
                pass


class Ending:
    """Prints a phase's results one by one, in columns that fit all of its checks."""

    def __init__(self, trial: Trial, phase: Phase, console: Console) -> None:
        checks = checks_of(trial, phase)
        self._console = console
        self._name = max(map(cell_len, checks), default=0)
        self._type = max((len(check.type) for check in checks.values()), default=0)
        console.print(Text(f"{phase}: {_WHEN[phase]}{_of(trial, phase)}", style="bold"))

    def show(self, result: CheckResult) -> None:
        """One check with its reason, which a terminal gets in lines of its own."""
        took = f"{result.took.total_seconds():.1f} s"
        line = Text.assemble(
            (f"{result.outcome.value:<{_WIDEST}}", _STYLES[result.outcome]),
            f"  {result.name:<{self._name}}  {result.type:<{self._type}}  {took:>7}",
            "  observed only" if result.mode is CheckMode.OBSERVE else "",
        )
        if self._console.is_terminal:
            self._console.print(line, soft_wrap=True)
            self._console.print(Padding(Text(harmless(result.reason)), (0, 0, 0, 4)))
        else:
            self._console.print(line + Text(f"  {harmless(result.reason)}"), soft_wrap=True)


def _of(trial: Trial, phase: Phase) -> str:
    if phase is not Phase.POST:
        return ""
    end = trial.window.ended_at
    until = _time(end) if end else "now"
    return f", by the traffic from {_time(trial.window.started_at)} to {until} UTC"


def _time(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"


def show_verdict(verdict: Verdict, console: Console) -> None:
    """What the hook would have reported, and why."""
    style = "bold red" if verdict.status is Status.FAILED else "bold green"
    told = Text(f"the {verdict.phase} hook would report {verdict.status}", style=style)
    console.print(told, soft_wrap=True)
    say(console, verdict.reason, indent=2)
