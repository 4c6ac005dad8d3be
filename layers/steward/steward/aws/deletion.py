"""Asking CloudFormation to delete one stack, with rights for that one stack only."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from steward.aws.errors import code_of, denials, message_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import DeleteStackInputTypeDef

# "AssumeRole", AWS Security Token Service API Reference: the plain text of a session policy.
LONGEST_SESSION_POLICY = 2048


class DeleteRefused(Exception):
    """CloudFormation refused the delete at once, so nothing of the stack was touched.

    Termination protection, an export in use, a running operation or a service role that cannot be
    assumed: `reason` is CloudFormation's own sentence.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"CloudFormation refused the delete: {reason}")
        self.reason = reason


def delete_stack(
    client: "CloudFormationClient",
    stack_id: str,
    token: str,
    role_arn: str = "",
    retain: Sequence[str] = (),
    force: bool = False,
) -> None:
    """Ask once; the stack's events tell the outcome. `retain` and `force` fit DELETE_FAILED only.

    A token that CloudFormation has already seen is this very delete, accepted before a crash.
    """
    request: DeleteStackInputTypeDef = {"StackName": stack_id, "ClientRequestToken": token}
    if role_arn:
        request["RoleARN"] = role_arn
    if retain:
        request["RetainResources"] = list(retain)
    if force:
        request["DeletionMode"] = "FORCE_DELETE_STACK"
    with denials():
        try:
            client.delete_stack(**request)
        except ClientError as error:
            if code_of(error) == "ValidationError":
                raise DeleteRefused(message_of(error)) from error
            if code_of(error) != "TokenAlreadyExistsException":
                raise


def one_stack_session_policy(
    stack_id: str, cloudformation_role_arn: str, *, empty_buckets: Sequence[str] = ()
) -> str:
    """A session policy that leaves of a role's rights only those to delete this one stack.

    ListImports has no resource type ("Actions, resources, and condition keys for AWS
    CloudFormation", Service Authorization Reference), so it stays open.
    """
    statements = [
        _allow(
            stack_id,
            "cloudformation:DeleteStack",
            "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStacks",
            "cloudformation:ListStackResources",
        ),
        _allow("*", "cloudformation:ListImports"),
    ]
    if cloudformation_role_arn:
        statements.append(_pass_role(cloudformation_role_arn))
    statements += _empty_buckets(stack_id.split(":")[1], empty_buckets)
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))
    if len(policy) > LONGEST_SESSION_POLICY:
        raise DeleteRefused(
            f"a session policy holds {LONGEST_SESSION_POLICY} characters and {len(policy)} would "
            f"be needed to name {stack_id} and {len(empty_buckets)} buckets; name fewer at once"
        )
    return policy


def _allow(resource: str | list[str], *actions: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def _pass_role(role_arn: str) -> dict[str, Any]:
    condition = {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}}
    return {**_allow(role_arn, "iam:PassRole"), "Condition": condition}


def _empty_buckets(partition: str, buckets: Sequence[str]) -> list[dict[str, Any]]:
    if not buckets:
        return []
    arns = [f"arn:{partition}:s3:::{bucket}" for bucket in buckets]
    return [
        _allow(arns, "s3:ListBucketVersions"),
        _allow([f"{arn}/*" for arn in arns], "s3:DeleteObject", "s3:DeleteObjectVersion"),
    ]
