"""Rows of DescribeStacks as the domain's stacks."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import TYPE_CHECKING

from steward.domain.stacks import Protection, Stack, Unit

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef, TagTypeDef

# "DescribeStacks", AWS CloudFormation API Reference: the field is optional, and answers that list
# many stacks have left it out.
_PROTECTION = {True: Protection.ON, False: Protection.OFF, None: Protection.UNKNOWN}


def stack_of(row: "StackTypeDef", unit: Unit) -> Stack:
    updated_at = row.get("LastUpdatedTime")
    outputs = row.get("Outputs", [])
    return Stack(
        stack_id=row["StackId"],
        name=row["StackName"],
        unit=unit,
        status=row["StackStatus"],
        created_at=row["CreationTime"].astimezone(UTC),
        updated_at=updated_at.astimezone(UTC) if updated_at else None,
        tags=tags_of(row.get("Tags", [])),
        parent_id=row.get("ParentId") or row.get("RootId") or "",
        protection=_PROTECTION[row.get("EnableTerminationProtection")],
        role_arn=row.get("RoleARN", ""),
        description=row.get("Description", ""),
        output_keys=frozenset(output["OutputKey"] for output in outputs),
        exports=tuple(output["ExportName"] for output in outputs if output.get("ExportName")),
    )


def tags_of(tags: "Iterable[TagTypeDef]") -> Mapping[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
