"""Corrections of what ministack asks IAM, where IAM is enforced."""

import json
import uuid
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from local.emulator_environment import HUB_ACCOUNT

SECRET = f"arn:aws:secretsmanager:eu-west-1:{HUB_ACCOUNT}:secret"
type Call = Callable[[EmulatedSession], object]


@pytest.fixture
def root(enforcing: Emulator) -> EmulatedSession:
    return EmulatedSession(enforcing.endpoint, HUB_ACCOUNT)


def statement(**parts: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **parts}]})


def allowed(
    root: EmulatedSession, endpoint: str, action: str | list[str], resource: str
) -> EmulatedSession:
    """A session under a new role that may do one thing."""
    name = f"role-{uuid.uuid4().hex[:8]}"
    iam = root.client("iam")
    trust = statement(
        Principal={"AWS": f"arn:aws:iam::{HUB_ACCOUNT}:root"}, Action="sts:AssumeRole"
    )
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    policy = statement(Action=action, Resource=resource)
    iam.put_role_policy(RoleName=name, PolicyName="one", PolicyDocument=policy)
    given = root.client("sts").assume_role(RoleArn=role, RoleSessionName="probe")["Credentials"]
    return EmulatedSession(
        endpoint,
        given["AccessKeyId"],
        secret=given["SecretAccessKey"],
        token=given["SessionToken"],
    )


def ask_for_a_contact(session: EmulatedSession) -> object:
    client = session.client("account")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_alternate_contact(AlternateContactType="OPERATIONS")
    return True


def look_up(session: EmulatedSession) -> object:
    return session.client("cloudtrail").lookup_events()


def send_a_batch(session: EmulatedSession) -> object:
    client = session.client("sqs")
    url = client.get_queue_url(QueueName="batches")["QueueUrl"]
    return client.send_message_batch(QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "x"}])[
        "Successful"
    ]


def read_the_key(session: EmulatedSession) -> object:
    return session.client("secretsmanager").get_secret_value(SecretId="key")


@pytest.fixture(scope="module", autouse=True)
def _made(enforcing: Emulator) -> None:
    root = EmulatedSession(enforcing.endpoint, HUB_ACCOUNT)
    root.client("sqs").create_queue(QueueName="batches")
    root.client("secretsmanager").create_secret(Name="key", SecretString="x")


@pytest.mark.parametrize(
    ("action", "resource", "call"),
    [
        ("account:GetAlternateContact", "*", ask_for_a_contact),
        ("cloudtrail:LookupEvents", "*", look_up),
        (["sqs:SendMessage", "sqs:GetQueueUrl"], "*", send_a_batch),
        ("secretsmanager:GetSecretValue", f"{SECRET}:key-*", read_the_key),
    ],
    ids=["contact", "look-up", "batch", "secret"],
)
def test_the_action_of_aws_is_enough(
    root: EmulatedSession, enforcing: Emulator, action: str | list[str], resource: str, call: Call
) -> None:
    assert call(allowed(root, enforcing.endpoint, action, resource))


@pytest.mark.parametrize(
    ("action", "resource", "call"),
    [
        ("account:ListRegions", "*", ask_for_a_contact),
        ("cloudtrail:DescribeTrails", "*", look_up),
        (["sqs:ReceiveMessage", "sqs:GetQueueUrl"], "*", send_a_batch),
        ("secretsmanager:GetSecretValue", f"{SECRET}:other-*", read_the_key),
    ],
    ids=["contact", "look-up", "batch", "secret"],
)
def test_another_action_or_resource_is_not(
    root: EmulatedSession, enforcing: Emulator, action: str | list[str], resource: str, call: Call
) -> None:
    with pytest.raises(ClientError, match=r"AccessDenied|not authorized"):
        call(allowed(root, enforcing.endpoint, action, resource))
