"""A tags-only update as a change set: propose it, look at all it would do, execute or discard it.

Change sets are addressed by name and StackId, never by their own ARN, so that a role can be
confined to names with Steward's prefix by the condition key cloudformation:ChangeSetName.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from steward.aws.change_rows import changes_of, describe
from steward.aws.errors import code_of, denials
from steward.aws.proposals import UpdateRefused, refusals, tags_only_request
from steward.aws.stack_rows import tags_of
from steward.domain.stacks import Stack
from steward.domain.tagging import Change

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import (
        CreateChangeSetInputTypeDef,
        DescribeChangeSetOutputTypeDef,
    )

POLL = timedelta(seconds=2)
PATIENCE = timedelta(seconds=30)
_BEING_MADE = frozenset({"CREATE_PENDING", "CREATE_IN_PROGRESS"})
_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A change set of ours, made or being made, and the stack it is for. `refused`: why not."""

    stack_id: str
    name: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """It can be executed; `changes` are all of it, those of nested stacks included."""

    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class NothingToDo:
    """The stack already is as proposed."""


@dataclass(frozen=True, slots=True)
class Failed:
    """CloudFormation could not make it, or it can no longer be executed."""

    reason: str


@dataclass(frozen=True, slots=True)
class StillWorking:
    """CloudFormation is not done; the same proposal finds it again later."""


Outcome = Ready | NothingToDo | Failed | StillWorking


def propose(
    client: "CloudFormationClient", stack: Stack, tags: Mapping[str, str], token: str
) -> Proposed:
    """Ask for a change set named `token` that sets exactly `tags`; `outcome` tells how it went.

    One that a crash left behind under the same name is used again if it still fits. Raises
    StackMoved when the stack's tags are no longer those of `stack`.
    """
    proposed = Proposed(stack.stack_id, token)
    try:
        with denials(), refusals():
            request = tags_only_request(client, stack, tags, token)
            if not _create(client, request) and not _fits(client, proposed, tags):
                discard(client, proposed)
                client.create_change_set(**request)
    except UpdateRefused as error:
        return replace(proposed, refused=str(error))
    return proposed


def outcome(
    client: "CloudFormationClient",
    proposed: Proposed,
    patience: timedelta = PATIENCE,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """What became of the change set, waiting at most `patience` for CloudFormation to make it."""
    if proposed.refused:
        return Failed(proposed.refused)
    waited = timedelta(0)
    with denials():
        pages = describe(client, proposed.stack_id, proposed.name)
        while pages[0]["Status"] in _BEING_MADE:
            if waited >= patience:
                return StillWorking()
            sleep(POLL.total_seconds())
            waited += POLL
            pages = describe(client, proposed.stack_id, proposed.name)
        return _settled(client, proposed, pages)


def execute(client: "CloudFormationClient", proposed: Proposed, token: str) -> None:
    """Start the update. All its events carry `token`, which tells it from an owner's deploy.

    A token that CloudFormation has already seen is this very update, started before a crash.
    """
    with denials():
        try:
            client.execute_change_set(
                ChangeSetName=proposed.name,
                StackName=proposed.stack_id,
                ClientRequestToken=token,
            )
        except ClientError as error:
            if code_of(error) != "TokenAlreadyExistsException":
                raise


def discard(client: "CloudFormationClient", proposed: Proposed) -> None:
    """Delete the change set and those it made for nested stacks.

    One that is still being made, or is being executed, stays: nothing is lost by leaving it.
    """
    if proposed.refused:
        return
    with denials():
        try:
            client.delete_change_set(ChangeSetName=proposed.name, StackName=proposed.stack_id)
        except ClientError as error:
            if code_of(error) != "InvalidChangeSetStatus":
                raise


def _create(client: "CloudFormationClient", request: "CreateChangeSetInputTypeDef") -> bool:
    """Whether it was created; False when one of that name exists."""
    try:
        client.create_change_set(**request)
    except ClientError as error:
        if code_of(error) != "AlreadyExistsException":
            raise
        return False
    return True


def _fits(client: "CloudFormationClient", proposed: Proposed, tags: Mapping[str, str]) -> bool:
    """Whether the change set that exists under our name can still become the one proposed."""
    found = describe(client, proposed.stack_id, proposed.name)[0]
    is_alive = found["Status"] in _BEING_MADE or found["ExecutionStatus"] == "AVAILABLE"
    return is_alive and tags_of(found.get("Tags", [])) == tags


def _settled(
    client: "CloudFormationClient",
    proposed: Proposed,
    pages: "list[DescribeChangeSetOutputTypeDef]",
) -> Outcome:
    if pages[0]["StackId"] != proposed.stack_id:
        return Failed("the change set is for another stack of that name")
    status, execution = pages[0]["Status"], pages[0]["ExecutionStatus"]
    if status == "CREATE_COMPLETE" and execution == "AVAILABLE":
        return Ready(tuple(changes_of(client, pages)))
    reason = pages[0].get("StatusReason", "")
    if status == "FAILED" and any(said in reason for said in _NOTHING_TO_DO):
        return NothingToDo()
    return Failed(reason or f"the change set is {status}, {execution}")
