"""`steward inbox`: which mails would go to whom now? Reads only."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from steward_cli import options as given
from steward_cli.failures import ExitCode, Failure
from steward_cli.inbox import inbox_report, rehearse
from steward_cli.inbox_rendering import show_inbox, show_missing, show_texts
from steward_cli.progress import with_progress
from steward_cli.situation import take_in
from steward_cli.surveying import survey_units
from steward_cli.terminal import answers, remarks


def inbox(
    owner: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Only what this address would get.")
    ] = "",
    text: Annotated[bool, typer.Option("--text", help="Print the mails' plain text.")] = False,
    policy: given.PolicyFile = None,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    read_role: given.ReadRole = None,
    external_id: given.ExternalId = None,
    at: given.At = None,
    as_json: given.AsJson = False,
) -> None:
    """Show the mails that a sweep and a digest now would send. Reads only, sends nothing.

    Exit code 0: everything was read. 1: something could not be read, and is listed on standard
    error. 2: called wrongly. 3: AWS could not be reached or refused.
    """
    if text and as_json:
        todo = "give one of them; the JSON document holds the texts as well"
        raise Failure("--text and --json exclude each other", todo, ExitCode.USAGE)
    options = given.Options(
        profile=profile,
        endpoint=endpoint,
        hub_region=hub_region,
        hub_stack=hub_stack,
        policy_file=policy,
        read_role=read_role,
        external_id=external_id,
        at=at,
        needs_hub=True,
    )
    rehearsed = rehearse(take_in(options, datetime.now(UTC)))
    works = rehearsed.plan.works
    surveys = with_progress(survey_units(rehearsed.situation, works), len(works), remarks())
    report = inbox_report(rehearsed, list(surveys), owner)
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    elif text:
        show_texts(report, answers())
    else:
        show_inbox(report, rehearsed.situation.in_force.policy.windows.zone, answers())
    show_missing(report, remarks())
    if not report.whole:
        raise typer.Exit(ExitCode.NOT_WHOLE)
