"""`steward rollouts`: check how deployments are checked, and see what became of them."""

import sys

import typer

from steward_cli.rollouts.dora_command import dora
from steward_cli.rollouts.list_command import list_rollouts
from steward_cli.rollouts.schema import schema_text
from steward_cli.rollouts.show_command import show
from steward_cli.rollouts.try_command import try_checks
from steward_cli.rollouts.validate_command import validate

_WHAT = "Check how deployments are checked, and see what became of them."
commands = typer.Typer(help=_WHAT, no_args_is_help=True, rich_markup_mode="markdown")


@commands.callback(help=_WHAT)
def rollouts() -> None:
    """Holds the commands below, even where there is only one."""


@commands.command()
def schema() -> None:
    """Print the JSON Schema (draft 2020-12) of a rollout configuration, for editors."""
    sys.stdout.write(schema_text())


commands.command()(validate)
commands.command("try")(try_checks)
commands.command("list")(list_rollouts)
commands.command()(show)
commands.command()(dora)
