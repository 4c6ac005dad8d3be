"""`steward breaker`: what a limit stopped, and how deletes go on."""

from typing import Annotated

import typer
from rich.text import Text

from steward.domain.instants import spoken
from steward.domain.proof import KillSwitch
from steward_cli import options as given
from steward_cli.clock import UTC_ZONE
from steward_cli.failures import ExitCode, Failure
from steward_cli.operating.asking import Reason, Yes, agreed, hub_at, print_json
from steward_cli.operating.breaker import BreakerReport, StoppedSweep, breaker_report
from steward_cli.operating.kill_switch import look
from steward_cli.operating.new_sweep import start_sweep
from steward_cli.row_table import print_rows
from steward_cli.terminal import answers, say

Last = Annotated[int, typer.Option(min=1, max=100, help="How many sweeps to look at.")]
commands = typer.Typer(
    help="See what a limit of the policy stopped, and let deletes go on.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@commands.callback()
def breaker() -> None:
    """See what a limit of the policy stopped, and let deletes go on."""


@commands.command()
def status(
    last: Last = 5,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Say which of the last sweeps a limit stopped, and why. Reads only.

    Exit code 0: the newest sweep may delete. 1: it is stopped, or there was none. 3: AWS could not
    be reached or refused.
    """
    found = hub_at(profile, endpoint, hub_stack, hub_region)
    report = breaker_report(found.ledger, last)
    if as_json:
        print_json(report)
    else:
        _show(report)
    if report.stopped or not report.sweeps:
        raise typer.Exit(ExitCode.NOT_WHOLE)


@commands.command()
def reset(
    reason: Reason,
    yes: Yes = False,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Start a sweep now, whose limits count from zero. The stopped one stays stopped.

    Refused while nothing is stopped, while the kill switch is on, and when only a change of the
    policy can help.

    Exit code 0: a sweep was started. 1: nothing was started. 2: called wrongly. 3: AWS could not
    be reached or refused.
    """
    found = hub_at(profile, endpoint, hub_stack, hub_region)
    report = breaker_report(found.ledger, 1)
    _refuse(report)
    switch = look(found.sessions.ssm(), found.hub.kill_switch)
    if switch.state is not KillSwitch.OFF:
        todo = "`steward kill-switch off --reason ...` first"
        raise Failure(f"the kill switch is {switch.state}", todo, ExitCode.NOT_WHOLE)
    agreed("Up to as many stacks again may be deleted at once. Start a sweep?", yes)
    answer = start_sweep(found, reason)
    if as_json:
        print_json(answer)
    else:
        held = f"; it only observes: {answer.held}" if answer.held else ""
        say(answers(), f"sweep {answer.sweep} started: {answer.units} units{held}")
    if answer.held:
        raise typer.Exit(ExitCode.NOT_WHOLE)


def _refuse(report: BreakerReport) -> None:
    newest = report.sweeps[0] if report.sweeps else None
    if newest is None or not newest.stopped:
        todo = "wait for the next sweep; `steward coverage` says when the last one was"
        raise Failure("no limit stopped the newest sweep", todo, ExitCode.NOT_WHOLE)
    if newest.held:
        raise Failure(
            f"the newest sweep only observes: {newest.held}",
            "change the policy; a sweep of the same policy would be held again",
            ExitCode.NOT_WHOLE,
        )


def _show(report: BreakerReport) -> None:
    console = answers()
    if not report.sweeps:
        say(console, "no sweep is on record; `steward doctor` says what is missing")
        return
    headings = ("sweep", "mode", "deletes", "stopped by")
    rows = tuple(_row(sweep) for sweep in report.sweeps)
    reasons = tuple(sweep.tripped or sweep.held or "nothing" for sweep in report.sweeps)
    print_rows(headings, rows, reasons, console)
    if report.ends:
        say(console, f"stopped: {report.ends}")


def _row(sweep: StoppedSweep) -> tuple[Text, ...]:
    return (
        Text(spoken(sweep.swept_at, UTC_ZONE)),
        Text(sweep.mode),
        Text(str(sweep.granted), justify="right"),
    )
