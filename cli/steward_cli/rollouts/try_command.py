"""`steward rollouts try`: run the checks now, from here, and say what the hook would have said."""

import sys
from typing import Annotated

import typer

from steward.domain.rollouts.results import CheckResult, Phase, Status, Verdict
from steward_cli import clock
from steward_cli import options as given
from steward_cli.failures import ExitCode
from steward_cli.rollouts.trial import Trial, prepare
from steward_cli.rollouts.trial_wish import PhaseChoice, Wish, window_of
from steward_cli.rollouts.try_rendering import Ending, show_verdict, show_what_is_called
from steward_cli.rollouts.try_report import try_report, whole_status
from steward_cli.rollouts.trying import try_phase
from steward_cli.rollouts.unit_session import unit_clients
from steward_cli.terminal import answers, remarks


def try_checks(
    function: Annotated[
        str | None, typer.Option(metavar="NAME", help="The function, by its name.")
    ] = None,
    version: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="The version that is to get the traffic.")
    ] = None,
    config: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A configuration that is not deployed yet, or -; else what the hook would find.",
        ),
    ] = None,
    alias: Annotated[
        str | None, typer.Option(metavar="NAME", help="The alias; else the function's only one.")
    ] = None,
    current: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER", help="The version before it; else what the alias routes to."
        ),
    ] = None,
    phase: Annotated[
        PhaseChoice, typer.Option(case_sensitive=False, help="Which checks to run.")
    ] = PhaseChoice.ALL,
    deployment: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="A deployment that says version, alarms and shift, like d-ABCDEF."
        ),
    ] = None,
    alarm: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="An alarm, as if of the deployment group; repeatable."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="Traffic from then on; else the last 15 minutes."),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="Traffic until then; else until now.")
    ] = None,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    region: Annotated[
        str | None, typer.Option(help="The function's region; else the credentials' own.")
    ] = None,
    as_json: given.AsJson = False,
) -> None:
    """Run the checks of a rollout now, with your own credentials, and say what hooks would say.

    Invokes what the configuration declares, and says so first; changes nothing and tells CodeDeploy
    nothing. Exit code 0: Succeeded. 1: Failed. 2: called wrongly. 3: AWS could not be reached or
    refused.
    """
    wish = Wish(
        function=function,
        version=version,
        alias=alias,
        current=current,
        config_file=config,
        phases=phase.phases,
        deployment_id=deployment,
        alarms=tuple(alarm or ()),
        window=window_of(since, until, clock.now()),
    )
    trial = prepare(wish, unit_clients(profile, endpoint, region), clock.now())
    show_what_is_called(trial, remarks())
    verdicts = tuple(_tried(trial, each, as_json) for each in trial.phases)
    if as_json:
        report = try_report(trial, verdicts, clock.now())
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    if whole_status(verdicts) is Status.FAILED:
        raise typer.Exit(ExitCode.NOT_WHOLE)


def _tried(trial: Trial, phase: Phase, as_json: bool) -> Verdict:
    """One phase, told as it goes unless one document is wanted."""
    if as_json:
        return try_phase(trial, phase, _untold)
    verdict = try_phase(trial, phase, Ending(trial, phase, answers()).show)
    show_verdict(verdict, answers())
    return verdict


def _untold(_result: CheckResult) -> None:
    """The document has it."""
