"""`steward rollouts dora`: how often, how safely and how fast changes are deployed. Reads only."""

import sys
from typing import Annotated

import typer

from steward_cli import clock
from steward_cli import options as given
from steward_cli.installation import installation
from steward_cli.rollouts.dora_rendering import show_dora
from steward_cli.rollouts.dora_report import By, dora_report
from steward_cli.rollouts.list_command import Functions, InAccounts, end
from steward_cli.rollouts.selecting import Wish, find, period_of
from steward_cli.terminal import answers


def dora(
    since: Annotated[
        str, typer.Option(metavar="DURATION", help="How far back to look, like 24h or 90d.")
    ] = "30d",
    by: Annotated[
        By | None, typer.Option(case_sensitive=False, help="Tell them apart by this as well.")
    ] = None,
    function: Functions = None,
    account: InAccounts = None,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.OnlyHubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Show deployment frequency, change failure rate, times to restore, and what caught failures.

    Exit code 0: shown. 1: some deployments on record could not be read, and are listed on standard
    error. 2: called wrongly. 3: AWS could not be reached or refused.
    """
    looked_back = period_of(since)
    wish = Wish(frozenset(function or ()), frozenset(account or ()))
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    found = find(installation(options).ledger, looked_back, wish, clock.now())
    report = dora_report(found, by)
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show_dora(report, answers())
    end(found.unread)
