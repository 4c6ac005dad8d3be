"""The command `steward` and what it is made of."""

import os
import sys
from importlib.metadata import version
from typing import Annotated, Any, NoReturn

import typer
from rich.text import Text
from typer.core import TyperGroup

from steward_cli import policy_command
from steward_cli.aws_failures import EXPECTED, failure_of
from steward_cli.demo_command import demo
from steward_cli.explain_command import explain
from steward_cli.extend_command import extend
from steward_cli.failures import ExitCode, Failure
from steward_cli.inbox_command import inbox
from steward_cli.notices_command import notices
from steward_cli.org import command as org_command
from steward_cli.plan_command import plan
from steward_cli.reports import command as report_command
from steward_cli.rollouts import command as rollouts_command
from steward_cli.runtimes import command as runtimes_command
from steward_cli.terminal import remarks

EPILOG = (
    "Exit codes: 0 done; 1 the answer is no, or is not whole; 2 called wrongly; "
    "3 AWS could not be reached or refused, or a template not be read; 130 interrupted."
)


class Commands(TyperGroup):
    """Ends expected failures with one error on stderr; anything else is a defect and says so."""

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


app.command()(plan)
app.command()(explain)
app.command()(extend)
app.command()(inbox)
app.command()(notices)
app.add_typer(policy_command.commands, name="policy")
app.add_typer(runtimes_command.commands, name="runtimes")
app.add_typer(rollouts_command.commands, name="rollouts")
app.add_typer(report_command.commands, name="report")
app.add_typer(org_command.commands, name="org")
app.command()(demo)
