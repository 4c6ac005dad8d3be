"""`steward demo` as a process of its own, with temporary and working folders of its own.

Whatever it starts inherits the name of its temporary folder, and is known by that.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.tool_environment import REPOSITORY

PYTHON = Path(sys.executable)
STEWARD = PYTHON.with_name("steward")
POLL_SECONDS = 0.02


class DemoError(Exception):
    """The demo did not come to the point that a test waits for; carries what it printed."""


@dataclass(frozen=True)
class DemoProcess:
    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def output(self) -> str:
        """What is on the screen so far."""
        return (self.folder / "output").read_text()

    def commands(self) -> dict[int, str]:
        """The command line of every living process of this demo, by process id."""
        mark = str(self.temporary).encode()
        return {
            int(entry.name): _read(entry / "cmdline").replace(b"\0", b" ").decode()
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and mark in _read(entry / "environ")
        }

    def is_running(self, words: str) -> bool:
        """Whether one of the processes has these words in its command line."""
        return any(words in command for command in self.commands().values())

    def left_behind(self) -> list[str]:
        """Processes, and files in the temporary folder and the working folder."""
        files = [*self.temporary.iterdir(), *(self.folder / "work").iterdir()]
        return [*self.commands().values(), *map(str, files)]

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise DemoError(f"ended, or took over {seconds:g} s; printed:\n{self.output}")
            time.sleep(POLL_SECONDS)

    def press_ctrl_c(self) -> None:
        """As a terminal does: to every process of the group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self) -> None:
        """Kill what a failed test left running."""
        for process_id in self.commands():
            os.kill(process_id, signal.SIGKILL)
        self.process.wait()


@contextmanager
def started(command: Sequence[str | Path], folder: Path) -> Iterator[DemoProcess]:
    """A demo in its own process group. `folder` must be empty and gets `tmp` and `work`."""
    for name in ("tmp", "work"):
        (folder / name).mkdir()
    with (folder / "output").open("wb") as output, _ctrl_c_not_ignored():
        process = subprocess.Popen(
            command,
            cwd=folder / "work",
            env=os.environ
            | {"TMPDIR": str(folder / "tmp"), "PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    demo = DemoProcess(process, folder)
    try:
        yield demo
    finally:
        demo.end()


@contextmanager
def _ctrl_c_not_ignored() -> Iterator[None]:
    """A child inherits that SIGINT is ignored, as it is in jobs that a shell has in background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
