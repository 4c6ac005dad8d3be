"""`steward org adopters`: who would miss the rollout hooks? Reads only."""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from typing import Annotated

import typer

from steward.aws.errors import NotAllowed
from steward.aws.organizations import accounts, single_account
from steward.domain.stacks import Unit
from steward_cli import options as given
from steward_cli.aws_failures import EXPECTED, reason_of
from steward_cli.counting import number
from steward_cli.failures import ExitCode
from steward_cli.installation import Installation, installation
from steward_cli.org.adopters import UnitAdopters, find_adopters
from steward_cli.org.adopters_report import adopters_report, show_adopters
from steward_cli.org.hooked import hooked_units
from steward_cli.org.listed import listed
from steward_cli.progress import with_progress
from steward_cli.terminal import answers, remarks, say

UNITS_AT_ONCE = 8


def list_adopters(
    region: Annotated[
        list[str],
        typer.Option(
            "--region",
            "--regions",
            metavar="REGION,...",
            help="Regions to look into: the parameter Regions of org/template.yaml.",
        ),
    ],
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.OnlyHubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """List the deployment groups whose latest deployments name one of Steward's hooks. Reads only.

    Take the hooks away only when there is none: the next deployment of each would fail. Exit code
    0: there is none, and every account region with hooks was read. 1: there are some, or one of
    these could not be read. 2: called wrongly. 3: AWS could not be reached or refused.
    """
    regions = listed(region, "--regions")
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    installed = installation(options)
    units = [Unit(account, each) for account in _account_ids(installed) for each in regions]
    hooked = None if installed.hub.single_account else hooked_units(installed)
    found = with_progress(_look(installed, units), len(units), remarks())
    report = adopters_report(found, hooked)
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show_adopters(report, answers())
    for each in report.not_read:
        say(remarks(), f"not read: {each.account_id}, {each.region}: {each.why}")
    if report.without_hooks:
        more = number(len(report.without_hooks), "account region")
        say(remarks(), f"{more} could not be read; no stack set has brought hooks there")
    if not report.none:
        raise typer.Exit(ExitCode.NOT_WHOLE)


def _account_ids(installed: Installation) -> list[str]:
    if installed.hub.single_account:
        return [single_account(installed.connection.home.account_id).account_id]
    known = accounts(installed.sessions.organizations())
    return [account.account_id for account in known if not account.is_management]


def _look(installed: Installation, units: Sequence[Unit]) -> Iterator[UnitAdopters]:
    """Several units at once, in the order in which they are done."""
    with ThreadPoolExecutor(UNITS_AT_ONCE) as threads:
        looks = [threads.submit(partial(_look_into, installed, unit)) for unit in units]
        for look in as_completed(looks):
            yield look.result()


def _look_into(installed: Installation, unit: Unit) -> UnitAdopters:
    try:
        client = installed.sessions.codedeploy(unit, installed.hub.read_role)
        return UnitAdopters(unit, sorted(find_adopters(client, unit), key=lambda each: each.name))
    except (*EXPECTED, NotAllowed) as error:
        return UnitAdopters(unit, not_read=reason_of(error))
