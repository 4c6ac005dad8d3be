"""What a request to the extension page asks for. Anybody may send anything, and is answered.

The event's shape: "Invoking Lambda function URLs", AWS Lambda Developer Guide.
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

MOST_FORM_BYTES = 4096
_MOST_FIELDS = 8
_READING = frozenset({"GET", "HEAD"})
_FORM = "application/x-www-form-urlencoded"


class Fault(StrEnum):
    """Why a request is no request to the page."""

    METHOD = "method"
    NO_FORM = "no-form"
    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`wish` is the choice that a form was sent with; None only shows the page."""

    token: str
    wish: str | None = None


def page_request(event: Mapping[str, Any]) -> PageRequest | Fault:
    """The request in a function URL's event. Only a POST of a form can ever wish for a change."""
    method = method_of(event)
    if method in _READING:
        return PageRequest(str((event.get("queryStringParameters") or {}).get("t", "")))
    if method != "POST":
        return Fault.METHOD
    if not _is_form(event):
        return Fault.NO_FORM
    body = _body(event)
    if isinstance(body, Fault):
        return body
    fields = _fields(body)
    if fields is None:
        return Fault.UNREADABLE
    return PageRequest(fields.get("t", ""), fields.get("choice", ""))


def method_of(event: Mapping[str, Any]) -> str:
    """The request's HTTP method, in capitals."""
    return str(event.get("requestContext", {}).get("http", {}).get("method", "")).upper()


def _is_form(event: Mapping[str, Any]) -> bool:
    written = str((event.get("headers") or {}).get("content-type", ""))
    kind, _, parameters = written.partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    return kind.strip().lower() == _FORM and charset in {"", "utf-8", "us-ascii"}


def _body(event: Mapping[str, Any]) -> str | Fault:
    """Lambda hands forms on in base64. What is too long is not even decoded."""
    written = str(event.get("body") or "")
    if len(written) > MOST_FORM_BYTES * 4 // 3 + 4:
        return Fault.TOO_LARGE
    try:
        encoded = bool(event.get("isBase64Encoded"))
        raw = b64decode(written, validate=True) if encoded else written.encode()
        return Fault.TOO_LARGE if len(raw) > MOST_FORM_BYTES else raw.decode()
    except ValueError:
        return Fault.UNREADABLE


def _fields(body: str) -> dict[str, str] | None:
    """None for what no browser makes of our form: a field twice, or many, or no UTF-8."""
    try:
        pairs = parse_qsl(
            body, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return None
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else None
