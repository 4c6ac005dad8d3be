"""What a change set would do, read to its last page and through its nested stacks."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from steward.domain.tagging import Change

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import (
        ChangeTypeDef,
        DescribeChangeSetOutputTypeDef,
        ResourceChangeTypeDef,
    )


def describe(
    client: "CloudFormationClient", stack_id: str, name: str
) -> "list[DescribeChangeSetOutputTypeDef]":
    """All pages; while the change set is being made there is one."""
    paginator = client.get_paginator("describe_change_set")
    return [*paginator.paginate(ChangeSetName=name, StackName=stack_id)]


def changes_of(
    client: "CloudFormationClient", pages: "Iterable[DescribeChangeSetOutputTypeDef]"
) -> Iterator[Change]:
    """Every change, those of nested stacks after the nested stack's own row."""
    for page in pages:
        for row in page.get("Changes", []):
            yield _change(row)
            yield from _nested(client, row.get("ResourceChange", {}))


def _nested(client: "CloudFormationClient", row: "ResourceChangeTypeDef") -> Iterator[Change]:
    nested = row.get("ChangeSetId")
    if not nested:
        return
    # An ARN of the form ...:changeSet/<name>/<uuid>.
    stack_id, name = row.get("PhysicalResourceId", ""), nested.split("/")[1]
    yield from changes_of(client, describe(client, stack_id, name))


def _change(row: "ChangeTypeDef") -> Change:
    """A row of another type than a resource has no action, which no judgement lets pass."""
    resource = row.get("ResourceChange", {})
    return Change(
        logical_id=resource.get("LogicalResourceId", "something"),
        resource_type=resource.get("ResourceType", row.get("Type", "")),
        action=resource.get("Action", ""),
        replacement=resource.get("Replacement", ""),
        scope=tuple(resource.get("Scope", [])),
    )
