"""Runs a command-line tool and turns its failure into one readable error."""

import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

TAIL_LINES = 25


class ToolError(Exception):
    """A tool is missing or failed; carries the end of what it printed."""


def run_tool(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> str:
    """Run to the end and return what was printed; output appears only in the error."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise ToolError(f"cannot run {words[0]}: run `make setup` first") from None
    if done.returncode:
        tail = "\n  ".join(done.stdout.splitlines()[-TAIL_LINES:])
        raise ToolError(
            f"`{shlex.join(words)}` in {folder} ended with exit code {done.returncode}:\n  {tail}"
        )
    return done.stdout
