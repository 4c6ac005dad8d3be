"""Answers botocore's requests inside the process, and keeps its own time out of what is measured.

Serializing, signing, retrying and parsing are real; only the network is missing.
"""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from threading import Lock
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.session import Session

_SCOPE = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/")


@dataclass(frozen=True, slots=True)
class Request:
    """`access_key` and `region` are what signed it; an assumed role's key is its account's id."""

    access_key: str
    region: str
    path: str
    query: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> Mapping[str, str]:
        """The body of the query protocol."""
        return dict(parse_qsl(self.body.decode()))


@dataclass(frozen=True, slots=True)
class Reply:
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


type Answer = Callable[[Request], Reply]


class NoAnswer(Exception):
    """The simulated organization was asked something that it does not know."""

    def __init__(self, call: str) -> None:
        super().__init__(f"no answer to {call}: give benchmarks/scale one")


@dataclass(slots=True)
class Wire:
    """Answers by `service.Operation`, counts, and times itself: `own_seconds` of processor time.

    `metrics`: how many CloudWatch was asked for, which is what it charges."""

    answers: Mapping[str, Answer]
    calls: Counter[str] = field(default_factory=Counter)
    metrics: int = 0
    own_seconds: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def session(self) -> Session:
        session = Session()
        session.register("before-send", self._send)
        session.register("before-parameter-build.cloudwatch.GetMetricData", self._count_metrics)
        return session

    def forget(self) -> None:
        """Count and time from here on."""
        self.calls.clear()
        self.metrics = 0
        self.own_seconds = 0.0

    def _count_metrics(self, **event: Any) -> None:
        with self._lock:
            self.metrics += len(event["params"]["MetricDataQueries"])

    def _send(self, **event: Any) -> Any:
        started = time.thread_time()
        request: AWSPreparedRequest = event["request"]
        call = event["event_name"].removeprefix("before-send.")
        if call not in self.answers:
            raise NoAnswer(call)
        with self._lock:
            self.calls[call] += 1
            reply = self.answers[call](_read(request))
        headers = HTTPHeaders()
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            headers[name] = value
        answer = AWSResponse(request.url, reply.status, headers, _Raw(reply.body))
        with self._lock:
            self.own_seconds += time.thread_time() - started
        return answer


class _Raw(BytesIO):
    def stream(self, _size: int = 0) -> Iterator[bytes]:
        yield self.getvalue()


def _read(request: AWSPreparedRequest) -> Request:
    scope = _SCOPE.search(_text(request.headers["Authorization"]))
    if scope is None:
        raise NoAnswer(f"a request that is not signed, {request.url}")
    url = urlsplit(request.url)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    return Request(scope[1], scope[2], unquote(url.path), query, _body(request.body))


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if hasattr(body, "read"):
        read: bytes = body.read()
        return read
    return body if isinstance(body, bytes) else str(body).encode()


def _text(header: str | bytes) -> str:
    return header.decode() if isinstance(header, bytes) else header


@contextmanager
def in_place_of_aws(wire: Wire) -> Iterator[None]:
    """Every session that Steward opens inside the block talks to `wire`."""
    with patch("steward.aws.clients.Session", wire.session):
        yield
