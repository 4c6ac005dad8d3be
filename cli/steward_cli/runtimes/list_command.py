"""`steward runtimes list`: functions of the latest report, the most urgent first. Reads only."""

import csv
import sys
from typing import Annotated

import typer

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.reporting.csv_rows import COLUMNS, cells
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.states import RuntimeState
from steward_cli import clock
from steward_cli import options as given
from steward_cli.failures import ExitCode, Failure
from steward_cli.installation import installation
from steward_cli.reports.document import warnings_of
from steward_cli.reports.files import Report, ReportFiles, the_latest_report
from steward_cli.runtimes.filters import Filters
from steward_cli.runtimes.list_rendering import show_functions
from steward_cli.runtimes.list_report import FunctionList, function_list
from steward_cli.terminal import answers, remarks, say


def list_functions(
    owner: Annotated[
        list[str] | None, typer.Option(metavar="ADDRESS", help="Only this owner's; repeatable.")
    ] = None,
    stack: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only of this root stack; repeatable.")
    ] = None,
    account: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only of this account, by id or name; repeatable."),
    ] = None,
    region: Annotated[
        list[str] | None, typer.Option(metavar="REGION", help="Only of this region; repeatable.")
    ] = None,
    runtime: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only on this runtime; repeatable.")
    ] = None,
    state: Annotated[
        list[RuntimeState] | None,
        typer.Option(case_sensitive=False, help="Only in this state; repeatable."),
    ] = None,
    level: Annotated[
        Level, typer.Option(case_sensitive=False, help="Only as grave as this, or graver.")
    ] = Level.NONE,
    bucket: Annotated[
        list[Bucket] | None,
        typer.Option(case_sensitive=False, help="Only in this bucket; repeatable."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also functions on runtimes that do not end soon.")
    ] = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print a table with the columns of runtimes.csv.")
    ] = False,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.OnlyHubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """List functions of the latest report, the most urgent first. Reads only.

    Exit code 0: the report covers everything. 1: it leaves something out, which is listed, or there
    is no report yet. 2: called wrongly. 3: AWS could not be reached or refused.
    """
    if as_csv and as_json:
        raise Failure("--csv and --json exclude each other", "give one of them", ExitCode.USAGE)
    filters = Filters(
        owners=frozenset(owner or ()),
        stacks=frozenset(stack or ()),
        accounts=frozenset(account or ()),
        regions=frozenset(region or ()),
        runtimes=frozenset(runtime or ()),
        states=frozenset(state or ()),
        buckets=frozenset(bucket or ()),
        level=level,
    )
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    report = the_latest_report(ReportFiles.of(installation(options)))
    found = function_list(report, filters, everything, clock.now())
    if as_json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
    elif as_csv:
        _write_csv(found)
    else:
        show_functions(found, answers())
    _end(found, report)


def _write_csv(found: FunctionList) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(cells, found.functions))


def _end(found: FunctionList, report: Report) -> None:
    for warning in warnings_of(report.overview, found.at):
        say(remarks(), f"warning: {warning}")
    if not found.whole:
        raise typer.Exit(ExitCode.NOT_WHOLE)
