"""`steward plan`: what would a sweep decide now? Reads only."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer

from steward.workflows.planning import SweepPlan, plan_sweep
from steward_cli import options as given
from steward_cli.failures import ExitCode
from steward_cli.plan_rendering import show_plan, show_what_is_missing
from steward_cli.plan_report import plan_report
from steward_cli.progress import with_progress
from steward_cli.situation import Situation, members, take_in
from steward_cli.surveying import survey_units
from steward_cli.terminal import answers, remarks


def plan(
    policy: given.PolicyFile = None,
    account: given.Accounts = None,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    read_role: given.ReadRole = None,
    external_id: given.ExternalId = None,
    at: given.At = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Also list stacks out of scope, with the reason.")
    ] = False,
    as_json: given.AsJson = False,
) -> None:
    """Show what a sweep would decide now about every stack, and why. Reads only, writes nothing.

    Exit code 0: every unit was read. 1: something could not be read, and is listed on standard
    error. 2: called wrongly. 3: AWS could not be reached or refused.
    """
    wanted = tuple(account or ())
    options = given.Options(
        profile=profile,
        endpoint=endpoint,
        hub_region=hub_region,
        hub_stack=hub_stack,
        policy_file=policy,
        accounts=wanted,
        read_role=read_role,
        external_id=external_id,
        at=at,
    )
    situation = take_in(options, datetime.now(UTC))
    sweep = planned_sweep(situation, wanted)
    units = survey_units(situation, sweep.works)
    surveys = list(with_progress(units, len(sweep.works), remarks()))
    report = plan_report(situation, sweep, surveys, only_accounts=wanted, show_outside=show_all)
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show_plan(report, situation.in_force.policy.windows.zone, answers())
    show_what_is_missing(report, remarks())
    if not report.whole:
        raise typer.Exit(ExitCode.NOT_WHOLE)


def planned_sweep(situation: Situation, wanted: tuple[str, ...]) -> SweepPlan:
    """The sweep that the planner would queue, as far as its accounts are `wanted`."""
    known = members(situation, wanted)
    sweep = plan_sweep(known, situation.in_force, situation.ledger, situation.now)
    if not (wanted or situation.only_self):
        return sweep
    ids = {account.account_id for account in known}
    passed_over = {each: why for each, why in sweep.passed_over.items() if each in ids}
    return replace(sweep, passed_over=passed_over)
