"""`steward runtimes dates`: when each runtime ends, and who says so. Reads only."""

import sys
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from steward.data.runtime_table import bundled
from steward.domain.runtimes.claims import Speaker
from steward.domain.runtimes.freshness import table_age
from steward.domain.runtimes.lifecycle import Confidence
from steward.domain.runtimes.reporting.overview import RuntimeLine
from steward_cli import clock
from steward_cli import options as given
from steward_cli.counting import number, versions_too
from steward_cli.failures import ExitCode, Failure
from steward_cli.installation import installation
from steward_cli.reports.document import warnings_of
from steward_cli.reports.files import ReportFiles, the_latest_report
from steward_cli.reports.rendering import show_moves
from steward_cli.row_table import Row, print_rows
from steward_cli.runtimes.dates_report import DatesReport, hub_dates, shipped_dates
from steward_cli.terminal import answers, remarks, say

HEADINGS = ("RUNTIME", "STATE", "DEPRECATED", "CREATE BLOCK", "UPDATE BLOCK", "LATEST", "USE")


def dates(
    offline: Annotated[
        bool, typer.Option("--offline", help="The table that this command ships; asks no hub.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="All dates that ever moved, not only lately.")
    ] = False,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """Show the dates of runtimes as they count, who says them, who differs, and what moved.

    Exit code 0: shown. 1: there is no report yet. 2: called wrongly. 3: AWS could not be reached
    or refused.
    """
    if offline:
        if hub_stack or hub_region or profile or endpoint:
            todo = "leave out --offline, or the options that name a hub"
            raise Failure("--offline asks no hub", todo, ExitCode.USAGE)
        found, warnings = _shipped()
    else:
        options = given.Options(
            profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
        )
        found, warnings = _of_hub(options)
    if as_json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
    else:
        show_dates(found, everything, answers())
    for warning in warnings:
        say(remarks(), f"warning: {warning}")


def _shipped() -> tuple[DatesReport, list[str]]:
    now = clock.now()
    stale = table_age(bundled().as_of, now.date()).warning
    return shipped_dates(bundled(), now), [stale] if stale else []


def _of_hub(options: given.Options) -> tuple[DatesReport, list[str]]:
    overview = the_latest_report(ReportFiles.of(installation(options))).overview
    now = clock.now()
    return hub_dates(overview, bundled(), now), list(warnings_of(overview, now))


def show_dates(found: DatesReport, everything: bool, console: Console) -> None:
    """Print a line for each runtime, then what sources differ on and what moved."""
    lines = found.runtimes
    print_rows(HEADINGS, [_cells(line) for line in lines], list(map(_use, lines)), console)
    for line in lines:
        for conflict in line.conflicts:
            say(console, f"sources differ: {conflict}")
    show_moves(found.moves, found.at.date(), everything, console)
    source = f"the report of scan {found.scan_id}" if found.scan_id else "the shipped table"
    say(console, f"by {source}; the shipped table is known to be right until {found.table_as_of}")


def _cells(line: RuntimeLine) -> Row:
    days = (line.deprecated, line.create_block, line.update_block)
    return (
        Text(line.id),
        Text(line.state),
        *(Text(str(day) if day else "-") for day in days),
        Text(line.latest or "-"),
    )


def _use(line: RuntimeLine) -> str:
    return "; ".join(_parts(line)) or "-"


def _parts(line: RuntimeLine) -> Iterator[str]:
    if line.functions or line.versions:
        yield f"{number(line.functions, 'function')}{versions_too(line.versions)}"
    for milestone, claim in line.said_by.items():
        if not claim.startswith(Speaker.TABLE):
            yield f"{milestone} by the {claim}"
    if line.confidence not in ("", Confidence.CONFIRMED):
        yield line.confidence
    if line.note:
        yield line.note
