"""`steward runtimes`: runtimes that end, in templates and in the organization."""

import sys
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from steward.data.runtime_table import bundled
from steward.domain.runtimes.freshness import table_age
from steward_cli.failures import ExitCode, Failure
from steward_cli.runtimes.acknowledge_command import acknowledge
from steward_cli.runtimes.checking import Check
from steward_cli.runtimes.checking import check as check_of
from steward_cli.runtimes.dates_command import dates
from steward_cli.runtimes.except_command import except_runtime, revoke
from steward_cli.runtimes.exceptions_command import exceptions
from steward_cli.runtimes.failing import FailOn, exit_code
from steward_cli.runtimes.judging import Terms
from steward_cli.runtimes.junit import junit_of
from steward_cli.runtimes.list_command import list_functions
from steward_cli.runtimes.report import report_of
from steward_cli.runtimes.sarif import sarif_of
from steward_cli.runtimes.text import summary, text_of
from steward_cli.terminal import remarks, say

commands = typer.Typer(
    help="Find Lambda runtimes that end: in templates, and in the whole organization.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


class Format(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"


@commands.callback()
def runtimes() -> None:
    """Find Lambda runtimes that end: in templates, and in the whole organization."""


@commands.command()
def check(
    templates: Annotated[
        list[str],
        typer.Argument(
            metavar="TEMPLATE",
            help="SAM or CloudFormation templates, folders or patterns; - reads standard input.",
        ),
    ],
    at: Annotated[
        str | None, typer.Option(metavar="DATE", help="Another day than today, like 2027-02-01.")
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="How to write the answer.")
    ] = Format.TEXT,
    output: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the answer there instead.")
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="The mildest finding that makes the exit code 1.")
    ] = FailOn.ERROR,
    warn_days: Annotated[
        int, typer.Option(min=0, max=3650, help="Warn so many days before a deprecation.")
    ] = 180,
) -> None:
    """Say which Lambda runtimes in templates AWS refuses or will, and what to change them to.

    Exit code 0: nothing as grave as --fail-on. 1: there is. 2: called wrongly. 3: something could
    not be read; everything else was checked. Needs no AWS account.
    """
    terms = Terms(bundled(), _day(at), warn_days)
    done = check_of(templates, terms)
    _answer(_written(done, form, fail_on), output)
    if form is not Format.TEXT or output:
        say(remarks(), summary(done))
    for each in done.unread:
        say(remarks(), f"error: {each}; to do: {each.todo}")
    stale = table_age(terms.lifecycle.as_of, terms.today).warning
    if stale:
        say(remarks(), f"warning: {stale}")
    raise typer.Exit(exit_code(done, fail_on))


def _day(at: str | None) -> date:
    if at is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(at)
    except ValueError:
        todo = "write a day like 2027-02-01"
        raise Failure(f"--at {at} is no date", todo, ExitCode.USAGE) from None


def _written(done: Check, form: Format, fail_on: FailOn) -> str:
    match form:
        case Format.TEXT:
            return text_of(done)
        case Format.JSON:
            return report_of(done).model_dump_json(indent=2) + "\n"
        case Format.SARIF:
            return sarif_of(done)
        case Format.JUNIT:
            return junit_of(done, fail_on)
        case _:
            assert_never(form)


def _answer(text: str, output: str | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        todo = "give a path that can be written"
        raise Failure(f"{output}: {error.strerror}", todo, ExitCode.USAGE) from None


commands.command("list")(list_functions)
commands.command("except")(except_runtime)
commands.command()(exceptions)
commands.command()(revoke)
commands.command()(acknowledge)
commands.command()(dates)
