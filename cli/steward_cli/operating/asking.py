"""What the commands for on-call have in common: the installed hub, answers, consent."""

import sys
from typing import Annotated

import typer
from pydantic import BaseModel

from steward_cli.failures import ExitCode, Failure
from steward_cli.installation import Installation, installation
from steward_cli.options import Options

Reason = Annotated[
    str, typer.Option(metavar="TEXT", help="Why; who looks next reads it.", show_default=False)
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask again.")]


def hub_at(
    profile: str | None, endpoint: str | None, hub_stack: str | None, hub_region: str | None
) -> Installation:
    """The hub as its operator sees it; raise Failure when there is none."""
    return installation(
        Options(profile=profile, endpoint=endpoint, hub_stack=hub_stack, hub_region=hub_region)
    )


def print_json(report: BaseModel) -> None:
    sys.stdout.write(report.model_dump_json(indent=2) + "\n")


def agreed(question: str, yes: bool) -> None:
    """Ask on a terminal; raise Failure where nobody can answer, or when the answer is no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Failure(f"{question} Nobody is there to answer", "give --yes", ExitCode.USAGE)
    if not typer.confirm(question):
        raise Failure("nothing was changed", "answer y, or give --yes", ExitCode.NOT_WHOLE)
