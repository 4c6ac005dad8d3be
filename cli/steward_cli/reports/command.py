"""`steward report`: what Steward has found out about the organization as a whole."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from steward_cli import clock
from steward_cli import options as given
from steward_cli.failures import ExitCode, Failure
from steward_cli.installation import Installation, installation
from steward_cli.reports.document import RuntimesReport, is_whole, warnings_of
from steward_cli.reports.files import ReportFiles, the_latest_report
from steward_cli.reports.linking import MOST_HOURS, page_link
from steward_cli.reports.rendering import MOST_WORK, show_link, show_report
from steward_cli.reports.saving import save_report
from steward_cli.reports.scanning import scan_now
from steward_cli.terminal import answers, remarks, say

commands = typer.Typer(
    help="Read the hub's reports, or ask for a new one.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@commands.callback()
def report() -> None:
    """Read the hub's reports, or ask for a new one."""


@commands.command()
def runtimes(
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Write runtimes.html, .json and .csv there, as the hub has them."
        ),
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Scan first, and wait for the report of that scan.")
    ] = False,
    live: Annotated[
        bool, typer.Option("--live", help="With --now: read Lambda itself everywhere.")
    ] = False,
    wait: Annotated[
        int, typer.Option(metavar="MINUTES", min=1, max=720, help="With --now: wait so long.")
    ] = 75,
    link: Annotated[
        int | None,
        typer.Option(
            metavar="HOURS",
            min=1,
            max=MOST_HOURS,
            help="Make a link to the page that works without credentials, for so long at most.",
        ),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help=f"All work items, not the first {MOST_WORK}; all dates, all moves."
        ),
    ] = False,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Show the latest report on Lambda runtimes that end; with --now, of a scan that begins now.

    Exit code 0: the report covers everything. 1: it leaves something out, which is listed, or there
    is no report yet. 2: called wrongly. 3: AWS could not be reached or refused, or a new report did
    not come in time.
    """
    if live and not now:
        todo = "give --now as well: --live says how a new scan reads"
        raise Failure("--live is given without --now", todo, ExitCode.USAGE)
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    place = installation(options, timedelta(hours=link) if link else None)
    files = ReportFiles.of(place)
    if now:
        scan_now(place, files, live, timedelta(minutes=wait), remarks())
    told = _report(place, files, out, link)
    if as_json:
        sys.stdout.write(told.model_dump_json(indent=2) + "\n")
    else:
        show_report(told.overview, told.at, None if everything else MOST_WORK, answers())
        _show_deeds(told)
    for warning in told.warnings:
        say(remarks(), f"warning: {warning}")
    if not told.whole:
        raise typer.Exit(ExitCode.NOT_WHOLE)


def _report(
    place: Installation, files: ReportFiles, out: Path | None, link: int | None
) -> RuntimesReport:
    overview = the_latest_report(files).overview
    saved = save_report(files, overview.scan_id, out) if out else ()
    now = clock.now()
    return RuntimesReport(
        at=now,
        whole=is_whole(overview),
        warnings=tuple(warnings_of(overview, now)),
        overview=overview,
        saved=tuple(map(str, saved)),
        link=page_link(place.connection, files, overview.scan_id, link) if link else None,
    )


def _show_deeds(told: RuntimesReport) -> None:
    for path in told.saved:
        say(answers(), f"written: {path}")
    if told.link is not None:
        show_link(told.link, answers())
