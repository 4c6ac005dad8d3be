"""Botocore clients, shared while they are in use.

One botocore session, and so one loader of service models, serves every account: a session of its
own for each would parse the same models again.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from botocore.config import Config
from botocore.session import Session

# One takes 0.4 MB and 3 ms to make. A worker needs some of the hub and those of the unit at hand;
# it meets thousands of accounts, and what it keeps of them adds to what a large unit takes.
MOST_CLIENTS = 12
_ATTEMPTS = 8
# Callers go on without an answer; trying on would only use up the account's few calls a second.
_FEWER_ATTEMPTS = {"cloudtrail": 2, "health": 4}
# "Authenticating Requests (AWS Signature Version 4)", Amazon S3 API Reference: requests have it
# anyway, presigned links in some regions only when it is asked for.
_SIGNATURES = {"s3": "s3v4"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """The temporary credentials of one assumed role."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)
    expires_at: datetime


class Recent[Key, Value]:
    """At most `most` values, those that were asked for last; each is made once at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        with self._lock:
            if key not in self._values:
                self._values[key] = make()
            self._values.move_to_end(key)
            if len(self._values) > self._most:
                self._values.popitem(last=False)
            return self._values[key]


class Clients:
    """Makes clients with Steward's timeouts and retries. Without credentials: the process's own."""

    def __init__(self, session: Session | None = None) -> None:
        self._session = session or Session()
        # "Manage AWS STS in an AWS Region", IAM User Guide: tokens of the global endpoint are not
        # valid in regions that are disabled by default; those of a regional endpoint are.
        self._session.set_config_variable("sts_regional_endpoints", "regional")
        self._session_lock = Lock()
        self._recent: Recent[tuple[str, str, str], Any] = Recent(MOST_CLIENTS)

    def shared(self, service: str, region: str, credentials: Credentials | None) -> Any:
        """The one client of this service, region and credentials; no region: the process's."""
        key = (service, region, credentials.access_key if credentials else "")
        return self._recent.get(key, lambda: self.make(service, region, credentials))

    def make(self, service: str, region: str, credentials: Credentials | None) -> Any:
        """A client of the caller's own; botocore makes its class at run time, so it has no type."""
        with self._session_lock:
            return self._session.create_client(
                service,
                region_name=region or None,
                aws_access_key_id=credentials.access_key if credentials else None,
                aws_secret_access_key=credentials.secret_key if credentials else None,
                aws_session_token=credentials.token if credentials else None,
                config=_config(service),
            )

    def patient(self, service: str, patience: timedelta) -> Any:
        """A client of the process's own that asks once and waits no longer than `patience`."""
        once = Config(
            connect_timeout=5,
            read_timeout=max(1, patience.total_seconds()),
            retries={"total_max_attempts": 1},
            user_agent_extra="steward",
        )
        with self._session_lock:
            return self._session.create_client(service, config=once)

    def region(self) -> str:
        """The process's own region."""
        with self._session_lock:
            return self._session.get_config_variable("region") or ""

    def knows(self, service: str) -> bool:
        """Whether this release of botocore has a model of the service."""
        with self._session_lock:
            return service in self._session.get_available_services()

    def partition_of(self, region: str) -> str:
        with self._session_lock:
            return self._session.get_partition_for_region(region)


def _config(service: str) -> Config:
    return Config(
        connect_timeout=5,
        read_timeout=30,
        retries={"mode": "adaptive", "total_max_attempts": _FEWER_ATTEMPTS.get(service, _ATTEMPTS)},
        signature_version=_SIGNATURES.get(service),
        user_agent_extra="steward",
    )
