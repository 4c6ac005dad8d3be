"""The hub's stack as CloudFormation shows it: what was asked for, and what came of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


@dataclass(frozen=True, slots=True)
class Resource:
    """`physical_id` is empty for one that does not exist yet."""

    logical_id: str
    type: str
    physical_id: str


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """One stack with all its resources."""

    name: str
    status: str
    reason: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    resources: tuple[Resource, ...] = ()

    def of_type(self, kind: str) -> tuple[Resource, ...]:
        return tuple(each for each in self.resources if each.type == kind and each.physical_id)

    def physical_id(self, logical_id: str) -> str:
        """Empty when the stack has no such resource."""
        found = (each.physical_id for each in self.resources if each.logical_id == logical_id)
        return next(found, "")

    def parameter(self, name: str, otherwise: str = "") -> str:
        return self.parameters.get(name) or otherwise

    def number(self, name: str, otherwise: int) -> int:
        return int(self.parameter(name, str(otherwise)))


def deployed_stack(client: "CloudFormationClient", name: str) -> DeployedStack:
    row = client.describe_stacks(StackName=name)["Stacks"][0]
    return DeployedStack(
        name=row["StackName"],
        status=row["StackStatus"],
        reason=row.get("StackStatusReason", ""),
        outputs={
            each.get("OutputKey", ""): each.get("OutputValue", "")
            for each in row.get("Outputs", [])
        },
        parameters={
            each.get("ParameterKey", ""): each.get("ParameterValue", "")
            for each in row.get("Parameters", [])
        },
        resources=tuple(_resources(client, name)),
    )


def _resources(client: "CloudFormationClient", name: str) -> Iterator[Resource]:
    for page in client.get_paginator("list_stack_resources").paginate(StackName=name):
        for row in page["StackResourceSummaries"]:
            yield Resource(
                row["LogicalResourceId"], row["ResourceType"], row.get("PhysicalResourceId", "")
            )
