"""`steward notices`: what was sent about one stack, when, and whether it arrived. Reads only."""

import sys
from datetime import UTC, datetime

from steward_cli import options as given
from steward_cli.finding import find
from steward_cli.gaps import gap_lines
from steward_cli.notices_rendering import show_notices
from steward_cli.notices_report import notices_report
from steward_cli.situation import take_in
from steward_cli.terminal import answers, remarks, say


def notices(
    stack: given.StackName,
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
    search = find(situation, stack, options.accounts, region)
    told = situation.ledger.notices_of(search.found.stack_id)
    report = notices_report(search, told, situation.now)
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show_notices(report, situation.in_force.policy.windows.zone, answers())
    for line in gap_lines(search.not_searched):
        say(remarks(), f"not searched: {line}")
