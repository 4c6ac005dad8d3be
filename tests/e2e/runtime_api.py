"""The Lambda Runtime API on loopback, for one function and one event.

Source: "Using the Lambda runtime API for custom runtimes", AWS Lambda Developer Guide.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any

BASE = "/2018-06-01/runtime"
REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:111111111111:function:under-test"
DEADLINE_EPOCH_MILLISECONDS = "4102444800000"


@dataclass(frozen=True)
class Answer:
    """What the runtime client posted. `kind`: response, error, or init/error."""

    kind: str
    body: Any


@dataclass(frozen=True)
class RuntimeApi:
    """`address`: host:port, as in AWS_LAMBDA_RUNTIME_API."""

    address: str
    answers: Queue[Answer] = field(default_factory=Queue)


@contextmanager
def serve_runtime_api(event: dict[str, Any]) -> Iterator[RuntimeApi]:
    """Hand the event to the first who asks for an invocation, and collect the answers."""
    answers: Queue[Answer] = Queue()
    waiting = [json.dumps(event).encode()]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if waiting and self.path == f"{BASE}/invocation/next":
                self._send(200, waiting.pop())
            else:
                self._send(410, b"{}")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            path = self.path.removeprefix(f"{BASE}/")
            kind = path.removeprefix(f"invocation/{REQUEST_ID}/")
            answers.put(Answer(kind, json.loads(body)))
            self._send(202, b"{}")

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Lambda-Runtime-Aws-Request-Id", REQUEST_ID)
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", FUNCTION_ARN)
            self.send_header("Lambda-Runtime-Deadline-Ms", DEADLINE_EPOCH_MILLISECONDS)
            # The native part of the client (awslambdaric 4.2.2) crashes without a content type.
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Silent: the answers say what happened."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield RuntimeApi(f"127.0.0.1:{server.server_port}", answers)
        finally:
            server.shutdown()
            thread.join()
