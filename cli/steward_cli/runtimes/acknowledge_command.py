"""`steward runtimes acknowledge`: the owner of a work item knows; nobody else is told for now."""

from difflib import get_close_matches
from typing import Annotated

import typer

from steward.domain.runtimes.reporting.overview import Overview
from steward.messages import AcknowledgeRequest
from steward_cli import options as given
from steward_cli.callers import caller_name
from steward_cli.failures import ExitCode, Failure
from steward_cli.installation import installation
from steward_cli.reports.files import ReportFiles, the_latest_report
from steward_cli.runtimes.request import asked, tell


def acknowledge(
    group: Annotated[
        str,
        typer.Argument(
            metavar="GROUP", help="A work item of the report, by its name, or its place alone."
        ),
    ],
    note: Annotated[
        str, typer.Option(metavar="TEXT", help="What will be done; the report shows it.")
    ] = "",
    by: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Who knows; else the name of the caller's session."),
    ] = "",
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.OnlyHubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Say that the owner of a work item knows of it, so that it does not escalate.

    It holds until the item's milestone has come. Exit code 0: noted. 1: there is no such item, or
    it is refused. 2: called wrongly, or the place is that of several items, which are listed. 3:
    AWS could not be reached or refused.
    """
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    place = installation(options)
    overview = the_latest_report(ReportFiles.of(place)).overview
    request = AcknowledgeRequest(
        group=group_of(overview, group),
        note=note,
        by=by or caller_name(place.connection.caller),
    )
    tell(asked(place, request), as_json)


def group_of(overview: Overview, named: str) -> str:
    """The group that is meant; raise Failure when it is none or several."""
    groups = {item.group for item in overview.work}
    if named in groups:
        return named
    meant = sorted({item.group for item in overview.work if item.place == named})
    if len(meant) == 1:
        return meant[0]
    if meant:
        listed = "\n  ".join(meant)
        todo = "give one of these names, in quotes"
        raise Failure(f"{named} is the place of several:\n  {listed}", todo, ExitCode.USAGE)
    near = get_close_matches(named, [*groups, *(item.place for item in overview.work)], n=1)
    todo = f"did you mean {near[0]}?" if near else "`steward report runtimes --all` lists them"
    raise Failure(f"the latest report has no work item {named}", todo, ExitCode.NOT_WHOLE)
