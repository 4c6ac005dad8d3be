"""The control path of the embedded organization, beside the emulator's own API.

`GET /_local/clock`, `PUT /_local/clock` {"instant": ISO 8601}, `GET /_local/stack-status?after=N`.
The server listens on loopback only, so these need no credentials.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from local.emulator_server.clock import TravellingClock
from local.emulator_server.journal import StatusJournal
from local.emulator_server.pinned import replace

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Control:
    def __init__(self, clock: TravellingClock, journal: StatusJournal) -> None:
        self._clock = clock
        self._journal = journal

    def install(self) -> None:
        replace(("ministack.app",), "app", self._in_front_of)

    def _in_front_of(self, emulator: Application) -> Application:
        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            if not str(scope.get("path", "")).startswith("/_local/"):
                await emulator(scope, receive, send)
                return
            status, answer = self._answer(scope, await _body(receive))
            await _send_json(send, status, answer)

        return application

    def _answer(self, scope: Scope, body: bytes) -> tuple[int, dict[str, Any]]:
        match scope["method"], scope["path"]:
            case "GET", "/_local/clock":
                return 200, {"instant": self._clock.now_iso()}
            case "PUT", "/_local/clock":
                return self._travel(body)
            case "GET", "/_local/stack-status":
                query = parse_qs(scope["query_string"].decode())
                return 200, self._journal.after(int(query.get("after", ["0"])[0]))
            case method, path:
                return 404, {"error": f"no control action for {method} {path}"}

    def _travel(self, body: bytes) -> tuple[int, dict[str, Any]]:
        instant = datetime.fromisoformat(json.loads(body)["instant"])
        if instant.tzinfo is None:
            return 400, {"error": f"{instant} has no time zone: send an ISO 8601 UTC offset"}
        self._clock.travel_to(instant)
        return 200, {"instant": self._clock.now_iso()}


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


async def _send_json(send: Send, status: int, answer: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})
