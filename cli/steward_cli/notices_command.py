"""`steward notices`: what was sent about one stack, when, and whether it arrived. Reads only."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from steward_cli import options as given
from steward_cli.finding import find
from steward_cli.gaps import gap_lines
from steward_cli.notices_rendering import show_notices
from steward_cli.notices_report import notices_report
from steward_cli.plan_report import Part
from steward_cli.rollout_notices import DEPLOYMENT_ID, rollout_notices, show_rollout_notices
from steward_cli.situation import take_in
from steward_cli.terminal import answers, remarks, say

Subject = Annotated[
    str,
    typer.Argument(
        metavar="STACK", help="A stack's name, its StackId, or a deployment's id (d-...)."
    ),
]


def notices(
    stack: Subject,
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
    """List every notice about STACK: to whom, when, and what became of each mail. Reads only.

    The id of a CodeDeploy deployment lists the notices about that.

    Exit code 0: listed, or there is none. 1: there is no such stack. 2: called wrongly, or the name
    is borne by several stacks, which are listed. 3: AWS could not be reached or refused.
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
    zone = situation.in_force.policy.windows.zone
    if DEPLOYMENT_ID.fullmatch(stack):
        of_rollout = rollout_notices(situation, stack)
        if of_rollout is not None:
            _answer(of_rollout, as_json, partial(show_rollout_notices, of_rollout, zone))
            return
        say(remarks(), f"no notice about a deployment {stack} is on record; is it a stack's name?")
    search = find(situation, stack, options.accounts, region)
    told = situation.ledger.notices_of(search.found.stack_id)
    report = notices_report(search, told, situation.now)
    _answer(report, as_json, partial(show_notices, report, zone))
    for line in gap_lines(search.not_searched):
        say(remarks(), f"not searched: {line}")


def _answer(report: Part, as_json: bool, show: Callable[[Console], None]) -> None:
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show(answers())
