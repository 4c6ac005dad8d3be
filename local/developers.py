"""Developers of a member account: people who work under a role, in a session of their name."""

import json
from typing import TYPE_CHECKING

from local.emulated_session import EmulatedSession
from local.organization import Organization

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

ROLE = "Developer"


def as_developer(
    organization: Organization, account: str, region: str, session_name: str
) -> EmulatedSession:
    """A session under the account's Developer role, as IAM Identity Center or a pipeline opens it:
    CloudTrail then names `session_name`."""
    root = organization.session(account, region)
    account_id = organization.accounts[account]
    _ensure_role(root.client("iam"), account_id)
    given = root.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{account_id}:role/{ROLE}", RoleSessionName=session_name
    )["Credentials"]
    return EmulatedSession(
        organization.endpoint,
        given["AccessKeyId"],
        region,
        given["SecretAccessKey"],
        given["SessionToken"],
    )


def _ensure_role(iam: "IAMClient", account_id: str) -> None:
    trust = _statement(
        Principal={"AWS": f"arn:aws:iam::{account_id}:root"}, Action="sts:AssumeRole"
    )
    try:
        iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)
    except iam.exceptions.EntityAlreadyExistsException:
        return
    iam.put_role_policy(
        RoleName=ROLE, PolicyName="develop", PolicyDocument=_statement(Action="*", Resource="*")
    )


def _statement(**parts: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **parts}]})
