"""What a team does to its own stack: create, update, delete, each awaited."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef, TagTypeDef

THREADS = 8
SETTLED_WITHIN_SECONDS = 60.0
POLL_SECONDS = 0.02


class StackDidNotSettleError(Exception):
    """A stack ended in another status than its scenario says, or never ended at all."""


@dataclass(frozen=True)
class Deployment:
    name: str
    template: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    protected: bool = False


def create(client: "CloudFormationClient", deployment: Deployment, settles_as: str) -> str:
    """Create the stack, wait until it settles, return its StackId."""
    stack_id = client.create_stack(
        StackName=deployment.name,
        TemplateBody=deployment.template,
        Parameters=_parameters(deployment.parameters),
        Tags=_tags(deployment.tags),
        Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        EnableTerminationProtection=deployment.protected,
    )["StackId"]
    await_status(client, stack_id, settles_as)
    return stack_id


def update(
    client: "CloudFormationClient",
    stack_id: str,
    settles_as: str = "UPDATE_COMPLETE",
    parameters: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Update the stack as its owner: other parameters are carried over, tags are added."""
    stack = client.describe_stacks(StackName=stack_id)["Stacks"][0]
    changed = parameters or {}
    kept = {each["Key"]: each["Value"] for each in stack.get("Tags", [])}
    client.update_stack(
        StackName=stack_id,
        UsePreviousTemplate=True,
        Parameters=[*_parameters(changed), *_carried(stack, changed)],
        Tags=_tags(kept | dict(tags or {})),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    await_status(client, stack_id, settles_as)


def delete(client: "CloudFormationClient", stack_id: str) -> None:
    client.delete_stack(StackName=stack_id)
    await_status(client, stack_id, "DELETE_COMPLETE")


def await_status(client: "CloudFormationClient", stack_id: str, wanted: str) -> None:
    """Poll until the stack has settled; refuses any other end than `wanted`, with its reason."""
    deadline = time.monotonic() + SETTLED_WITHIN_SECONDS
    stack = _described(client, stack_id)
    while stack["StackStatus"].endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise StackDidNotSettleError(
                f"{stack_id} is still {stack['StackStatus']} after {SETTLED_WITHIN_SECONDS:g} s"
            )
        time.sleep(POLL_SECONDS)
        stack = _described(client, stack_id)
    if stack["StackStatus"] != wanted:
        raise StackDidNotSettleError(
            f"{stack_id} ended in {stack['StackStatus']} instead of {wanted}: "
            f"{_failures(client, stack_id) or 'see its stack events'}"
        )


def _described(client: "CloudFormationClient", stack_id: str) -> "StackTypeDef":
    return client.describe_stacks(StackName=stack_id)["Stacks"][0]


def _failures(client: "CloudFormationClient", stack_id: str) -> str:
    events = client.describe_stack_events(StackName=stack_id)["StackEvents"]
    return "; ".join(
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
        for event in events
        if event["ResourceStatus"].endswith("_FAILED")
    )


def _carried(stack: "StackTypeDef", changed: Mapping[str, str]) -> "list[ParameterTypeDef]":
    keys = (each["ParameterKey"] for each in stack.get("Parameters", []))
    return [{"ParameterKey": key, "UsePreviousValue": True} for key in keys if key not in changed]


def _parameters(values: Mapping[str, str]) -> "list[ParameterTypeDef]":
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def _tags(values: Mapping[str, str]) -> "list[TagTypeDef]":
    return [{"Key": key, "Value": value} for key, value in values.items()]
