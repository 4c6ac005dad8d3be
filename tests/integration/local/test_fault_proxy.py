"""The proxy between functions and emulator does each fault for real, and counts it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from local.emulator import Emulator
from local.emulator_environment import HOME_REGION, HUB_ACCOUNT
from local.faults.proxy import FaultProxy, Rule

THROTTLED = {"error": {"code": "RequestThrottled", "status": 403, "message": "Rate exceeded"}}


@pytest.fixture(scope="module")
def proxy(emulator: Emulator) -> Iterator[FaultProxy]:
    with FaultProxy(emulator.endpoint, seed=1) as running:
        yield running


@pytest.fixture(autouse=True)
def _calm_again(proxy: FaultProxy) -> Iterator[None]:
    yield
    proxy.set_rules([])


def sqs(endpoint: str, *, attempts: int = 1) -> Any:
    return client("sqs", endpoint, attempts)


def client(service: str, endpoint: str, attempts: int = 1) -> Any:
    settings = Config(
        read_timeout=1, retries={"total_max_attempts": attempts}, user_agent_extra="steward"
    )
    make: Any = boto3.client
    return make(
        service,
        region_name=HOME_REGION,
        endpoint_url=endpoint,
        aws_access_key_id=HUB_ACCOUNT,
        aws_secret_access_key="embedded",
        config=settings,
    )


def queues(endpoint: str, prefix: str) -> int:
    return len(sqs(endpoint).list_queues(QueueNamePrefix=prefix).get("QueueUrls", []))


def test_without_rules_calls_pass(emulator: Emulator, proxy: FaultProxy) -> None:
    before = proxy.calls()
    sqs(proxy.endpoint).create_queue(QueueName="passed")
    assert queues(emulator.endpoint, "passed") == 1
    assert proxy.calls() == before + 1


@pytest.mark.parametrize(
    ("name", "fault", "error", "done"),
    [
        ("throttled", THROTTLED, ClientError, 0),
        ("reset", {"reset": True}, ConnectionClosedError, 0),
        ("lost", {"response": {"abort_bytes": 0}}, ConnectionClosedError, 1),
    ],
)
def test_a_fault_is_what_it_says(
    emulator: Emulator, proxy: FaultProxy, name: str, fault: Rule, error: Any, done: int
) -> None:
    (number,) = proxy.set_rules([{"service": "sqs", "operation": "CreateQueue", **fault}])
    with pytest.raises(error):
        sqs(proxy.endpoint).create_queue(QueueName=name)
    assert queues(emulator.endpoint, name) == done
    assert proxy.fired()[number] == 1


def test_the_second_version_of_ses_is_known_by_its_own_name(proxy: FaultProxy) -> None:
    busy = {"code": "TooManyRequestsException", "status": 429, "message": "Rate exceeded"}
    rule = {"service": "sesv2", "operation": "SendEmail", "error": busy}
    proxy.set_rules([{**rule, "body": "contains(Destination.ToAddresses, 'ana@example.com')"}])
    ses = client("sesv2", proxy.endpoint)
    with pytest.raises(ses.exceptions.TooManyRequestsException):
        ses.send_email(Destination={"ToAddresses": ["ana@example.com"]}, Content={})


def test_an_answer_that_comes_too_late_is_given_up(proxy: FaultProxy) -> None:
    proxy.set_rules([{"service": "sqs", "latency": 1500}])
    with pytest.raises(ReadTimeoutError):
        sqs(proxy.endpoint).create_queue(QueueName="late")


def test_a_sequence_fails_and_passes_in_turn(proxy: FaultProxy) -> None:
    (number,) = proxy.set_rules([{"service": "sqs", "sequence": [1, 1], **THROTTLED}])
    sqs(proxy.endpoint, attempts=2).list_queues()
    assert proxy.fired()[number] == 1


def test_others_than_steward_are_left_alone(proxy: FaultProxy) -> None:
    (number,) = proxy.set_rules([{"headers": {"User-Agent": "somebody-else"}, **THROTTLED}])
    sqs(proxy.endpoint).list_queues()
    assert number not in proxy.fired()
