"""Who may do what."""

import json

import pytest
from botocore.exceptions import ClientError

from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from local.stack_operations import Deployment, await_status, create
from tests.e2e.known_lies.making import (
    MEMBER,
    TOPIC,
    a_name,
    a_stack,
    allowing,
    assumed,
)

pytestmark = pytest.mark.e2e


def test_a_role_that_does_not_exist_can_be_assumed(member: EmulatedSession) -> None:
    """AWS: AccessDenied. So roles are proven with IAM enforced only."""
    answer = member.client("sts").assume_role(
        RoleArn="arn:aws:iam::333333333333:role/does-not-exist", RoleSessionName="probe"
    )
    assert answer["Credentials"]["AccessKeyId"]


@pytest.mark.parametrize(
    "condition",
    [
        {"cloudformation:ChangeSetName": "steward-*"},
        {"aws:ResourceTag/stage": "feature"},
    ],
    ids=lambda condition: next(iter(condition)),
)
def test_condition_keys_of_the_resource_never_match(
    enforcing_emulator: Emulator, condition: dict[str, str]
) -> None:
    """AWS: the matching request is allowed.

    Hence UseConditionKeys=false in the members here.
    """
    session = EmulatedSession(enforcing_emulator.endpoint, MEMBER)
    stack_id = create(
        session.client("cloudformation"),
        Deployment(a_name("condition"), json.dumps(TOPIC), {}, {"stage": "feature"}),
        "CREATE_COMPLETE",
    )
    limited = assumed(
        session,
        allowing(["cloudformation:CreateChangeSet"], Condition={"StringLike": condition}),
    )
    with pytest.raises(ClientError, match="not authorized"):
        limited.create_change_set(
            StackName=stack_id, ChangeSetName="steward-1", UsePreviousTemplate=True, Tags=[]
        )


def test_passing_a_role_needs_no_permission(enforcing_emulator: Emulator) -> None:
    """AWS: iam:PassRole is checked when DeleteStack names a role."""
    session = EmulatedSession(enforcing_emulator.endpoint, MEMBER)
    stack_id = a_stack(session.client("cloudformation"))
    limited = assumed(session, allowing(["cloudformation:DeleteStack"]))
    limited.delete_stack(
        StackName=stack_id, RoleARN=f"arn:aws:iam::{MEMBER}:role/steward-cloudformation"
    )
    await_status(session.client("cloudformation"), stack_id, "DELETE_COMPLETE")


def test_the_role_of_a_delete_never_matches_its_condition_key(
    enforcing_emulator: Emulator,
) -> None:
    """AWS: allowed, as the delete names the role of the condition. Here it fails closed."""
    session = EmulatedSession(enforcing_emulator.endpoint, MEMBER)
    stack_id = a_stack(session.client("cloudformation"))
    role = f"arn:aws:iam::{MEMBER}:role/steward-cloudformation"
    condition = {"ArnEquals": {"cloudformation:RoleArn": role}}
    limited = assumed(session, allowing(["cloudformation:DeleteStack"], Condition=condition))
    with pytest.raises(ClientError, match="not authorized"):
        limited.delete_stack(StackName=stack_id, RoleARN=role)
