"""The network's end of a botocore session: takes HTTP requests, gives recorded answers back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.session import Session


class _Body(BytesIO):
    """Botocore reads a body as urllib3's stream."""

    def stream(self, **_options: Any) -> Any:
        yield self.getvalue()


@dataclass
class Wire:
    """`respond` maps the fields of a query request to status and XML body."""

    respond: Callable[[dict[str, str]], tuple[int, str]]
    requests: list[dict[str, str]] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)

    def session(self) -> Session:
        session = Session()
        session.register("before-send", self._send)
        return session

    def _send(self, **event: Any) -> Any:
        request: AWSPreparedRequest = event["request"]
        fields = dict(parse_qsl(_text(request.body), keep_blank_values=True))
        self.requests.append(fields)
        self.urls.append(request.url)
        self.agents.append(_text(request.headers["User-Agent"]))
        status, body = self.respond(fields)
        return AWSResponse(request.url, status, HTTPHeaders(), _Body(body.encode()))


def _text(raw: object) -> str:
    return raw.decode() if isinstance(raw, bytes) else str(raw or "")


def error_body(code: str, message: str) -> str:
    return (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
        f"<Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
    )
