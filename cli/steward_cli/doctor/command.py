"""`steward doctor`: whether everything that Steward needs is there and works. Reads only."""

import sys
from difflib import get_close_matches
from typing import Annotated

import typer

from steward_cli import clock
from steward_cli import options as given
from steward_cli.doctor.examining import examine
from steward_cli.doctor.findings import Status
from steward_cli.doctor.patient import Patient
from steward_cli.doctor.register import NAMES, checks
from steward_cli.doctor.rendering import show
from steward_cli.doctor.report import DoctorReport, doctor_report
from steward_cli.failures import ExitCode, Failure
from steward_cli.hub import DEFAULT_STACK
from steward_cli.installation import installation
from steward_cli.quiet import silent_logger
from steward_cli.terminal import answers


def doctor(
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help="Only this check; may be repeated."),
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="Try every account of the policy, not a sample of five.")
    ] = False,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Check the whole installation; say of everything that is wrong why, and how to mend it.

    Exit code 0: all is well, warnings at most. 1: a check failed. 2: called wrongly. 3: the hub
    could not be reached.
    """
    wanted = tuple(only or ())
    _refuse_unknown(wanted)
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    with silent_logger():
        report = _examined(options, wanted, everyone=everyone)
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show(report, answers())
    if report.status is Status.FAIL:
        raise typer.Exit(ExitCode.NOT_WHOLE)


def _refuse_unknown(wanted: tuple[str, ...]) -> None:
    unknown = [name for name in wanted if name not in NAMES]
    if not unknown:
        return
    close = get_close_matches(unknown[0], NAMES, 1)
    meant = f"; did you mean {close[0]}?" if close else ""
    todo = f"choose from {', '.join(NAMES)}"
    raise Failure(f"there is no check {unknown[0]}{meant}", todo, ExitCode.USAGE)


def _examined(options: given.Options, wanted: tuple[str, ...], *, everyone: bool) -> DoctorReport:
    now = clock.now()
    patient = Patient(
        installation(options), options.hub_stack or DEFAULT_STACK, now, everyone=everyone
    )
    examined = examine(checks(wanted, everyone=everyone), patient)
    home = patient.home
    place = (home.account_id, home.region, patient.stack_name)
    return doctor_report(examined, NAMES, now, place)
