"""The artifact bucket of one region, which org/artifacts.yaml creates and keeps as it should be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, WaiterError

from steward.aws.errors import code_of, says
from steward_cli.failures import Failure

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, WaiterConfigTypeDef
    from mypy_boto3_s3 import S3Client

STACK = "steward-artifacts"
_OUTPUT = "ArtifactBucketName"
_EVERY_THREE_SECONDS: "WaiterConfigTypeDef" = {"Delay": 3, "MaxAttempts": 200}
_NOT_HERE = frozenset({"404", "NoSuchBucket", "NotFound"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """`name` is the bucket's, as the template makes it from `parameters`, account and region."""

    account_id: str
    region: str
    name: str
    template: str
    parameters: Mapping[str, str]


def bucket_for(cloudformation: "CloudFormationClient", s3: "S3Client", wanted: Wanted) -> str:
    """Create the region's bucket, or bring it up to date; return its name. Raise Failure."""
    if _stack_exists(cloudformation):
        _update(cloudformation, wanted)
    else:
        _refuse_taken(s3, wanted)
        _create(cloudformation, wanted)
    (stack,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    outputs = {each.get("OutputKey"): each.get("OutputValue", "") for each in stack["Outputs"]}
    return outputs[_OUTPUT]


def _stack_exists(client: "CloudFormationClient") -> bool:
    try:
        client.describe_stacks(StackName=STACK)
    except ClientError as error:
        if says(error, "ValidationError", "does not exist"):
            return False
        raise
    return True


def _refuse_taken(s3: "S3Client", wanted: Wanted) -> None:
    """Find out before CloudFormation fails on it whose the name is.

    "HeadBucket", Amazon S3 API Reference: another account's bucket answers 403, a bucket that is
    nobody's 404, and 301 or 400 may say that it is in another region.
    """
    try:
        s3.head_bucket(Bucket=wanted.name, ExpectedBucketOwner=wanted.account_id)
    except ClientError as error:
        if code_of(error) in _NOT_HERE:
            return
        raise Failure(
            f"the bucket name {wanted.name} is taken: it is another account's, is in another "
            "region, or may not be looked at with these credentials",
            "give another --bucket-prefix, the same for all regions",
        ) from error
    raise Failure(
        f"the bucket {wanted.name} is there already, without the stack {STACK} in {wanted.region}",
        f"it is left from an earlier installation: import it into a stack {STACK} of "
        "org/artifacts.yaml, or empty and delete it, or give another --bucket-prefix",
    )


def _create(client: "CloudFormationClient", wanted: Wanted) -> None:
    """A stack that fails at birth is deleted at once, or it would stand in the next try's way."""
    stack_id = client.create_stack(
        StackName=STACK,
        TemplateBody=wanted.template,
        Parameters=_parameters(wanted),
        OnFailure="DELETE",
        EnableTerminationProtection=True,
        Tags=[{"Key": "steward:component", "Value": "artifacts"}],
    )["StackId"]
    try:
        waiter = client.get_waiter("stack_create_complete")
        waiter.wait(StackName=stack_id, WaiterConfig=_EVERY_THREE_SECONDS)
    except WaiterError as error:
        raise _failed(client, stack_id, wanted) from error


def _update(client: "CloudFormationClient", wanted: Wanted) -> None:
    try:
        stack_id = client.update_stack(
            StackName=STACK, TemplateBody=wanted.template, Parameters=_parameters(wanted)
        )["StackId"]
    except ClientError as error:
        if says(error, "ValidationError", "No updates are to be performed"):
            return
        raise
    try:
        waiter = client.get_waiter("stack_update_complete")
        waiter.wait(StackName=stack_id, WaiterConfig=_EVERY_THREE_SECONDS)
    except WaiterError as error:
        raise _failed(client, stack_id, wanted) from error


def _parameters(wanted: Wanted) -> "list[ParameterTypeDef]":
    given = wanted.parameters.items()
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in given]


def _failed(client: "CloudFormationClient", stack_id: str, wanted: Wanted) -> Failure:
    """CloudFormation's own reason: that of the first resource that failed."""
    pages = client.get_paginator("describe_stack_events").paginate(StackName=stack_id)
    failed = [
        event.get("ResourceStatusReason", "")
        for page in pages
        for event in page["StackEvents"]
        if event.get("ResourceStatus", "").endswith("_FAILED")
    ]
    why = failed[-1] if failed else "CloudFormation gave no reason"
    return Failure(
        f"the artifact bucket {wanted.name} could not be made in {wanted.region}: {why}",
        f"mend that, and run the command again; nothing of {STACK} is left there that is in its "
        "way",
    )
