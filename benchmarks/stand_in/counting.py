"""Counts every AWS call at the server, and makes each take as long as a call over a network."""

import io
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from moto.iam.models import get_account_id_from

type Environ = dict[str, Any]
type StartResponse = Callable[..., Any]
type Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_CREDENTIAL = re.compile(r"Credential=([^/]+)/[0-9]+/([^/]+)/([^/]+)/")
_CBOR_PATH = re.compile(r"/service/[^/]+/operation/([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Call:
    """One kind of call. `account` is that of the credentials which signed it."""

    account: str
    region: str
    service: str
    operation: str
    status: int


@dataclass(slots=True)
class Counting:
    """Wraps an AWS application; `pause_seconds` is added to each call, off the processor."""

    application: Application
    pause_seconds: float = 0.0
    calls: Counter[Call] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        account, region, service = _signer(environ)
        operation = _operation(environ)
        time.sleep(self.pause_seconds)

        def counted(status: str, *rest: Any) -> Any:
            call = Call(account, region, service, operation, int(status.split()[0]))
            with self._lock:
                self.calls[call] += 1
            return start_response(status, *rest)

        return self.application(environ, counted)

    def taken(self) -> Counter[Call]:
        """The calls since this was last asked."""
        with self._lock:
            calls, self.calls = self.calls, Counter()
        return calls


def _signer(environ: Environ) -> tuple[str, str, str]:
    found = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if found is None:
        return "unsigned", "", ""
    access_key, region, service = found.groups()
    return get_account_id_from(access_key), region, service


def _operation(environ: Environ) -> str:
    """Named by a header, by the path or in the form, after the service's protocol."""
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return str(target).rpartition(".")[2]
    if found := _CBOR_PATH.search(environ.get("PATH_INFO", "")):
        return found[1]
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    action = parse_qs(body.decode(errors="replace")).get("Action")
    return action[0] if action else f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
