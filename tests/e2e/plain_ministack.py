"""ministack as it is, without the corrections of `local/emulator_server`."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from local.emulator import EMULATOR_PYTHON
from local.emulator_environment import HUB_ACCOUNT, LOOPBACK, emulator_environment
from local.loopback_http import call_json
from local.server_process import free_port
from local.tool_environment import REPOSITORY

READY_WITHIN_SECONDS = 30.0
POLL_SECONDS = 0.05
# Ends with the test run, however that ends: see local/emulator_server/guard.py.
PROGRAM = f"""
import sys
sys.path.append({str(REPOSITORY)!r})
from pathlib import Path
from local.emulator_server.guard import die_with_the_starter
die_with_the_starter(Path.cwd())
from ministack.app import main
sys.argv[1:] = []
main()
"""


@contextmanager
def plain_ministack(folder: Path, *, enforce_iam: bool = False) -> Iterator[str]:
    """Yield the endpoint. `folder` must be empty."""
    port = free_port()
    for name in ("home", "tmp"):
        (folder / name).mkdir()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [EMULATOR_PYTHON, "-I", "-c", PROGRAM],
            env=emulator_environment(folder, port, HUB_ACCOUNT, enforce_iam=enforce_iam),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with process:
        try:
            endpoint = f"http://{LOOPBACK}:{port}"
            _wait_until_ready(endpoint, folder / "log")
            yield endpoint
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _wait_until_ready(endpoint: str, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not _answers(endpoint):
        if time.monotonic() > deadline:
            raise TimeoutError(f"ministack did not start; its log:\n{log.read_text()}")
        time.sleep(POLL_SECONDS)


def _answers(endpoint: str) -> bool:
    try:
        call_json(f"{endpoint}/_ministack/health")
    except (URLError, ConnectionError, TimeoutError):
        return False
    return True
