"""`steward org`: what an organization is installed from."""

import typer

from steward_cli.org.publish_command import publish_hooks

commands = typer.Typer(
    help="Install Steward's parts in an organization.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


@commands.callback()
def org() -> None:
    """Install Steward's parts in an organization."""


commands.command("publish")(publish_hooks)
