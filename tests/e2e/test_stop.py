"""Ctrl-C ends the demo at any moment, and nothing of it stays: no process, no port, no file."""

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.demo_process import PYTHON, STEWARD, DemoProcess, started

pytestmark = pytest.mark.e2e

REACHED_WITHIN_SECONDS = 120.0
# Deleting the emulator's 15,000 files takes its time on a slow disk.
ENDED_WITHIN_SECONDS = 180.0
EARLY_DEMO = Path(__file__).with_name("early_demo.py")

type Moment = Callable[[DemoProcess], bool]


def building(demo: DemoProcess) -> bool:
    return demo.is_running("/sam build ")


def starting_the_emulator(demo: DemoProcess) -> bool:
    return demo.is_running("emulator_server")


def packaging(demo: DemoProcess) -> bool:
    """`sam deploy` has made the archives that it uploads."""
    return demo.is_running("/sam deploy ") and bool(list(demo.temporary.rglob("data-*.zip")))


def sweeping(demo: DemoProcess) -> bool:
    return "Day 1, mode reap" in demo.output


@pytest.mark.parametrize(
    ("moment", "command", "listens", "impatient"),
    [
        pytest.param(building, [STEWARD, "demo"], False, False, id="building"),
        pytest.param(starting_the_emulator, [STEWARD, "demo"], False, False, id="starting"),
        pytest.param(packaging, [STEWARD, "demo"], True, False, id="deploying"),
        pytest.param(sweeping, [PYTHON, EARLY_DEMO], True, True, id="sweeping-and-impatient"),
    ],
)
def test_ctrl_c_leaves_nothing_behind(
    moment: Moment, command: list[str | Path], listens: bool, impatient: bool, tmp_path: Path
) -> None:
    with started(command, tmp_path) as demo:
        demo.wait_until(lambda: moment(demo), REACHED_WITHIN_SECONDS)
        ports = listening_ports(demo.commands())
        assert ports or not listens
        demo.press_ctrl_c()
        if impatient:
            demo.wait_until(lambda: not demo.is_running("emulator_server"), ENDED_WITHIN_SECONDS)
            demo.press_ctrl_c()
        assert demo.process.wait(ENDED_WITHIN_SECONDS) == 130, demo.output
        assert demo.left_behind() == []
        assert "Traceback" not in demo.output
        assert not any(map(is_open, ports))


def listening_ports(processes: Iterable[int]) -> set[int]:
    """TCP ports of this machine on which one of the processes listens."""
    sockets = {link for process in processes for link in open_files(process)}
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    entries = (line.split() for line in lines)
    return {
        int(entry[1].rsplit(":", 1)[1], 16)
        for entry in entries
        if entry[3] == "0A" and f"socket:[{entry[9]}]" in sockets
    }


def open_files(process: int) -> list[str]:
    links = []
    with suppress(OSError):
        for link in Path(f"/proc/{process}/fd").iterdir():
            with suppress(OSError):
                links.append(str(link.readlink()))
    return links


def is_open(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
