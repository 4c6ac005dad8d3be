"""A stack's own history: who asked for its last update, and how a delete ended."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from steward.aws.errors import says
from steward.domain.ladder import DeleteFailure, ResourceFailure
from steward.domain.stacks import Stack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef


def stack_events(client: "CloudFormationClient", stack_id: str) -> "Iterator[StackEventTypeDef]":
    """Newest first; a further page is asked for only when the one before it was read."""
    for page in client.get_paginator("describe_stack_events").paginate(StackName=stack_id):
        yield from page["StackEvents"]


def last_update_token(client: "CloudFormationClient", stack: Stack) -> str:
    """ClientRequestToken of the stack's last update; empty when it had none or is not found.

    All events of an operation carry its token ("StackEvent", AWS CloudFormation API Reference), so
    the newest update event tells. An event older than LastUpdatedTime belongs to an earlier update:
    its token would pass somebody else's update off as ours.
    """
    for event in stack_events(client, stack.stack_id):
        if event["Timestamp"] < stack.touched_at:
            return ""
        if _is_own(event) and event.get("ResourceStatus", "").startswith("UPDATE_"):
            return event.get("ClientRequestToken", "")
    return ""


def delete_failure(client: "CloudFormationClient", stack_id: str, token: str) -> DeleteFailure:
    """What stopped the delete that `token` asked for; root causes, the oldest failures, first.

    The stack's reason is also there when CloudFormation cancelled the delete and put the stack back
    into the status it came from.
    """
    own, resources = _last_statuses(_delete_events(client, stack_id, token))
    failed = [each for each in resources if each.get("ResourceStatus") == "DELETE_FAILED"]
    return DeleteFailure(
        stack_reason=own.get("ResourceStatusReason", "") if own else "",
        resources=tuple(_resource_failure(event) for event in reversed(failed)),
    )


def leftovers(client: "CloudFormationClient", stack_id: str) -> tuple[str, ...]:
    """What deleting left in the account: `LogicalId (Type) physical-id` for each resource.

    All its last deletes count, since a retry does not name again what the first try passed over.
    Nothing once CloudFormation has forgotten the stack, 90 days after its delete.
    """
    try:
        _, resources = _last_statuses(_final_deletes(client, stack_id))
    except ClientError as error:
        if not says(error, "ValidationError", "does not exist"):
            raise
        return ()
    return tuple(
        f"{event['LogicalResourceId']} ({event['ResourceType']}) "
        f"{event.get('PhysicalResourceId', '')}".rstrip()
        for event in reversed(resources)
        if event.get("ResourceStatus") == "DELETE_SKIPPED"
    )


def _last_statuses(
    events: "Iterable[StackEventTypeDef]",
) -> "tuple[StackEventTypeDef | None, list[StackEventTypeDef]]":
    """How deletes left the stack itself and each resource: CloudFormation retries a resource within
    one delete, and only its last status counts."""
    own: StackEventTypeDef | None = None
    resources: dict[str, StackEventTypeDef] = {}
    for event in events:
        if not _is_own(event):
            resources.setdefault(event["LogicalResourceId"], event)
        elif own is None and event.get("ResourceStatus") != "DELETE_IN_PROGRESS":
            own = event
    return own, list(resources.values())


def _final_deletes(client: "CloudFormationClient", stack_id: str) -> "Iterator[StackEventTypeDef]":
    """Newest first, back to the last operation that was no delete."""
    for event in stack_events(client, stack_id):
        if _is_own(event) and not event.get("ResourceStatus", "").startswith("DELETE_"):
            return
        yield event


def _delete_events(
    client: "CloudFormationClient", stack_id: str, token: str
) -> "Iterator[StackEventTypeDef]":
    """Newest first, back to the DELETE_IN_PROGRESS that opened the delete; an event that carries
    no token counts as one of the newest delete."""
    for event in stack_events(client, stack_id):
        if event.get("ClientRequestToken", token) != token:
            continue
        yield event
        if _is_own(event) and event.get("ResourceStatus") == "DELETE_IN_PROGRESS":
            return


def _is_own(event: "StackEventTypeDef") -> bool:
    return event.get("PhysicalResourceId") == event["StackId"]


def _resource_failure(event: "StackEventTypeDef") -> ResourceFailure:
    return ResourceFailure(
        logical_id=event["LogicalResourceId"],
        resource_type=event["ResourceType"],
        physical_id=event.get("PhysicalResourceId", ""),
        reason=event.get("ResourceStatusReason", ""),
    )
