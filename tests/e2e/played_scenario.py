"""The whole scenario played to its end, and what a user would have seen of it."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.emulator_control import EmulatorControl
from local.tool_environment import REPOSITORY
from tests.e2e.demo_process import STEWARD, DemoProcess, started

ENDED_WITHIN_SECONDS = 600.0
# Deleting the emulator's 15,000 files takes its time on a slow disk.
STOPPED_WITHIN_SECONDS = 180.0
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
    iam_calls: list[dict[str, Any]] = field(default_factory=list)


def play(folder: Path) -> Played:
    """`steward demo --keep`: kept running in the end, for a look around and a Ctrl-C."""
    with started([STEWARD, "demo", "--keep"], folder) as demo:
        demo.wait_until(lambda: LAST_LINE in help_shown(demo), ENDED_WITHIN_SECONDS)
        looks = tuple(looks_around(help_shown(demo)))
        calls = iam_calls(demo)
        demo.press_ctrl_c()
        exit_code = demo.process.wait(STOPPED_WITHIN_SECONDS)
        return Played(demo.output, exit_code, demo.left_behind(), looks, calls)


def endpoint_of(demo: DemoProcess) -> str:
    """Where the emulator answers that the demo has kept running."""
    (endpoint,) = set(re.findall(r"AWS_ENDPOINT_URL=(\S+)", demo.output))
    return str(endpoint)


def iam_calls(demo: DemoProcess) -> list[dict[str, Any]]:
    """What IAM decided, asked of the emulator that the demo has kept running."""
    return EmulatorControl(endpoint_of(demo)).iam_calls()


def help_shown(demo: DemoProcess) -> str:
    """How to look around, once the whole line of the last command is printed."""
    shown = demo.output.partition(STILL_RUNNING)[2]
    return shown[: shown.rfind("\n") + 1].replace("\\\n", "")


def looks_around(shown: str) -> Iterator[Look]:
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
