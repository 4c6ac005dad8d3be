import json
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from local.organization import Organization
from local.stack_operations import Deployment, await_status, create, delete

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

TEMPLATE = json.dumps({"Resources": {"Events": {"Type": "AWS::SNS::Topic"}}})
NAME = "steward-7"


@pytest.fixture
def cloudformation(organization: Organization) -> "CloudFormationClient":
    return organization.session("alpha-dev").client("cloudformation")


@pytest.fixture
def stack_name() -> str:
    return f"feat-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def stack_id(cloudformation: "CloudFormationClient", stack_name: str) -> str:
    return create(
        cloudformation, Deployment(stack_name, TEMPLATE, {}, {"owner": "web"}), "CREATE_COMPLETE"
    )


def propose(client: "CloudFormationClient", stack: str, name: str = NAME) -> str:
    """A change set that only adds a tag; returns its id."""
    return client.create_change_set(
        StackName=stack,
        ChangeSetName=name,
        UsePreviousTemplate=True,
        Tags=[{"Key": "owner", "Value": "web"}, {"Key": "steward:state", "Value": "active"}],
    )["Id"]


def test_it_is_described_by_its_name_and_the_stack_id(
    cloudformation: "CloudFormationClient", stack_id: str
) -> None:
    proposed = propose(cloudformation, stack_id)
    described = cloudformation.describe_change_set(ChangeSetName=NAME, StackName=stack_id)
    assert (described["ChangeSetId"], described["StackId"]) == (proposed, stack_id)
    assert described["Changes"][0]["ResourceChange"]["Scope"] == ["Tags"]


def test_it_is_executed_by_its_name_and_the_stack_id(
    cloudformation: "CloudFormationClient", stack_id: str
) -> None:
    propose(cloudformation, stack_id)
    cloudformation.execute_change_set(ChangeSetName=NAME, StackName=stack_id)
    await_status(cloudformation, stack_id, "UPDATE_COMPLETE")
    tags = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["Tags"]
    assert {"Key": "steward:state", "Value": "active"} in tags


def test_it_is_deleted_by_its_name_and_the_stack_id(
    cloudformation: "CloudFormationClient", stack_id: str, stack_name: str
) -> None:
    kept = propose(cloudformation, stack_id, "kept")
    propose(cloudformation, stack_id)
    cloudformation.delete_change_set(ChangeSetName=NAME, StackName=stack_id)
    left = cloudformation.list_change_sets(StackName=stack_name)["Summaries"]
    assert [each["ChangeSetId"] for each in left] == [kept]


@pytest.mark.parametrize("place", ["name", "id"])
def test_other_ways_to_name_it_still_work(
    cloudformation: "CloudFormationClient", stack_id: str, stack_name: str, place: str
) -> None:
    proposed = propose(cloudformation, stack_id)
    described = (
        cloudformation.describe_change_set(ChangeSetName=NAME, StackName=stack_name)
        if place == "name"
        else cloudformation.describe_change_set(ChangeSetName=proposed)
    )
    assert described["ChangeSetId"] == proposed


@pytest.fixture
def successor_id(cloudformation: "CloudFormationClient", stack_id: str, stack_name: str) -> str:
    """The StackId of a later stack with the name of `stack_id`, which had a change set."""
    propose(cloudformation, stack_id, "of-the-first")
    delete(cloudformation, stack_id)
    return create(cloudformation, Deployment(stack_name, TEMPLATE, {}, {}), "CREATE_COMPLETE")


type Operation = Callable[["CloudFormationClient", str, str], object]


def describe(client: "CloudFormationClient", name: str, stack: str) -> object:
    return client.describe_change_set(ChangeSetName=name, StackName=stack)


def execute(client: "CloudFormationClient", name: str, stack: str) -> object:
    return client.execute_change_set(ChangeSetName=name, StackName=stack)


either_operation = pytest.mark.parametrize("operation", [describe, execute])


@either_operation
def test_a_later_stack_does_not_find_one_of_its_namesake(
    cloudformation: "CloudFormationClient", successor_id: str, operation: Operation
) -> None:
    with pytest.raises(cloudformation.exceptions.ChangeSetNotFoundException):
        operation(cloudformation, "of-the-first", successor_id)


@either_operation
def test_a_deleted_stack_does_not_find_one_of_its_successor(
    cloudformation: "CloudFormationClient", stack_id: str, successor_id: str, operation: Operation
) -> None:
    propose(cloudformation, successor_id)
    with pytest.raises(cloudformation.exceptions.ChangeSetNotFoundException):
        operation(cloudformation, NAME, stack_id)
    found = cloudformation.describe_change_set(ChangeSetName=NAME, StackName=successor_id)
    assert found["ExecutionStatus"] == "AVAILABLE"
