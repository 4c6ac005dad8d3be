"""Payloads from where the configuration keeps them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.session import Session
from moto import mock_aws

from steward.aws.errors import NotAllowed
from steward.aws.payloads import UnusablePayload, payload_of
from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.config_checks import MOST_PAYLOAD_BYTES, InvokeCheck
from tests.unit.aws.scripted import Scripted

EVENT = {"path": "/health", "umlaut": "ü"}
NAME = "/steward/rollout-payloads/shop"


@pytest.fixture
def session() -> Iterator[Session]:
    with mock_aws():
        yield Session()


def invoke(**declared: Any) -> InvokeCheck:
    return InvokeCheck.model_validate({"type": "invoke"} | declared)


def put_object(session: Session, body: bytes) -> None:
    s3: Any = session.create_client("s3", region_name="eu-west-1")
    place = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="payloads", CreateBucketConfiguration=place)
    s3.put_object(Bucket="payloads", Key="shop/health.json", Body=body)


def of_object(session: Session, key: str = "shop/health.json", bucket: str = "payloads") -> bytes:
    return payload_of(invoke(payload_from=f"s3://{bucket}/{key}"), UnitClients(session))


def test_a_declared_payload_is_sent_as_json() -> None:
    assert json.loads(payload_of(invoke(payload=EVENT), UnitClients())) == EVENT


def test_a_parameter_has_the_payload(session: Session) -> None:
    ssm: Any = session.create_client("ssm", region_name="eu-west-1")
    ssm.put_parameter(Name=NAME, Value=json.dumps(EVENT), Type="SecureString")
    found = payload_of(invoke(payload_from=f"ssm:{NAME}"), UnitClients(session))
    assert json.loads(found) == EVENT


def test_an_object_has_the_payload(session: Session) -> None:
    put_object(session, json.dumps(EVENT).encode())
    assert json.loads(of_object(session)) == EVENT


def test_a_missing_parameter_is_told_with_what_to_do(session: Session) -> None:
    with pytest.raises(UnusablePayload, match=f"there is no SSM parameter {NAME}; create it"):
        payload_of(invoke(payload_from=f"ssm:{NAME}"), UnitClients(session))


@pytest.mark.parametrize(
    ("bucket", "key"),
    [
        pytest.param("payloads", "shop/other.json", id="key"),
        pytest.param("nowhere", "shop/health.json", id="bucket"),
    ],
)
def test_a_missing_object_is_told_with_what_to_do(session: Session, bucket: str, key: str) -> None:
    put_object(session, b"{}")
    with pytest.raises(UnusablePayload, match=f"there is no object s3://{bucket}/{key}; upload it"):
        of_object(session, key, bucket)


def test_what_is_no_json_is_refused(session: Session) -> None:
    put_object(session, b"path: /health")
    with pytest.raises(UnusablePayload, match=r"health\.json is no JSON document"):
        of_object(session)


@pytest.mark.parametrize("more", [0, 1], ids=["exactly", "one-byte-more"])
def test_256_kb_is_the_most(session: Session, more: int) -> None:
    body = b'"' + b"x" * (MOST_PAYLOAD_BYTES - 2 + more) + b'"'
    put_object(session, body)
    if not more:
        assert of_object(session) == body
        return
    with pytest.raises(UnusablePayload, match="is larger than 256 KB"):
        of_object(session)


class Denied(UnitClients):
    def __init__(self, aws: Scripted) -> None:
        super().__init__()
        self._aws = aws

    def parameters(self) -> Any:
        return self._aws.client

    def objects(self) -> Any:
        return self._aws.client


@pytest.mark.parametrize(
    ("service", "operation", "code", "source", "todo"),
    [
        pytest.param(
            "ssm",
            "get_parameter",
            "AccessDeniedException",
            f"ssm:{NAME}",
            "names begin with /steward/rollout",
            id="ssm",
        ),
        pytest.param(
            "s3",
            "get_object",
            "AccessDenied",
            "s3://payloads/a.json",
            "tag it steward:rollout=enabled",
            id="s3",
        ),
    ],
)
def test_a_missing_permission_is_raised_with_what_hooks_may_read(
    service: str, operation: str, code: str, source: str, todo: str
) -> None:
    with (
        Scripted(service).refuses(operation, code) as aws,
        pytest.raises(NotAllowed, match=todo),
    ):
        payload_of(invoke(payload_from=source), Denied(aws))
