"""`steward explain`: why is this stack treated as it is? Reads only."""

import sys
from datetime import UTC, datetime

from steward_cli import options as given
from steward_cli.explaining import explain as explanation_of
from steward_cli.explanation_rendering import show_explanation
from steward_cli.finding import find
from steward_cli.gaps import gap_lines
from steward_cli.situation import take_in
from steward_cli.terminal import answers, remarks, say


def explain(
    stack: given.StackName,
    account: given.Accounts = None,
    region: given.Region = None,
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
    """Say of one stack why, when and who is told, what would change it, and what happened so far.

    Exit code 0: explained. 1: there is no such stack. 2: called wrongly, or the name is borne by
    several stacks, which are listed. 3: AWS could not be reached or refused.
    """
    options = given.Options(
        profile=profile,
        endpoint=endpoint,
        hub_region=hub_region,
        hub_stack=hub_stack,
        policy_file=policy,
        accounts=tuple(account or ()),
        read_role=read_role,
        external_id=external_id,
        at=at,
    )
    situation = take_in(options, datetime.now(UTC))
    search = find(situation, stack, options.accounts, region)
    explanation = explanation_of(situation, search)
    if as_json:
        sys.stdout.write(explanation.model_dump_json(indent=2) + "\n")
    else:
        show_explanation(explanation, situation.in_force.policy.windows.zone, answers())
    for line in gap_lines(search.not_searched):
        say(remarks(), f"not searched: {line}")
