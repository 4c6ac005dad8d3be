"""The Lambda Runtime API on loopback, as far as a function needs it: next event, answer, error.

"Lambda runtime API", AWS Lambda Developer Guide.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from benchmarks.environment import LOOPBACK
from benchmarks.shape import HOME_REGION, HUB_ACCOUNT

POLL_SECONDS = 0.2
_VERSION = "/2018-06-01/runtime/"
# All of them: the runtime client of awslambdaric 4 crashes when one that it reads is absent.
_EVENT_HEADERS = {
    "Content-Type": "application/json",
    "Lambda-Runtime-Aws-Request-Id": "00000000-0000-0000-0000-000000000000",
    "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
    "Lambda-Runtime-Invoked-Function-Arn": f"arn:aws:lambda:{HOME_REGION}:{HUB_ACCOUNT}:function:w",
    "Lambda-Runtime-Deadline-Ms": "4102444800000",  # 2100: the benchmark has limits of its own.
}


class InvocationFailed(Exception):
    """The function raised, or could not be loaded."""


@dataclass(slots=True)
class Invocations:
    """Events that wait for the function, and what it answered to each."""

    events: Sequence[object]
    answers: list[Any] = field(default_factory=list)
    error: str = ""
    all_answered: Event = field(default_factory=Event)
    _waiting: "SimpleQueue[object]" = field(default_factory=SimpleQueue)

    def __post_init__(self) -> None:
        for event in self.events:
            self._waiting.put(event)

    def next(self) -> object:
        """Blocks for ever once all are taken, as Lambda freezes a function without work."""
        return self._waiting.get()

    def answer(self, body: bytes) -> None:
        self.answers.append(json.loads(body or b"null"))
        if len(self.answers) == len(self.events):
            self.all_answered.set()

    def fail(self, body: bytes) -> None:
        self.error = body.decode(errors="replace")
        self.all_answered.set()

    def wait(self, seconds: float, gave_up: Callable[[], bool]) -> list[Any]:
        """The answers; raises InvocationFailed on an error, and when they do not all come."""
        deadline = time.monotonic() + seconds
        while not self.all_answered.wait(POLL_SECONDS):
            if gave_up() or time.monotonic() > deadline:
                answered = f"{len(self.answers)} of {len(self.events)} events"
                raise InvocationFailed(f"{answered} were answered: the function ended or hung")
        if self.error:
            raise InvocationFailed(f"the function failed: {self.error[:2000]}")
        return self.answers


@contextmanager
def runtime_api(invocations: Invocations) -> Iterator[str]:
    """Serves until the block is left; gives the value of AWS_LAMBDA_RUNTIME_API."""
    server = _Server((LOOPBACK, 0), _Handler)
    server.invocations = invocations
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    invocations: Invocations


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        event = json.dumps(self.server.invocations.next()).encode()
        self.send_response(200)
        for name, value in _EVENT_HEADERS.items():
            self.send_header(name, value)
        self._end(event)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(202)
        self._end(b"{}")
        if self.path.startswith(f"{_VERSION}invocation/") and self.path.endswith("/response"):
            self.server.invocations.answer(body)
        else:
            self.server.invocations.fail(body)

    def handle(self) -> None:
        # The measured process is killed once it has answered, in the middle of asking for more.
        with suppress(ConnectionResetError):
            super().handle()

    def log_message(self, *_: Any) -> None:
        """The measured processes have logs of their own."""

    def _end(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
