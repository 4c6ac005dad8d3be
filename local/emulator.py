"""Starts and stops the emulated AWS of the embedded organization.

    with Emulator() as emulator:
        emulator.control.travel_to(thirty_days_ago)
        boto3.client("sts", endpoint_url=emulator.endpoint, ...)

CloudFormation lives in simulated time (`emulator.control`); everything else, schedules included,
stays on the wall clock. Leaving the block, by an error or Ctrl-C too, ends every process of it and
removes its folder; if this process is killed outright, the server does both itself.
"""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError

from local.emulator_control import EmulatorControl
from local.emulator_environment import HUB_ACCOUNT, LOOPBACK, emulator_environment
from local.later_models import link_later_models
from local.server_process import free_port, kill_group
from local.tool_environment import REPOSITORY

EMULATOR_PYTHON = REPOSITORY / ".tools" / "ministack" / "bin" / "python"
SERVER = REPOSITORY / "local" / "emulator_server" / "__main__.py"
READY_WITHIN_SECONDS = 30.0
POLL_SECONDS = 0.05
LOG_TAIL_LINES = 15


class EmulatorError(Exception):
    """The emulator could not be started; says why and what to do."""


class Emulator:
    def __init__(
        self,
        *,
        hub_account: str = HUB_ACCOUNT,
        enforce_iam: bool = False,
        python: Path = EMULATOR_PYTHON,
        ready_within_seconds: float = READY_WITHIN_SECONDS,
    ) -> None:
        self.hub_account = hub_account
        self.enforce_iam = enforce_iam
        self._python = python
        self._ready_within_seconds = ready_within_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self.endpoint = ""

    @property
    def control(self) -> EmulatorControl:
        return EmulatorControl(self.endpoint)

    @property
    def log(self) -> Path:
        return self._running_folder() / "emulator.log"

    def __enter__(self) -> Self:
        if not self._python.exists():
            raise EmulatorError(f"no emulator at {self._python}: run `make setup` first")
        try:
            self._start()
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server with all its workers and remove its files; harmless when repeated."""
        try:
            if self._process is not None:
                kill_group(self._process)
        finally:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._process = self._folder = None

    def wait(self) -> None:
        """Keep the organization running until Ctrl-C (or until the server ends by itself)."""
        if self._process is not None:
            self._process.wait()

    def _start(self) -> None:
        folder = self._folder = Path(tempfile.mkdtemp(prefix="steward-emulator-"))
        for name in ("home", "tmp"):
            (folder / name).mkdir()
        models = link_later_models(folder)
        port = free_port()
        self.endpoint = f"http://{LOOPBACK}:{port}"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [self._python, "-I", SERVER, folder],
                env=emulator_environment(
                    folder, port, self.hub_account, enforce_iam=self.enforce_iam
                )
                | {"AWS_DATA_PATH": str(models)},
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + self._ready_within_seconds
        while not self._answers():
            if self._process is None or self._process.poll() is not None:
                raise self._failure("ended while starting")
            if time.monotonic() > deadline:
                raise self._failure(f"gave no answer within {self._ready_within_seconds:g} s")
            time.sleep(POLL_SECONDS)

    def _answers(self) -> bool:
        try:
            self.control.now()
        except (URLError, ConnectionError, TimeoutError):
            return False
        return True

    def _failure(self, what: str) -> EmulatorError:
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
        tail = "\n  ".join(lines) or "(empty)"
        return EmulatorError(
            f"the emulator at {self.endpoint} {what}. If the log below does not tell why, "
            f"remove .tools/ministack and run `make setup`. End of its log:\n  {tail}"
        )

    def _running_folder(self) -> Path:
        if self._folder is None:
            raise EmulatorError("the emulator is not running: use it inside its `with` block")
        return self._folder
