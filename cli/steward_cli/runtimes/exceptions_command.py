"""`steward runtimes exceptions`: who may keep which runtime, until when, and by whose leave."""

import sys
from collections.abc import Iterator

from rich.console import Console

from steward_cli import clock
from steward_cli import options as given
from steward_cli.counting import days_until, number
from steward_cli.installation import installation
from steward_cli.reports.files import ReportFiles, latest_report
from steward_cli.runtimes.exceptions_report import (
    ExceptionNow,
    ExceptionsReport,
    exceptions_report,
)
from steward_cli.runtimes.known import lifecycle_of
from steward_cli.terminal import answers, say


def exceptions(
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    as_json: given.AsJson = False,
) -> None:
    """List every exception on record, with what it covered in the latest report. Reads only.

    Exit code 0: listed, or there is none. 2: called wrongly. 3: AWS could not be reached or
    refused.
    """
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    place = installation(options)
    report = latest_report(ReportFiles.of(place))
    overview = report.overview if report else None
    found = exceptions_report(
        place.ledger.exceptions(), overview, lifecycle_of(overview), clock.now()
    )
    if as_json:
        sys.stdout.write(found.model_dump_json(indent=2) + "\n")
    else:
        show_exceptions(found, answers())


def show_exceptions(found: ExceptionsReport, console: Console) -> None:
    """Print each with what it stands on."""
    for each in found.exceptions:
        state = "holds" if each.holds else "does not hold"
        left = days_until((each.expires - found.at.date()).days)
        say(console, f"{each.kind} {each.scope} on {each.runtime}: {state} (ends {left})")
        for line in _lines(each):
            say(console, line, indent=2)
    holding = sum(each.holds for each in found.exceptions)
    say(console, f"{number(len(found.exceptions), 'exception')}, {holding} of them hold today")


def _lines(each: ExceptionNow) -> Iterator[str]:
    yield each.why
    leave = f"{each.approver} and {each.second_approver}" if each.second_approver else each.approver
    yield f"granted on {each.created} by {leave}, when it was {each.granted_in}"
    if each.control:
        yield f"in the meantime: {each.control}"
    if each.ticket:
        yield f"ticket: {each.ticket}"
    if each.functions is None:
        yield "not in the latest report yet"
    else:
        yield f"{number(each.functions, 'function')} in the latest report"
