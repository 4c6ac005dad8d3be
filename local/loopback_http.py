"""HTTP to the emulator on this machine, past any proxy that the environment names."""

import json
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

TIMEOUT_SECONDS = 10

_direct = build_opener(ProxyHandler({}))


def call_json(url: str, method: str = "GET", body: object = None) -> Any:
    """The decoded answer; errors of the connection and of the server come as URLError."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data=data, method=method)
    with _direct.open(request, timeout=TIMEOUT_SECONDS) as response:
        return json.load(response)
