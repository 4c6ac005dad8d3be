"""`steward kill-switch`: stop every delete at once, and allow them again."""

import typer

from steward.domain.instants import spoken
from steward.domain.proof import KillSwitch
from steward_cli import options as given
from steward_cli.callers import caller_name
from steward_cli.clock import UTC_ZONE
from steward_cli.failures import ExitCode
from steward_cli.installation import Installation
from steward_cli.operating.asking import Reason, Yes, agreed, hub_at, print_json
from steward_cli.operating.kill_switch import KillSwitchReport, look, turn
from steward_cli.terminal import answers, say

commands = typer.Typer(
    help="Stop every delete at once, and allow them again.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@commands.callback()
def kill_switch() -> None:
    """Stop every delete at once, and allow them again."""


@commands.command()
def status(
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Say whether stacks may be deleted, and who turned the switch last. Reads only.

    Exit code 0: off, deletes are allowed. 1: on, or nobody can read it, so nothing is deleted.
    3: AWS could not be reached or refused.
    """
    _tell(hub_at(profile, endpoint, hub_stack, hub_region), KillSwitch.OFF, as_json)


@commands.command()
def on(
    reason: Reason,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Stop every delete from now on. A delete that CloudFormation has taken already goes on.

    Exit code 0: it is on. 2: called wrongly. 3: AWS could not be reached or refused; try again.
    """
    found = hub_at(profile, endpoint, hub_stack, hub_region)
    _turned(found, "on", reason)
    _tell(found, KillSwitch.ON, as_json)


@commands.command()
def off(
    reason: Reason,
    yes: Yes = False,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Let the policy decide again what is deleted. Asks first, unless --yes is given.

    Exit code 0: it is off. 1: nothing was changed. 2: called wrongly. 3: AWS could not be reached
    or refused.
    """
    found = hub_at(profile, endpoint, hub_stack, hub_region)
    agreed("Stacks that are due may be deleted from the next sweep on. Turn it off?", yes)
    _turned(found, "off", reason)
    _tell(found, KillSwitch.OFF, as_json)


def _turned(found: Installation, value: str, reason: str) -> None:
    note = f"{value} by {caller_name(found.connection.caller)}: {reason}"
    turn(found.sessions.ssm(), found.hub.kill_switch, value, note)


def _tell(found: Installation, wanted: KillSwitch, as_json: bool) -> None:
    report = look(found.sessions.ssm(), found.hub.kill_switch)
    if as_json:
        print_json(report)
    else:
        _show(report)
    if report.state is not wanted:
        raise typer.Exit(ExitCode.NOT_WHOLE)


def _show(report: KillSwitchReport) -> None:
    console = answers()
    say(console, f"kill switch: {report.state}; {report.effect}")
    if report.changed_at:
        by = f" by {report.changed_by}" if report.changed_by else ""
        say(console, f"last changed {spoken(report.changed_at, UTC_ZONE)}{by}: {report.note}")
