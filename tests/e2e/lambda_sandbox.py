"""Runs a built function as Lambda does: the real runtime client, and nothing around it.

The client would ask for the next event for ever, so it is ended after its first answer.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path
from queue import Empty
from typing import Any

from local.emulator_server.isolation import RUNTIME_DISTRIBUTIONS
from tests.e2e.runtime_api import FUNCTION_ARN, Answer, RuntimeApi, serve_runtime_api

RUNTIME_CLIENT = ("awslambdaric", "simplejson", "snapshot-restore-py")
ANSWERS_WITHIN_SECONDS = 60.0
POLL_SECONDS = 0.2


class NoAnswerError(Exception):
    """The runtime client ended or stayed silent; carries what it printed."""


@dataclass(frozen=True)
class Outcome:
    """`printed`: what would be in the function's log."""

    kind: str
    body: Any
    printed: str


@dataclass(frozen=True)
class Sandbox:
    """`runtime`: a folder that stands for /var/runtime, which the managed runtime brings."""

    runtime: Path

    def run(
        self,
        code: Path,
        layers: Iterable[Path],
        handler: str,
        event: dict[str, Any],
        environment: Mapping[str, str],
    ) -> Outcome:
        """What becomes of one event. `layers`: folders as in /opt, each with `python` inside."""
        path = [code, *(layer / "python" for layer in layers), self.runtime]
        with serve_runtime_api(event) as api:
            environment = {
                **_reserved_variables(api),
                **environment,
                "PYTHONPATH": os.pathsep.join(map(str, path)),
            }
            with _start(handler, code, environment) as process:
                try:
                    answer = _first_answer(api, process)
                finally:
                    process.kill()
                printed = process.communicate()[0]
        if answer is None:
            raise NoAnswerError(f"no answer in {ANSWERS_WITHIN_SECONDS:g} s; printed:\n{printed}")
        return Outcome(answer.kind, answer.body, printed)


def _start(handler: str, code: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    # -S: the interpreter's own site-packages are no part of Lambda.
    return subprocess.Popen(
        [Path(sys.executable).resolve(), "-S", "-m", "awslambdaric", handler],
        cwd=code,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def make_runtime(folder: Path) -> Path:
    """A folder with the packages of the managed Python runtime and no other."""
    folder.mkdir()
    for distribution in (*RUNTIME_DISTRIBUTIONS, *RUNTIME_CLIENT):
        for name, source in _top_level_entries(distribution).items():
            (folder / name).symlink_to(source)
    return folder


def _top_level_entries(distribution: str) -> dict[str, Path]:
    return {
        file.parts[0]: Path(str(file.locate())).parents[len(file.parts) - 1] / file.parts[0]
        for file in files(distribution) or ()
        if file.parts[0] not in {"..", "__pycache__"}
    }


def _reserved_variables(api: RuntimeApi) -> dict[str, str]:
    """What Lambda sets in every function: "Defined runtime environment variables"."""
    return {
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_LAMBDA_FUNCTION_NAME": FUNCTION_ARN.rsplit(":", 1)[1],
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "PATH": os.defpath,
    }


def _first_answer(api: RuntimeApi, process: subprocess.Popen[str]) -> Answer | None:
    for _ in range(round(ANSWERS_WITHIN_SECONDS / POLL_SECONDS)):
        ended = process.poll() is not None
        try:
            return api.answers.get(timeout=POLL_SECONDS)
        except Empty:
            if ended:
                break
    return None
