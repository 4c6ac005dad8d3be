"""The control path of the embedded organization, beside the emulator's own API.

The server listens on loopback only, so these need no credentials. `local/emulator_control.py` is
the client; `routes.py` says what there is.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from local.emulator_server.pinned import replace

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Query = Mapping[str, str]
Action = Callable[[Query, Any], dict[str, Any]]
Routes = Mapping[tuple[str, str], Action]
PREFIX = "/_local/"


class RefusedError(Exception):
    """The control action cannot be done; says what is wrong with the request."""


class Control:
    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    def install(self) -> None:
        replace(("ministack.app",), "app", self._in_front_of)

    def _in_front_of(self, emulator: Application) -> Application:
        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            if not str(scope.get("path", "")).startswith(PREFIX):
                await emulator(scope, receive, send)
                return
            status, answer = self._answer(scope, await _body(receive))
            await _send_json(send, status, answer)

        return application

    def _answer(self, scope: Scope, body: bytes) -> tuple[int, dict[str, Any]]:
        method, path = scope["method"], scope["path"]
        action = self._routes.get((method, path.removeprefix(PREFIX)))
        if action is None:
            return 404, {"error": f"no control action for {method} {path}"}
        try:
            query = dict(parse_qsl(scope["query_string"].decode()))
            return 200, action(query, json.loads(body or b"null"))
        except RefusedError as error:
            return 400, {"error": str(error)}


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
