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
        from local.demo import run_demo
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("local"):
            raise
        raise Failure(
            "the embedded organization is not part of this installation",
            "clone the repository and run `make demo` there",
            ExitCode.UNREACHED,
        ) from None
    raise typer.Exit(run_demo(keep=keep, console=answers()))
