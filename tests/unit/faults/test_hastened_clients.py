"""Clients of a fault campaign wait shorter, by botocore's own arithmetic."""

import time
from typing import Any

import pytest
from botocore import httpsession
from botocore.retries import bucket, standard
from urllib3 import Timeout

from local.emulator_server.hastened_clients import hasten

PAUSE, PATIENCE = 0.01, 0.1


@pytest.fixture(autouse=True)
def _hastened(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is replaced goes through monkeypatch first, which puts all of it back."""
    replaced: list[tuple[Any, str]] = [
        (bucket.Clock, "current_time"),
        (bucket.TokenBucket, "_sleep_amount"),
        (standard.ExponentialBackoff, "delay_amount"),
        (httpsession.URLLib3Session, "__init__"),
    ]
    for kind, name in replaced:
        monkeypatch.setattr(kind, name, getattr(kind, name))
    hasten(PAUSE, PATIENCE)


def test_a_rate_is_of_the_clients_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two a second of the client's are 200 of ours: one token takes 5 ms."""
    now = 1000.0
    monkeypatch.setattr(time, "time", lambda: now)
    tokens: Any = bucket.TokenBucket(max_rate=2, clock=bucket.Clock())
    tokens._refill()
    assert tokens._sleep_amount(1) == pytest.approx(0.005)
    now += 0.005
    tokens._refill()
    assert tokens.available_capacity == pytest.approx(1)


def test_a_pause_between_tries_is_shortened() -> None:
    backoff: Any = standard.ExponentialBackoff(random=lambda: 1.0)
    late = standard.RetryContext(attempt_number=20)
    assert backoff.delay_amount(late) == pytest.approx(20 * PAUSE)


def test_an_answer_is_waited_for_less_and_a_connection_as_before() -> None:
    make: Any = httpsession.URLLib3Session
    session = make(timeout=(5, 30))
    assert isinstance(session._timeout, Timeout)
    assert session._timeout.read_timeout == pytest.approx(3)
    assert session._timeout.connect_timeout == 5


def test_a_session_without_timeouts_of_its_own_keeps_botocores() -> None:
    session: Any = httpsession.URLLib3Session()
    assert session._timeout == httpsession.DEFAULT_TIMEOUT
