"""The whole scenario played to its end, and what a user would have seen of it."""

import os
import shlex
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from local.tool_environment import REPOSITORY
from tests.e2e.demo_process import PYTHON, STEWARD, DemoProcess, started

DEPLOYED_WITHIN_SECONDS = 240.0
ENDED_WITHIN_SECONDS = 600.0
STOPPED_WITHIN_SECONDS = 15.0
DEPLOYED = "into the hub account: "
STILL_RUNNING = "Still running; Ctrl-C ends it"


@dataclass(frozen=True)
class Look:
    """One of the printed commands, run as it was printed."""

    command: str
    exit_code: int
    output: str
    errors: str


@dataclass(frozen=True)
class Played:
    output: str
    exit_code: int
    left_behind: list[str]
    looks: tuple[Look, ...] = ()


def play_both(enforcing_folder: Path, trusting_folder: Path) -> dict[str, Played]:
    """Both at the same time, except that one must have deployed its build before the other builds.

    The one that enforces IAM is kept running in the end, for a look around and a Ctrl-C.
    """
    with ExitStack() as demos:
        enforcing = demos.enter_context(started([STEWARD, "demo", "--keep"], enforcing_folder))
        enforcing.wait_until(lambda: DEPLOYED in enforcing.output, DEPLOYED_WITHIN_SECONDS)
        without_iam = [PYTHON, "-m", "local.demo", "--without-iam"]
        trusting = demos.enter_context(started(without_iam, trusting_folder))
        enforcing.wait_until(lambda: STILL_RUNNING in enforcing.output, ENDED_WITHIN_SECONDS)
        looks = tuple(map(_look, commands_in(enforcing.output)))
        enforcing.press_ctrl_c()
        return {
            "iam-enforced": _ended(enforcing, STOPPED_WITHIN_SECONDS, looks),
            "iam-not-enforced": _ended(trusting, ENDED_WITHIN_SECONDS, ()),
        }


def _ended(demo: DemoProcess, seconds: float, looks: tuple[Look, ...]) -> Played:
    exit_code = demo.process.wait(seconds)
    return Played(demo.output, exit_code, demo.left_behind(), looks)


def commands_in(output: str) -> list[str]:
    """The `steward` commands that are printed for a look around; one may go over several lines."""
    shown = output.partition(STILL_RUNNING)[2].replace("\\\n", "")
    return [line.strip() for line in shown.splitlines() if ".venv/bin/steward" in line]


def _look(command: str) -> Look:
    """As somebody types it who has no AWS settings at all."""
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=REPOSITORY,
        env={"PATH": os.defpath, "HOME": os.devnull, "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Look(shlex.join(shlex.split(command)), done.returncode, done.stdout, done.stderr)
