import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.emulator import Emulator, EmulatorError
from local.emulator_environment import emulator_environment
from local.tool_environment import REPOSITORY

GONE_WITHIN_SECONDS = 15.0
HELD_EMULATOR = Path(__file__).with_name("held_emulator.py")


def processes_of(folder: Path) -> list[int]:
    """Processes, Lambda workers included, whose environment names the emulator's folder."""
    return [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and str(folder).encode() in environment_of(process)
    ]


def environment_of(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def everything_is_gone(folder: Path) -> bool:
    deadline = time.monotonic() + GONE_WITHIN_SECONDS
    while processes_of(folder) or folder.exists():
        if time.monotonic() > deadline:
            return False
    return True


@contextmanager
def held_emulator(ending: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        [sys.executable, HELD_EMULATOR, ending],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip())
        assert folder.name.startswith("steward-emulator-")
        try:
            yield process, folder
        finally:
            process.kill()


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=["ctrl-c", "term", "kill"]
)
def test_a_signal_leaves_no_process_and_no_file(number: signal.Signals) -> None:
    with held_emulator("hold") as (process, folder):
        assert len(processes_of(folder)) == 2  # the server and one Lambda worker
        process.send_signal(number)
        process.wait(GONE_WITHIN_SECONDS)
        assert everything_is_gone(folder)


@pytest.mark.parametrize("ending", ["fail", "leave"])
def test_leaving_the_block_leaves_no_process_and_no_file(ending: str) -> None:
    with held_emulator(ending) as (process, folder):
        assert process.wait(GONE_WITHIN_SECONDS) == (1 if ending == "fail" else 0)
        assert everything_is_gone(folder)


def test_a_missing_environment_says_what_to_do(tmp_path: Path) -> None:
    with (
        pytest.raises(EmulatorError, match="run `make setup` first"),
        Emulator(python=tmp_path / "no"),
    ):
        pass


def python_that(folder: Path, does: str) -> Path:
    script = folder / "python"
    script.write_text(f"#!/bin/sh\n{does}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def test_a_server_that_dies_shows_the_end_of_its_log(tmp_path: Path) -> None:
    python = python_that(tmp_path, "echo no module named ministack; exit 3")
    with pytest.raises(EmulatorError, match=r"(?s)ended while starting.*no module named ministack"):
        Emulator(python=python).__enter__()


def test_a_silent_server_is_given_up(tmp_path: Path) -> None:
    python = python_that(tmp_path, "exec tail -f /dev/null")
    silent = Emulator(python=python, ready_within_seconds=0.3)
    with pytest.raises(EmulatorError, match=r"gave no answer within 0.3 s"):
        silent.__enter__()


def test_using_it_outside_of_its_block_is_refused() -> None:
    with pytest.raises(EmulatorError, match="inside its `with` block"):
        _ = Emulator().log


def test_the_emulator_gets_a_fixed_environment(tmp_path: Path) -> None:
    environment = emulator_environment(tmp_path, 4711, "111111111111", enforce_iam=True)
    assert environment["BIND_HOST"] == "127.0.0.1"
    assert environment["AUTH"] == "true"
    assert not [key for key in environment if key.startswith(("AWS_", "PYTHON"))]


def test_it_listens_on_loopback_only(emulator: Emulator) -> None:
    port = f":{int(emulator.endpoint.rsplit(':', 1)[1]):04X}"
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path("/proc/net", table).read_text().splitlines()[1:]
        if line.split()[1].endswith(port) and line.split()[3] == "0A"
    ]
    assert listening == [f"0100007F{port}"]
