"""microburst between the deployed functions and the emulator, as a process of its own."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import URLError

from botocore.exceptions import BotoCoreError, ClientError

from local.emulated_session import EmulatedSession
from local.emulator import EMULATOR_PYTHON
from local.emulator_environment import HUB_ACCOUNT, LOOPBACK
from local.loopback_http import call_json
from local.server_process import free_port, kill_group
from local.tool_environment import REPOSITORY

SERVER = REPOSITORY / "local" / "faults" / "proxy_server.py"
READY_WITHIN_SECONDS = 30.0
POLL_SECONDS = 0.05
# One harmless call each makes microburst load the service's model, which takes up to 5 s.
WARMED_UP = {
    "appconfigdata": ("get_latest_configuration", {"ConfigurationToken": "none"}),
    "cloudformation": ("describe_stacks", {}),
    "cloudtrail": ("lookup_events", {}),
    "dynamodb": ("list_tables", {}),
    "organizations": ("list_roots", {}),
    "secretsmanager": ("list_secrets", {}),
    "sesv2": ("list_email_identities", {}),
    "sns": ("list_topics", {}),
    "sqs": ("list_queues", {}),
    "ssm": ("describe_parameters", {}),
    "sts": ("get_caller_identity", {}),
}
Rule = dict[str, Any]


class FaultProxyError(Exception):
    """The proxy could not be started; says why and what to do."""


class FaultProxy:
    """Passes every call on to `upstream` until it is given rules."""

    def __init__(self, upstream: str, seed: int) -> None:
        self._upstream = upstream
        self._seed = seed
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path()
        self.endpoint = ""

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="steward-faults-"))
        try:
            self._start()
            self._wait_until_ready()
            self._warm_up()
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
        """End it and remove its files; harmless when repeated."""
        if self._process is not None:
            kill_group(self._process)
        self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def set_rules(self, rules: Sequence[Rule]) -> list[int]:
        """Replace all rules; the first that matches a call decides. Returns their ids."""
        answer = call_json(f"{self.endpoint}/_microburst/rules", "POST", list(rules))
        return [rule["id"] for rule in answer]

    def fired(self) -> dict[int, int]:
        """How often each rule fired since the start, by id, rules of the past included."""
        counts = call_json(f"{self.endpoint}/_microburst/stats")["by_rule"]
        return {each["id"]: each["fired"] for each in counts}

    def calls(self) -> int:
        """How many calls came through since the start."""
        count: int = call_json(f"{self.endpoint}/_microburst/stats")["requests"]["total"]
        return count

    def _start(self) -> None:
        port = free_port()
        self.endpoint = f"http://{LOOPBACK}:{port}"
        options = ["--upstream", self._upstream, "--host", LOOPBACK, "--port", str(port)]
        with (self._folder / "proxy.log").open("wb") as log:
            self._process = subprocess.Popen(
                [EMULATOR_PYTHON, "-I", SERVER, self._folder, str(self._seed), *options],
                env={"PATH": os.defpath, "HOME": str(self._folder), "LANG": "C.UTF-8"},
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not self._answers():
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                log = (self._folder / "proxy.log").read_text(errors="replace")[-2000:]
                raise FaultProxyError(
                    f"microburst at {self.endpoint} did not start: remove .tools/ministack and "
                    f"run `make setup`. End of its log:\n{log}"
                )
            time.sleep(POLL_SECONDS)

    def _answers(self) -> bool:
        try:
            call_json(f"{self.endpoint}/_microburst/health")
        except (URLError, ConnectionError, TimeoutError):
            return False
        return True

    def _warm_up(self) -> None:
        session: Any = EmulatedSession(self.endpoint, HUB_ACCOUNT)

        def call(service: str) -> None:
            operation, request = WARMED_UP[service]
            client = session.client(service)
            with contextlib.suppress(ClientError, BotoCoreError):
                getattr(client, operation)(**request)

        with ThreadPoolExecutor(2) as threads:
            list(threads.map(call, WARMED_UP))
