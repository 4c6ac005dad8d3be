"""The demo: an organization from its first, silent sweep to after the last expiry, its Lambda
functions before and after their owners moved some of them, and three rollouts of a workload.

Everything is done by the deployed functions. The demo only sets the time, plays the owners and
the operator, and compares the outcome with the scenario's ground truth.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from rich.console import Console

from local import build
from local.codedeploy_control import StillRunningError
from local.demo_days import act_on_it, look_first
from local.demo_end import keep_running, reckon
from local.demo_rollouts import show_rollouts
from local.demo_runtimes import show_runtimes
from local.demo_story import Story, set_up, step
from local.emulator import Emulator, EmulatorError
from local.extension_page import NoSuchLinkError
from local.hub import HubError
from local.interruption import only_the_first_ctrl_c
from local.link_scanner import ScannerSawAnErrorError
from local.organization import OrganizationError
from local.stack_operations import StackDidNotSettleError
from local.tool_command import ToolError

FAILURES = (
    EmulatorError,
    StillRunningError,
    HubError,
    NoSuchLinkError,
    OrganizationError,
    ScannerSawAnErrorError,
    StackDidNotSettleError,
    ToolError,
)


@only_the_first_ctrl_c()
def run_demo(
    *,
    keep: bool,
    console: Console,
    await_schedule: bool = True,
) -> int:
    """Run the whole scenario.

    0: every stack ended as expected. 1: some did not. 3: it could not be run to the end; says why.
    Without `await_schedule` the first sweep is started by hand.
    """
    try:
        with step(console, "building the app with the SAM CLI"):
            build.build()
        with Emulator(enforce_iam=True) as emulator:
            story = set_up(console, emulator)
            wrong = _play(story, await_schedule=await_schedule)
            if keep:
                keep_running(story)
        return 1 if wrong else 0
    except FAILURES as error:
        console.print(f"error: {error}", markup=False, highlight=False)
        return 3


def _play(story: Story, *, await_schedule: bool) -> int:
    """How much ended otherwise than it should."""
    look_first(story, await_schedule=await_schedule)
    act_on_it(story)
    wrong = reckon(story)
    return wrong + show_runtimes(story) + show_rollouts(story)


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m local.demo`: the scenario with choices that only its tests need."""
    parser = ArgumentParser(prog="python -m local.demo", description=run_demo.__doc__)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--without-schedule", action="store_true")
    chosen = parser.parse_args(arguments)
    return run_demo(
        keep=chosen.keep,
        console=Console(),
        await_schedule=not chosen.without_schedule,
    )


if __name__ == "__main__":
    sys.exit(main())
