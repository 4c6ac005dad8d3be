"""What a fault campaign needs of the emulator: functions that reach AWS through a proxy and wait
shorter for it, and work that failed coming back without the half hour that a queue keeps it hidden.

Source, "Amazon SQS visibility timeout", Amazon SQS Developer Guide: what was received and not
deleted is visible again after the timeout, so a failed message waits for what is left of it.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator_server.control import Query, RefusedError, Routes
from local.emulator_server.pinned import private, replace, require

LAMBDA = "ministack.services.lambda_svc"
SQS = "ministack.services.sqs"
RUNTIME = "ministack.core.lambda_runtime"
HASTENED = Path(__file__).with_name("hastened_clients.py")
Batch = list[dict[str, Any]]


@dataclass
class Redelivery:
    """`hidden_second`: real seconds that a second of a failed message's hiding takes. A message
    that is still being worked on stays hidden as long as its queue says. `failed`: how many there
    were."""

    hidden_second: float = 1.0
    failed: int = 0

    def install(self) -> None:
        require(LAMBDA, "_dispatch_esm_batch")
        require(SQS, "_queues")
        replace((LAMBDA,), "_run_sqs_batch", self._shortened)

    def turn(self, hidden_second: float) -> None:
        if not 0 < hidden_second <= 1:
            raise RefusedError(
                f"hidden_second is {hidden_second}: more than 0 and at most 1 real second"
            )
        self.hidden_second = hidden_second

    def _shortened(self, plain: Callable[..., None]) -> Callable[..., None]:
        def run_sqs_batch(
            esm: Any, function: Any, event: Any, batch: Batch, queue_url: str, name: str
        ) -> None:
            plain(esm, function, event, batch, queue_url, name)
            self._shorten(batch, private(SQS, "_queues")[queue_url]["messages"])

        return run_sqs_batch

    def _shorten(self, batch: Batch, waiting: Batch) -> None:
        now, left = time.time(), {message["id"] for message in waiting}
        for message in batch:
            hidden = max(0.0, message["visible_at"] - now)
            message["visible_at"] = now + hidden * self.hidden_second
            self.failed += message["id"] in left


class ClientPace:
    """How functions that start from now on wait for AWS; see hastened_clients."""

    def install(self) -> None:
        """After everything else that changes what a function's process runs first."""
        self._plain = str(private(RUNTIME, "_PYTHON_WORKER_SCRIPT"))

    def turn(self, pause: float, patience: float) -> None:
        for name, value in (("pause", pause), ("patience", patience)):
            if not 0 < value <= 1:
                raise RefusedError(f"{name} is {value}: more than 0 and at most 1 real second")
        hastened = f"{HASTENED.read_text()}\nhasten({pause!r}, {patience!r})\n{self._plain}"
        replace((RUNTIME,), "_PYTHON_WORKER_SCRIPT", lambda _script: hastened)


def fault_routes(redelivery: Redelivery, clients: ClientPace) -> Routes:
    def pace(_query: Query, body: Any) -> dict[str, Any]:
        redelivery.turn(float(body["hidden_second"]))
        return {}

    def client_pace(_query: Query, body: Any) -> dict[str, Any]:
        clients.turn(float(body["pause"]), float(body["patience"]))
        return {}

    def endpoint(_query: Query, body: Any) -> dict[str, Any]:
        """ministack gives functions its own environment's endpoint, if there is one."""
        os.environ["AWS_ENDPOINT_URL"] = body["endpoint"]
        return {}

    return {
        ("PUT", "redelivery"): pace,
        ("GET", "redelivery"): lambda _query, _body: {"failed": redelivery.failed},
        ("PUT", "functions-endpoint"): endpoint,
        ("PUT", "client-pace"): client_pace,
    }
