"""`steward rollouts show`: all that is on record of one deployment. Reads only."""

import sys
from typing import Annotated

import typer

from steward.domain.rollouts.records import Rollout
from steward_cli import clock
from steward_cli import options as given
from steward_cli.failures import ExitCode, Failure
from steward_cli.installation import installation
from steward_cli.rollouts.list_command import InAccounts
from steward_cli.rollouts.show_rendering import show_rollout
from steward_cli.rollouts.show_report import rollout_report
from steward_cli.terminal import answers


def show(
    deployment: Annotated[str, typer.Argument(metavar="ID", help="A deployment's id: d-...")],
    account: InAccounts = None,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.OnlyHubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Show a deployment: when what happened, every verdict and its checks, and what to do next.

    Exit code 0: shown. 1: no such deployment is on record. 2: called wrongly, or several accounts
    have one of this id, which are listed. 3: AWS could not be reached or refused.
    """
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    named = installation(options).ledger.rollouts_named(deployment)
    rollout = _the_one(named, deployment, frozenset(account or ()))
    report = rollout_report(rollout, clock.now())
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show_rollout(report, answers())


def _the_one(named: list[Rollout], deployment: str, accounts: frozenset[str]) -> Rollout:
    meant = [each for each in named if not accounts or accounts & _names(each)]
    if not meant:
        where = f" in {', '.join(sorted(accounts))}" if accounts else ""
        todo = "take an id of `steward rollouts list`; a deployment is on record within minutes"
        raise Failure(f"no deployment {deployment}{where} is on record", todo, ExitCode.NOT_WHOLE)
    if len(meant) > 1:
        units = ", ".join(str(each.unit) for each in meant)
        todo = "name one of the accounts with --account"
        raise Failure(
            f"{deployment} is the id of several deployments: {units}", todo, ExitCode.USAGE
        )
    return meant[0]


def _names(rollout: Rollout) -> set[str]:
    return {rollout.account_id, rollout.account_name}
