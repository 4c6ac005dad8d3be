"""Stacks of one unit, read from CloudFormation. Nothing here changes one."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, EndpointConnectionError

from steward.aws.errors import DENIED, NOT_ENABLED, code_of, message_of, says
from steward.aws.sessions import UnitUnreachable
from steward.aws.stack_rows import stack_of
from steward.domain.stacks import Stack, Unit

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackResourceSummaryTypeDef


def list_stacks(client: "CloudFormationClient", unit: Unit) -> Iterator[Stack]:
    """Every stack that is not deleted, streamed page by page: one call a page, flat in memory.

    Whatever breaks off the scan is raised: a list that merely ends is complete.
    """
    try:
        for page in client.get_paginator("describe_stacks").paginate():
            for row in page["Stacks"]:
                yield stack_of(row, unit)
    except ClientError as error:
        if code_of(error) not in NOT_ENABLED | DENIED:
            raise
        raise UnitUnreachable(unit, code_of(error), message_of(error)) from error
    except EndpointConnectionError as error:
        raise UnitUnreachable(unit, type(error).__name__, str(error)) from error


def read_stack(client: "CloudFormationClient", unit: Unit, stack_id: str) -> Stack | None:
    """The stack as it is now, deleted ones for 90 days too; None when CloudFormation knows none."""
    try:
        rows = client.describe_stacks(StackName=stack_id)["Stacks"]
    except ClientError as error:
        if says(error, "ValidationError", "does not exist"):
            return None
        raise
    return stack_of(rows[0], unit)


def importers(client: "CloudFormationClient", exports: Iterable[str]) -> tuple[str, ...]:
    """Names of the stacks of the same unit that import any of `exports`."""
    return tuple(sorted({name for export in exports for name in _importers_of(client, export)}))


def _importers_of(client: "CloudFormationClient", export: str) -> list[str]:
    pages = client.get_paginator("list_imports").paginate(ExportName=export)
    try:
        return [name for page in pages for name in page["Imports"]]
    except ClientError as error:
        if says(error, "ValidationError", "is not imported"):
            return []
        raise


def failed_resource_ids(client: "CloudFormationClient", stack_id: str) -> tuple[str, ...]:
    """Logical ids of what a delete could not delete: the only ones RetainResources accepts."""
    return tuple(
        resource["LogicalResourceId"]
        for resource in _resources(client, stack_id)
        if resource["ResourceStatus"] == "DELETE_FAILED"
    )


def bucket_names(client: "CloudFormationClient", stack_id: str) -> tuple[str, ...]:
    """The S3 buckets that the stack itself still has; those of nested stacks are not among them."""
    return tuple(
        resource["PhysicalResourceId"]
        for resource in _resources(client, stack_id)
        if resource["ResourceType"] == "AWS::S3::Bucket"
        and resource["ResourceStatus"] not in {"DELETE_COMPLETE", "DELETE_SKIPPED"}
        and resource.get("PhysicalResourceId")
    )


def _resources(
    client: "CloudFormationClient", stack_id: str
) -> "Iterator[StackResourceSummaryTypeDef]":
    for page in client.get_paginator("list_stack_resources").paginate(StackName=stack_id):
        yield from page["StackResourceSummaries"]
