"""The command `steward` and what it is made of."""

import os
import sys
from importlib.metadata import version
from typing import Annotated, Any, NoReturn

import typer
from rich.text import Text
from typer.core import TyperGroup

from steward_cli.aws_failures import EXPECTED, failure_of
from steward_cli.commands import NAMES, command_named
from steward_cli.failures import ExitCode, Failure
from steward_cli.terminal import remarks

EPILOG = (
    "Exit codes: 0 done; 1 the answer is no, or is not whole; 2 called wrongly; "
    "3 AWS could not be reached or refused, or a template not be read; 130 interrupted."
)


class Commands(TyperGroup):
    """Loads a command when it is named, for the whole of them takes twice as long.

    Ends expected failures with one error on stderr; anything else is a defect and says so.
    """

    def list_commands(self, _ctx: Any) -> list[str]:
        return list(NAMES)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        return command_named(cmd_name)

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Failure as failure:
            _end(failure)
        except EXPECTED as error:
            _end(failure_of(error))
        except KeyboardInterrupt:
            _end_at_once()
        finally:
            # Here it is known what to do when the reader has left; at exit it is only told.
            sys.stdout.flush()


def _end(failure: Failure) -> None:
    remarks().print(Text(f"error: {failure}"), soft_wrap=True)
    raise typer.Exit(failure.code)


def _end_at_once() -> NoReturn:
    """Threads may wait minutes for AWS to answer. They only read, so nothing is lost with them."""
    sys.stdout.flush()
    os._exit(ExitCode.INTERRUPTED)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"steward {version('steward')}")
        raise typer.Exit


app = typer.Typer(
    cls=Commands,
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def steward(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Finds, leases and, when nobody wants them any more, deletes feature stacks."""
