"""`steward org check`: would these organizational units do? Reads only."""

from typing import TYPE_CHECKING, Annotated, cast

import typer

from steward_cli import options as given
from steward_cli.connection import connect
from steward_cli.counting import number
from steward_cli.failures import ExitCode
from steward_cli.org.listed import listed
from steward_cli.org.targets import problems
from steward_cli.terminal import answers, say

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient


def check_targets(
    ou: Annotated[
        list[str],
        typer.Option("--ou", "--ous", metavar="ID,...", help="OrganizationalUnitIds to be given."),
    ],
    reap_ou: Annotated[
        list[str] | None,
        typer.Option(
            "--reap-ou", "--reap-ous", metavar="ID,...", help="ReapOrganizationalUnitIds."
        ),
    ] = None,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_region: given.HubRegion = None,
) -> None:
    """Check the organizational units for org/template.yaml before it is deployed. Reads only.

    Exit code 0: they will do. 1: something is wrong with them. 2: called wrongly. 3: AWS could not
    be reached or refused.
    """
    covered, reaped = listed(ou, "--ous"), listed(reap_ou or (), "--reap-ous")
    session = connect(profile, endpoint, hub_region).session
    client = cast("OrganizationsClient", session.create_client("organizations"))
    found = list(problems(client, covered, reaped))
    for problem in found:
        say(answers(), problem)
    if found:
        raise typer.Exit(ExitCode.NOT_WHOLE)
    say(answers(), f"{number(len(covered), 'organizational unit')} to cover: nothing is wrong")
