"""What servers of the embedded organization have in common: a free port, and a quick end."""

import contextlib
import os
import signal
import socket
import subprocess

from local.emulator_environment import LOOPBACK


def free_port() -> int:
    """One of the loopback's that nobody listens on."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
    return port


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Nothing in there is worth a polite end: its state lives in memory and in our folder."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()
