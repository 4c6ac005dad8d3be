"""Runs a command-line tool and turns its failure into one readable error.

The SAM CLI leaves scratch folders behind, even after a good run. So a tool gets a temporary folder
and a process group of its own, and both are gone when the call ends, by Ctrl-C too.
"""

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

TAIL_LINES = 25


class ToolError(Exception):
    """A tool is missing or failed; carries the end of what it printed."""


def run_tool(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> str:
    """Run to the end and return what was printed; output appears only in the error."""
    words = [str(word) for word in command]
    try:
        with tempfile.TemporaryDirectory(prefix="steward-tool-") as scratch:
            code, printed = _run(words, folder, {**environment, "TMPDIR": scratch})
    except FileNotFoundError:
        raise ToolError(f"cannot run {words[0]}: run `make setup` first") from None
    if code:
        tail = "\n  ".join(printed.splitlines()[-TAIL_LINES:])
        raise ToolError(f"`{shlex.join(words)}` in {folder} ended with exit code {code}:\n  {tail}")
    return printed


def _run(words: list[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    with subprocess.Popen(
        words,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            printed, _ = process.communicate()
        except BaseException:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
    return process.returncode, printed
