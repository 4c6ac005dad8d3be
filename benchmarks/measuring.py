"""What a process and all it starts cost: wall time, processor time, peak memory. Linux only."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

SAMPLE_SECONDS = 0.02
_KILOBYTE = 1024
_SESSION = 3  # Place of the session id in /proc/<pid>/stat, counted after the command's name.


@dataclass(frozen=True, slots=True)
class Usage:
    """`peak_bytes` is proportional set size: what processes share is counted once."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int


class ProcessFailed(Exception):
    """A measured process did not end well; carries the end of its log."""

    def __init__(self, command: Sequence[object], log: Path) -> None:
        words = " ".join(str(word) for word in command)
        super().__init__(f"`{words}` failed; its log ends:\n{log.read_text()[-2000:]}")


@dataclass(slots=True)
class Measured:
    """A running process. `usage` is known once the block that runs it was left."""

    command: tuple[object, ...]
    log: Path
    process: "subprocess.Popen[bytes]"
    started: float
    ended: float | None = None
    returncode: int | None = None
    _usage: Usage | None = None
    _peak: int = 0
    _stop: Event = field(default_factory=Event)

    @property
    def usage(self) -> Usage:
        if self._usage is None:
            raise RuntimeError("the process still runs: leave its block first")
        return self._usage

    def done(self) -> None:
        """Stop the clock: what comes after is no part of the work."""
        self.ended = time.monotonic()

    def peak_resident_bytes(self) -> int:
        """The most memory this process ever held; it must still be running."""
        return resident_peak(self.process.pid)

    def has_ended(self) -> bool:
        """Looks without reaping: only `reap` may learn what the process cost."""
        peek = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.process.pid, peek) is not None

    def kill(self) -> None:
        """Ends the whole session. Popen's own kill would look for an end, and so reap."""
        if not self.has_ended():
            os.killpg(self.process.pid, signal.SIGKILL)

    def sample(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            self._peak = max(self._peak, sum(map(_proportional_bytes, _session(self.process.pid))))

    def reap(self) -> None:
        """Wait for the end; the processor time is that of the process and all it waited for."""
        _, status, used = os.wait4(self.process.pid, 0)
        wall = (self.ended or time.monotonic()) - self.started
        self.returncode = self.process.returncode = os.waitstatus_to_exitcode(status)
        self._usage = Usage(wall, used.ru_utime + used.ru_stime, self._peak)

    def stop_sampling(self, sampler: Thread) -> None:
        self._stop.set()
        sampler.join()


@contextmanager
def measured(
    command: Sequence[object], env: Mapping[str, str], folder: Path, log: Path
) -> Iterator[Measured]:
    """Start `command` as the leader of its own session, so that its children are found."""
    with log.open("wb") as output:
        started = time.monotonic()
        process = subprocess.Popen(
            [str(word) for word in command],
            env=dict(env),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Measured(tuple(command), log, process, started)
    sampler = Thread(target=running.sample, daemon=True)
    sampler.start()
    try:
        yield running
    except BaseException:
        running.kill()
        raise
    finally:
        running.reap()
        running.stop_sampling(sampler)


def run(command: Sequence[object], env: Mapping[str, str], folder: Path, log: Path) -> Usage:
    """Run `command` to its end; raise ProcessFailed unless it ends with 0."""
    with measured(command, env, folder, log) as running:
        pass
    if running.returncode:
        raise ProcessFailed(command, log)
    return running.usage


def resident_peak(process: int | str) -> int:
    """As the kernel noted it, "proc_pid_status(5)"; the children of the process do not count."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * _KILOBYTE
    raise RuntimeError(f"/proc/{process}/status has no VmHWM: this needs Linux")


def _session(leader: int) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError, ValueError, IndexError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[_SESSION]) == leader:
                    yield int(entry.name)


def _proportional_bytes(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * _KILOBYTE
    return 0
