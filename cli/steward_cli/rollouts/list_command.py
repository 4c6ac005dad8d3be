"""`steward rollouts list`: deployments of the whole organization, the latest first. Reads only."""

import sys
from typing import Annotated

import typer

from steward_cli import clock
from steward_cli import options as given
from steward_cli.failures import ExitCode
from steward_cli.installation import installation
from steward_cli.rollouts.list_rendering import show_rollouts
from steward_cli.rollouts.list_report import rollout_list
from steward_cli.rollouts.selecting import NOT_READ, StatusChoice, Wish, find, period_of
from steward_cli.terminal import answers, remarks, say

Functions = Annotated[
    list[str] | None,
    typer.Option(
        "--function", metavar="NAME", help="Only of this function (or NAME:ALIAS); repeatable."
    ),
]
InAccounts = Annotated[
    list[str] | None,
    typer.Option(
        "--account", metavar="ID", help="Only of this account, by id or name; repeatable."
    ),
]


def list_rollouts(
    since: Annotated[
        str, typer.Option(metavar="DURATION", help="How far back to look, like 24h or 30d.")
    ] = "7d",
    function: Functions = None,
    account: InAccounts = None,
    status: Annotated[
        list[StatusChoice] | None,
        typer.Option(case_sensitive=False, help="Only what became so; repeatable."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show all of them, not the latest 50.")
    ] = False,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.OnlyHubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """List deployments, the latest first, with what became of each. Reads only.

    --json always has all of them. Exit code 0: listed, or there is none. 1: some on record could
    not be read, and are listed on standard error. 2: called wrongly. 3: AWS could not be reached
    or refused.
    """
    looked_back = period_of(since)
    wish = Wish(frozenset(function or ()), frozenset(account or ()), frozenset(status or ()))
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    found = find(installation(options).ledger, looked_back, wish, clock.now())
    if as_json:
        sys.stdout.write(rollout_list(found).model_dump_json(indent=2) + "\n")
    else:
        show_rollouts(found, wish, everything, answers())
    end(found.unread)


def end(unread: tuple[str, ...]) -> None:
    """Say what could not be read; then the answer is not whole."""
    for each in unread:
        say(remarks(), f"warning: {NOT_READ}: {each}")
    if unread:
        raise typer.Exit(ExitCode.NOT_WHOLE)
