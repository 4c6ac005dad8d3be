"""`steward demo`: the whole product in an embedded organization, without an AWS account."""

from typing import Annotated

import typer

from steward_cli.failures import ExitCode, Failure
from steward_cli.terminal import answers


def demo(
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="Leave the organization running and print how to look around in it."
        ),
    ] = False,
) -> None:
    """Play the whole life of feature stacks in an emulated organization on this machine.

    Exit code 0: every stack ended as the scenario says. 1: some did not. 3: it could not be run.
    """
    try:
        code = _play(keep=keep)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "local":
            raise
        raise Failure(
            "the embedded organization is not part of this installation",
            "clone the repository and run `make demo` there",
        ) from None
    raise typer.Exit(ExitCode.NOT_WHOLE if code else ExitCode.DONE)


def _play(*, keep: bool) -> int:
    # Only a checkout has these, and no other command needs them.
    from local.demo import run_demo
    from local.emulator import EmulatorError
    from local.hub import HubError
    from local.organization import OrganizationError
    from local.stack_operations import StackDidNotSettleError
    from local.tool_command import ToolError

    expected = (EmulatorError, HubError, OrganizationError, StackDidNotSettleError, ToolError)
    try:
        return run_demo(keep=keep, console=answers())
    except expected as error:
        todo = "run `make setup`, then try again; `steward demo --keep` leaves it up to look at"
        raise Failure(f"the demo could not be played: {error}", todo) from None
