"""HTTP requests as the events of a Lambda function URL, and its answers as HTTP.

"Invoking Lambda function URLs", AWS Lambda Developer Guide: payload format 2.0.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

URL_ID = "abcdefghijklmnopqrstuvwxyz012345"
DOMAIN = f"{URL_ID}.lambda-url.eu-west-1.on.aws"
# Lambda hands these over as text; anything else, forms too, comes as base64.
AS_TEXT = ("text/", "application/json", "application/javascript", "application/xml")


@dataclass(frozen=True)
class Request:
    """`target` is path and query as they stand in the request line."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def event_of(request: Request, at: datetime) -> dict[str, Any]:
    """The event that the function gets when `request` comes in at `at`."""
    parts = urlsplit(request.target)
    headers = {name.lower(): value for name, value in request.headers.items()} | {"host": DOMAIN}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": parts.path or "/",
        "rawQueryString": parts.query,
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": URL_ID,
            "domainName": DOMAIN,
            "domainPrefix": URL_ID,
            "http": {
                "method": request.method,
                "path": parts.path or "/",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": "00000000-0000-0000-0000-000000000001",
            "routeKey": "$default",
            "stage": "$default",
            "time": at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(at.timestamp() * 1000),
        },
        "isBase64Encoded": False,
    }
    if parts.query:
        event["queryStringParameters"] = _joined(parts.query)
    return event | _body(request.body, headers.get("content-type", ""))


def answer_of(returned: Mapping[str, Any]) -> Answer:
    """What the visitor gets for what the function returned."""
    text = str(returned.get("body", ""))
    body = base64.b64decode(text) if returned.get("isBase64Encoded") else text.encode()
    headers = [(name, str(value)) for name, value in returned.get("headers", {}).items()]
    headers += [("set-cookie", cookie) for cookie in returned.get("cookies", [])]
    return Answer(int(returned["statusCode"]), tuple(headers), body)


def _joined(query: str) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _body(body: bytes, content_type: str) -> dict[str, Any]:
    if not body:
        return {}
    if content_type.startswith(AS_TEXT):
        return {"body": body.decode(errors="replace"), "isBase64Encoded": False}
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
