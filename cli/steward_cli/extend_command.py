"""`steward extend`: let a stack live longer. The hub writes; this command only asks it to."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from steward_cli import options as given
from steward_cli.extension import carried_out, foreseen, live_lease, wanted
from steward_cli.extension_rendering import refusal, show_answer, show_wish
from steward_cli.extension_report import Outcome
from steward_cli.failures import ExitCode
from steward_cli.finding import find
from steward_cli.gaps import gap_lines
from steward_cli.situation import take_in
from steward_cli.terminal import answers, remarks, say


def extend(
    stack: given.StackName,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; its owners read it.")],
    longer: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="DURATION",
            help="So long after the day it would go, like 7d, 36h or P7D.",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Until then, like 2027-01-31; a date's whole day."),
    ] = None,
    by: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Who asks; else the name of the caller's session."),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would become of it; ask nobody.")
    ] = False,
    account: given.Accounts = None,
    region: given.Region = None,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    read_role: given.ReadRole = None,
    external_id: given.ExternalId = None,
    as_json: given.AsJson = False,
) -> None:
    """Let STACK live longer, up to its longest life. The hub does it, and its audit trail says who.

    Exit code 0: extended, or with --dry-run: possible. 1: it cannot be extended, or there is no
    such stack. 2: called wrongly, or the name is borne by several stacks, which are listed. 3: AWS
    could not be reached or refused.
    """
    options = given.Options(
        profile=profile,
        endpoint=endpoint,
        hub_region=hub_region,
        hub_stack=hub_stack,
        accounts=tuple(account or ()),
        read_role=read_role,
        external_id=external_id,
        needs_hub=True,
    )
    situation = take_in(options, datetime.now(UTC))
    search = find(situation, stack, options.accounts, region)
    for line in gap_lines(search.not_searched):
        say(remarks(), f"not searched: {line}")
    lease = live_lease(search)
    request = wanted(situation, lease, longer, until, by, reason)
    report = foreseen(situation, search, lease, request)
    zone = situation.in_force.policy.windows.zone
    if not as_json:
        show_wish(report, zone, answers())
    if report.outcome is Outcome.POSSIBLE and not dry_run and situation.hub is not None:
        report = carried_out(situation, situation.hub, report, request)
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
        if report.outcome is Outcome.REFUSED:
            raise typer.Exit(ExitCode.NOT_WHOLE)
    elif report.outcome is Outcome.REFUSED:
        raise refusal(report)
    else:
        show_answer(report, zone, answers())
