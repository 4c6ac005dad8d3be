"""The extension page on a port of this machine: each request is an event for the real handler."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.browser.url_events import Answer, Request, answer_of, event_of
from tests.integration.functions.hub import Function

HOST = "127.0.0.1"
POLL_SECONDS = 0.02


@dataclass
class PageServer:
    """`clock` is the time of the requests. `answered`: method and status of each, in order."""

    handler: Function
    clock: datetime
    answered: list[tuple[str, int]] = field(default_factory=list)
    port: int = 0
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def url(self, token: str) -> str:
        return f"http://{HOST}:{self.port}/?t={token}"

    def restart(self) -> None:
        """Go on in a new process of the function."""
        self.handler.restart()

    def answer(self, request: Request) -> Answer:
        """As one process of a function does: a request after the other."""
        with self._one_at_a_time:
            answer = answer_of(self.handler(event_of(request, self.clock)))
            self.answered.append((request.method, answer.status))
            return answer


@contextmanager
def serving(server: PageServer) -> Iterator[PageServer]:
    with ThreadingHTTPServer((HOST, 0), _request_class(server)) as listener:
        server.port = listener.server_address[1]
        thread = threading.Thread(target=listener.serve_forever, args=(POLL_SECONDS,))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()


def _request_class(server: PageServer) -> type[BaseHTTPRequestHandler]:
    class Incoming(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            request = Request(self.command, self.path, dict(self.headers), body)
            answer = server.answer(request)
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = _serve

        def log_message(self, *_: object) -> None:
            """The tests look at `answered`."""

    return Incoming
