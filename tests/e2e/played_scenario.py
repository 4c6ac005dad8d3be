"""The whole scenario played to its end, and what a user would have seen of it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from local.tool_environment import REPOSITORY
from tests.e2e.demo_process import PYTHON, STEWARD, DemoProcess, started

DEPLOYED_WITHIN_SECONDS = 240.0
ENDED_WITHIN_SECONDS = 600.0
# Deleting the emulator's 15,000 files takes its time on a slow disk.
STOPPED_WITHIN_SECONDS = 180.0
DEPLOYED = "into the hub account: "
STILL_RUNNING = "Still running; Ctrl-C ends it"
LAST_LINE = "steward explain "


@dataclass(frozen=True)
class Look:
    """What one of the printed commands did, run as it was printed."""

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

    Functions and rollouts are shown by the one that enforces IAM alone; the other ends sooner.

    The one that enforces IAM is kept running in the end, for a look around and a Ctrl-C.
    """
    with ExitStack() as demos:
        enforcing = demos.enter_context(started([STEWARD, "demo", "--keep"], enforcing_folder))
        enforcing.wait_until(lambda: DEPLOYED in enforcing.output, DEPLOYED_WITHIN_SECONDS)
        without_iam = [str(PYTHON), "-m", "local.demo", "--without-iam", "--leases-only"]
        trusting = demos.enter_context(started(without_iam, trusting_folder))
        enforcing.wait_until(lambda: LAST_LINE in _help(enforcing), ENDED_WITHIN_SECONDS)
        looks = tuple(_looks(_help(enforcing)))
        enforcing.press_ctrl_c()
        return {
            "iam-enforced": _ended(enforcing, STOPPED_WITHIN_SECONDS, looks),
            "iam-not-enforced": _ended(trusting, ENDED_WITHIN_SECONDS, ()),
        }


def _ended(demo: DemoProcess, seconds: float, looks: tuple[Look, ...]) -> Played:
    exit_code = demo.process.wait(seconds)
    return Played(demo.output, exit_code, demo.left_behind(), looks)


def _help(demo: DemoProcess) -> str:
    """How to look around, once the whole line of the last command is printed."""
    shown = demo.output.partition(STILL_RUNNING)[2]
    return shown[: shown.rfind("\n") + 1].replace("\\\n", "")


def _looks(shown: str) -> Iterator[Look]:
    """Every `steward` command, typed after the settings by somebody who has none for AWS."""
    lines = [line.strip() for line in shown.splitlines()]
    settings = [line for line in lines if line.startswith("export ")]
    for command in (line for line in lines if line.startswith(".venv/bin/steward ")):
        done = subprocess.run(
            ["sh", "-c", "\n".join([*settings, command])],
            cwd=REPOSITORY,
            env={"PATH": os.defpath, "HOME": os.devnull, "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        yield Look(command, done.returncode, done.stdout, done.stderr)
