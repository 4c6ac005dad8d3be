"""Counts every AWS call at the server, and makes each take as long as a call over a network."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from moto.iam.models import get_account_id_from

from benchmarks.stand_in.operations import OPERATION, Environ, operation_of

type StartResponse = Callable[..., Any]
type Application = Callable[[Environ, StartResponse], Iterable[bytes]]

_CREDENTIAL = re.compile(r"Credential=([^/]+)/[0-9]+/([^/]+)/([^/]+)/")


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
        operation = environ[OPERATION] = operation_of(environ, service)
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
