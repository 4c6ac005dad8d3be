"""What the tests of the emulator's lies make: names, stacks, roles."""

import json
import uuid
from typing import TYPE_CHECKING, Any

import boto3

from local.emulated_session import CLIENT_CONFIG, EmulatedSession
from local.stack_operations import Deployment, create

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


MEMBER = "222222222222"


TOPIC: dict[str, Any] = {"Resources": {"Events": {"Type": "AWS::SNS::Topic"}}}


def a_name(word: str) -> str:
    return f"feat-{word}-{uuid.uuid4().hex[:8]}"


def a_stack(
    client: "CloudFormationClient",
    template: dict[str, Any] = TOPIC,
    settles_as: str = "CREATE_COMPLETE",
    **parameters: str,
) -> str:
    deployment = Deployment(a_name("lie"), json.dumps(template), parameters, {})
    return create(client, deployment, settles_as)


def role_trusting(principal: dict[str, str]) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allowing(actions: list[str], **condition: Any) -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"} | condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def assumed(session: EmulatedSession, policy: str) -> "CloudFormationClient":
    """CloudFormation under a new role that has this policy and nothing else."""
    client: CloudFormationClient = client_under(session, policy, "cloudformation")
    return client


def client_under(session: EmulatedSession, policy: str, service: str) -> Any:
    """A client of any service under a new role that has this policy and nothing else."""
    name = a_name("role")
    iam = session.client("iam")
    trust = role_trusting({"AWS": f"arn:aws:iam::{MEMBER}:root"})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="limited", PolicyDocument=policy)
    issued = session.client("sts").assume_role(RoleArn=role, RoleSessionName="probe")
    credentials = issued["Credentials"]
    return boto3.client(
        service,  # type: ignore[call-overload]
        region_name=session.region_name,
        endpoint_url=session.client("cloudformation").meta.endpoint_url,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=CLIENT_CONFIG,
    )
