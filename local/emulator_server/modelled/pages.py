"""Pages with tokens that only go with the request that got them."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from local.emulator_server.modelled.service import RefusedCallError

TOKENS = ("nextToken", "NextToken")


def page_of[T](
    items: Sequence[T], request: Mapping[str, Any], size: int, bad_token: str
) -> tuple[Sequence[T], str]:
    """One page and the token of the next, empty at the end. `bad_token`: the error's code."""
    asked = _digest(request)
    token = next((request[name] for name in TOKENS if request.get(name)), "")
    first = _start(token, asked, bad_token) if token else 0
    more = first + size < len(items)
    return items[first : first + size], _token(first + size, asked) if more else ""


def _digest(request: Mapping[str, Any]) -> str:
    asked = {name: value for name, value in request.items() if name not in TOKENS}
    text = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _token(first: int, asked: str) -> str:
    return base64.urlsafe_b64encode(f"{first} {asked}".encode()).decode()


def _start(token: str, asked: str, bad_token: str) -> int:
    try:
        first, _, known = base64.urlsafe_b64decode(token).decode().partition(" ")
        if known != asked:
            raise ValueError("of another request")
        return int(first)
    except ValueError as error:
        raise RefusedCallError(bad_token, f"The token is not valid: {error}") from error
