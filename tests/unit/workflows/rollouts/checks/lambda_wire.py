"""Lambda at the network's end of real clients: botocore makes requests and reads answers."""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError
from botocore.session import Session

from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.deployments import Target
from steward.domain.rollouts.results import Phase
from steward.workflows.rollouts.bench import CheckBench

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TARGET = Target("shop", "live", "3", "4")


@dataclass
class Clock:
    """Time that passes only when something waits, or a function runs."""

    now: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_by(timedelta(seconds=seconds))

    def pass_by(self, time: timedelta) -> None:
        self.now += time


@dataclass(frozen=True)
class Invocation:
    """One request, as Lambda gets it."""

    function: str
    qualifier: str
    kind: str
    payload: bytes
    context: dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What Lambda answers. `version`: who ran; None leaves the header out."""

    payload: bytes = b'{"statusCode": 200}'
    took_ms: float = 20
    version: str | None = ""
    error: str = ""
    status: int = 200
    code: str = ""


class _Body(BytesIO):
    def stream(self, **_options: Any) -> Any:
        yield self.getvalue()


class _Noted(UnitClients):
    def __init__(self, patiences: list[timedelta], session: Session) -> None:
        super().__init__(session)
        self._patiences = patiences

    def invoking(self, patience: timedelta) -> Any:
        self._patiences.append(patience)
        return super().invoking(patience)


@dataclass
class LambdaWire:
    """`answer` says what each invocation brings; None: nothing, for as long as anyone waits.

    `patiences`: how long each client waits for an answer.
    """

    answer: Callable[[Invocation], Reply | None]
    clock: Clock = field(default_factory=Clock)
    invocations: list[Invocation] = field(default_factory=list)
    patiences: list[timedelta] = field(default_factory=list)

    def clients(self) -> UnitClients:
        session = Session()
        session.register("before-send.lambda", self._send)
        return _Noted(self.patiences, session)

    def bench(
        self, target: Target = TARGET, seconds: float = 20, phase: Phase = Phase.PRE
    ) -> CheckBench:
        return CheckBench(
            phase=phase,
            target=target,
            clients=self.clients(),
            clock=self.clock,
            sleep=self.clock.sleep,
            deadline=self.clock() + timedelta(seconds=seconds),
        )

    def _send(self, **event: Any) -> Any:
        request: AWSPreparedRequest = event["request"]
        invocation = _invocation(request)
        self.invocations.append(invocation)
        reply = self.answer(invocation)
        if reply is None:
            raise ReadTimeoutError(endpoint_url=request.url)
        self.clock.pass_by(timedelta(milliseconds=reply.took_ms))
        return _response(request, invocation, reply)


def _invocation(request: AWSPreparedRequest) -> Invocation:
    url = urlsplit(request.url)
    context = request.headers.get("X-Amz-Client-Context")
    return Invocation(
        function=unquote(url.path.split("/")[3]),
        qualifier=parse_qs(url.query).get("Qualifier", [""])[0],
        kind=_text(request.headers["X-Amz-Invocation-Type"]),
        payload=_bytes(request.body),
        context=json.loads(b64decode(context)) if context else {},
    )


def _response(request: AWSPreparedRequest, invocation: Invocation, reply: Reply) -> AWSResponse:
    headers = HTTPHeaders()
    if reply.code:
        headers["x-amzn-ErrorType"] = reply.code
        content = json.dumps({"Type": "User", "Message": f"said of {reply.code}"}).encode()
        return AWSResponse(request.url, reply.status, headers, _Body(content))
    if reply.version is not None:
        headers["X-Amz-Executed-Version"] = reply.version or invocation.qualifier
    if reply.error:
        headers["X-Amz-Function-Error"] = reply.error
    return AWSResponse(request.url, reply.status, headers, _Body(reply.payload))


def _bytes(body: object) -> bytes:
    return bytes(body) if isinstance(body, bytes | bytearray) else b""


def _text(raw: object) -> str:
    return raw.decode() if isinstance(raw, bytes) else str(raw or "")


def refusal(code: str, status: int) -> Reply:
    return Reply(code=code, status=status, took_ms=5)


DENIED = refusal("AccessDeniedException", 403)
THROTTLED = refusal("TooManyRequestsException", 429)
GONE = refusal("ResourceNotFoundException", 404)
