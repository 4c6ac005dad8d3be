"""Answers botocore's requests inside the process: all of it runs, only the wire is missing."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.session import Session


@dataclass(frozen=True, slots=True)
class Request:
    """`access_key` is what signed it; `form` holds a query-protocol body, `body` any other."""

    operation: str
    access_key: str
    body: bytes
    form: Mapping[str, str]


type Answer = Callable[[Request], str]


@dataclass(slots=True)
class Transport:
    """Answers by operation, and counts. An operation it has no answer for is an error."""

    answers: Mapping[str, Answer]
    calls: Counter[str] = field(default_factory=Counter)

    def session(self) -> Session:
        session = Session()
        session.register("before-send", self._send)
        return session

    def _send(self, **event: Any) -> Any:
        request: AWSPreparedRequest = event["request"]
        read = _read(request)
        self.calls[read.operation] += 1
        text = self.answers[read.operation](read)
        return AWSResponse(request.url, 200, HTTPHeaders(), _Raw(text.encode()))


@dataclass(frozen=True, slots=True)
class _Raw:
    body: bytes

    def stream(self) -> Iterator[bytes]:
        yield self.body


def _read(request: AWSPreparedRequest) -> Request:
    body = request.body if isinstance(request.body, bytes) else str(request.body).encode()
    signed = _text(request.headers["Authorization"])
    access_key = signed.partition("Credential=")[2].partition("/")[0]
    if target := request.headers.get("X-Amz-Target"):
        return Request(_text(target).rpartition(".")[2], access_key, body, {})
    form = dict(parse_qsl(body.decode()))
    return Request(form["Action"], access_key, b"", form)


def _text(header: str | bytes) -> str:
    return header.decode() if isinstance(header, bytes) else header
