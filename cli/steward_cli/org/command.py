"""`steward org`: what an organization is installed from."""

import typer

from steward_cli.org.adopters_command import list_adopters
from steward_cli.org.check_command import check_targets
from steward_cli.org.publish_command import publish_artifacts

commands = typer.Typer(
    help="Install Steward's parts in an organization.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@commands.callback()
def org() -> None:
    """Install Steward's parts in an organization."""


commands.command("check")(check_targets)
commands.command("publish")(publish_artifacts)
commands.command("adopters")(list_adopters)
