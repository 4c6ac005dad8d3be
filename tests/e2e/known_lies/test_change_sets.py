"""Change sets."""

from typing import TYPE_CHECKING

import pytest

from local.emulated_session import EmulatedSession
from tests.e2e.known_lies.making import TOPIC, a_name, a_stack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

pytestmark = pytest.mark.e2e


def test_a_change_set_of_a_rolled_back_creation_is_accepted(
    cloudformation: "CloudFormationClient",
) -> None:
    """AWS: ROLLBACK_COMPLETE can only be deleted."""
    twice = {"Type": "String", "Name": f"/{a_name('twice')}", "Value": "x"}
    first = {"Type": "AWS::SSM::Parameter", "Properties": twice}
    template = {"Resources": {"First": first, "Second": first | {"DependsOn": "First"}}}
    stack_id = a_stack(cloudformation, template, "ROLLBACK_COMPLETE")
    answer = cloudformation.create_change_set(
        StackName=stack_id, ChangeSetName="steward-1", UsePreviousTemplate=True, Tags=[]
    )
    assert answer["Id"]


def test_a_change_set_is_not_found_by_the_stack_id(plain: EmulatedSession) -> None:
    """AWS: a name or a StackId names the stack. Corrected by local/emulator_server."""
    client = plain.client("cloudformation")
    stack_id = a_stack(client)
    client.create_change_set(
        StackName=stack_id,
        ChangeSetName="steward-1",
        UsePreviousTemplate=True,
        Tags=[{"Key": "a", "Value": "b"}],
    )
    name = stack_id.split("/")[1]
    assert client.describe_change_set(StackName=name, ChangeSetName="steward-1")["Changes"]
    with pytest.raises(client.exceptions.ChangeSetNotFoundException):
        client.describe_change_set(StackName=stack_id, ChangeSetName="steward-1")
    with pytest.raises(client.exceptions.ChangeSetNotFoundException):
        client.execute_change_set(StackName=stack_id, ChangeSetName="steward-1")


def test_a_change_set_shows_hidden_parameters(cloudformation: "CloudFormationClient") -> None:
    """AWS: masked. Steward must not log the parameters of a change set."""
    template = TOPIC | {"Parameters": {"Secret": {"Type": "String", "NoEcho": True}}}
    stack_id = a_stack(cloudformation, template, Secret="swordfish")
    change_set = cloudformation.create_change_set(
        StackName=stack_id,
        ChangeSetName="steward-1",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Secret", "UsePreviousValue": True}],
        Tags=[{"Key": "a", "Value": "b"}],
    )
    described = cloudformation.describe_change_set(ChangeSetName=change_set["Id"])
    assert described["Parameters"][0]["ParameterValue"] == "swordfish"
