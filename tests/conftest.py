"""What every test runs under: no AWS identity of the developer's and no network but loopback."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from functools import cache
from typing import Any
from unittest.mock import patch

import botocore.session
import pytest
from botocore.loaders import Loader, create_loader
from hypothesis import HealthCheck, settings

settings.register_profile("default", max_examples=100, deadline=None, print_blob=True)
settings.register_profile(
    "thorough",
    settings.get_profile("default"),
    max_examples=2_000,
    stateful_step_count=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "steward",
    "POWERTOOLS_METRICS_NAMESPACE": "Steward",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "SAM_CLI_TELEMETRY": "0",
}


@pytest.fixture(scope="session", autouse=True)
def test_environment() -> Iterator[None]:
    """Session-wide, so that a server a session fixture starts inherits no real identity either."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "POWERTOOLS_")) and not name.lower().endswith("_proxy")
    }
    with patch.dict(os.environ, kept | ENVIRONMENT, clear=True):
        yield


def is_loopback(host: object) -> bool:
    if host is None or host in ("", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return text.endswith(".localhost")


def refuse_beyond_loopback(host: object) -> None:
    if not is_loopback(host):
        raise RuntimeError(
            f"a test tried to reach {host!r}: tests talk to loopback only; "
            "use moto or the embedded organization"
        )


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuse connections, datagrams and name look-ups that would leave this machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    sendto, getaddrinfo = socket.socket.sendto, socket.getaddrinfo

    def check(instance: socket.socket, address: Any) -> None:
        if instance.family in (socket.AF_INET, socket.AF_INET6):
            refuse_beyond_loopback(address[0])

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(self, address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        check(self, rest[-1])
        return sendto(self, data, *rest)

    def guarded_getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        refuse_beyond_loopback(host)
        return getaddrinfo(host, *rest, **options)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket.socket, "connect", guarded_connect)
        patched.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patched.setattr(socket.socket, "sendto", guarded_sendto)
        patched.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@cache
def _shared_loader(data_path: str | None) -> Loader:
    return create_loader(data_path)


def _one_loader(data_path: str | None = None) -> Loader:
    loader = _shared_loader(data_path)
    # Each boto3 session adds its own folder once more.
    loader.search_paths[:] = dict.fromkeys(loader.search_paths)
    return loader


@pytest.fixture(scope="session", autouse=True)
def models_are_read_once() -> Iterator[None]:
    """Hundreds of tests make sessions of their own; the models of AWS's services are the same."""
    with patch.object(botocore.session, "create_loader", _one_loader):
        yield
