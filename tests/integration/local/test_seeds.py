"""The whole scenario, seeded into an organization of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from local.emulator import Emulator
from local.organization import Organization, create_organization
from local.owner_actions import act
from local.scenario import LAST_DAY, SCENARIO
from local.scenario_accounts import MEMBERS
from local.scenario_model import ActionKind, SeededStack
from local.seeds import all_tags, cloudformation, seed
from local.stack_operations import StackDidNotSettleError, await_status, delete, update

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

DAY_ZERO = datetime.now(UTC).replace(microsecond=0) - timedelta(days=LAST_DAY)
BY_KEY = {stack.key: stack for stack in SCENARIO}


@dataclass(frozen=True)
class Seeded:
    emulator: Emulator
    organization: Organization
    stack_ids: dict[str, str]

    def client(self, key: str) -> "CloudFormationClient":
        return cloudformation(self.organization, BY_KEY[key])

    def described(self, key: str) -> "StackTypeDef":
        return self.client(key).describe_stacks(StackName=self.stack_ids[key])["Stacks"][0]


@pytest.fixture(scope="module")
def seeded() -> Iterator[Seeded]:
    with Emulator() as emulator:
        organization = create_organization(emulator.endpoint, MEMBERS)
        stack_ids = seed(organization, emulator.control, SCENARIO, DAY_ZERO)
        assert abs(emulator.control.now() - DAY_ZERO) < timedelta(minutes=2)
        yield Seeded(emulator, organization, stack_ids)


@pytest.mark.parametrize("stack", SCENARIO, ids=lambda stack: stack.key)
def test_a_stack_is_there_at_its_age(seeded: Seeded, stack: SeededStack) -> None:
    described = seeded.described(stack.key)
    updates = [update.settles_as for update in stack.updates]
    assert described["StackName"] == stack.name
    assert described["StackStatus"] == [stack.settles_as, *updates][-1]
    assert abs(described["CreationTime"] - (DAY_ZERO - stack.age)) < timedelta(minutes=2)
    assert described["EnableTerminationProtection"] is stack.protected
    tags = {tag["Key"]: tag["Value"] for tag in described["Tags"]}
    assert tags.items() >= all_tags(stack, DAY_ZERO).items()


def test_an_updated_stack_has_the_time_of_its_update(seeded: Seeded) -> None:
    updated = seeded.described("renewed-before")["LastUpdatedTime"]
    assert abs(updated - (DAY_ZERO - timedelta(days=2))) < timedelta(minutes=2)


def test_a_promise_for_later_is_written_as_an_instant() -> None:
    tags = all_tags(BY_KEY["extended-by-tag"], DAY_ZERO)
    assert datetime.fromisoformat(tags["expires-at"]) == DAY_ZERO + timedelta(days=40)


def test_a_deletion_that_fails_once_succeeds_next_time(seeded: Seeded) -> None:
    key = "delete-fails-once"
    client, stack_id = seeded.client(key), seeded.stack_ids[key]
    with pytest.raises(StackDidNotSettleError, match="eni-0a1b2c3d is in use"):
        delete(client, stack_id)
    delete(client, stack_id)


def test_a_deletion_that_fails_always_fails_again(seeded: Seeded) -> None:
    key = "delete-fails-always"
    client, stack_id = seeded.client(key), seeded.stack_ids[key]
    for _ in range(2):
        client.delete_stack(StackName=stack_id)
        await_status(client, stack_id, "DELETE_FAILED")


def test_an_update_carries_a_hidden_parameter_over(seeded: Seeded) -> None:
    key = "hidden-and-ssm-parameters"
    update(seeded.client(key), seeded.stack_ids[key], tags={"revision": "2"})
    topics = seeded.organization.session("payments-dev").client("sns")
    resources = seeded.client(key).describe_stack_resources(StackName=seeded.stack_ids[key])
    topic = next(
        resource["PhysicalResourceId"]
        for resource in resources["StackResources"]
        if resource["LogicalResourceId"] == "Events"
    )
    assert topics.get_topic_attributes(TopicArn=topic)["Attributes"]["DisplayName"] == "cards"


def acted(seeded: Seeded, key: str) -> str:
    stack = BY_KEY[key]
    (action,) = stack.actions
    seeded.emulator.control.travel_to(DAY_ZERO + timedelta(days=action.day))
    return act(seeded.organization, stack, seeded.stack_ids[key], action, DAY_ZERO)


@pytest.mark.parametrize("key", ["deployed-again", "extended-after-notice"])
def test_a_deploy_updates_the_stack_and_adds_tags(seeded: Seeded, key: str) -> None:
    assert acted(seeded, key) == seeded.stack_ids[key]
    described = seeded.described(key)
    (action,) = BY_KEY[key].actions
    deployed = DAY_ZERO + timedelta(days=action.day)
    assert abs(described["LastUpdatedTime"] - deployed) < timedelta(minutes=2)
    tags = {tag["Key"]: tag["Value"] for tag in described["Tags"]}
    assert tags.items() > all_tags(BY_KEY[key], DAY_ZERO).items()


def test_a_redeploy_makes_another_stack_of_the_same_name(seeded: Seeded) -> None:
    successor = acted(seeded, "same-name")
    assert successor != seeded.stack_ids["same-name"]
    assert seeded.described("same-name")["StackStatus"] == "DELETE_COMPLETE"
    living = seeded.client("same-name").describe_stacks(StackName="feat-ranking")["Stacks"][0]
    assert living["StackId"] == successor


def test_an_owner_can_delete(seeded: Seeded) -> None:
    acted(seeded, "deleted-by-owner")
    assert BY_KEY["deleted-by-owner"].actions[0].kind is ActionKind.DELETE
    assert seeded.described("deleted-by-owner")["StackStatus"] == "DELETE_COMPLETE"


def test_a_stack_that_ends_otherwise_is_reported_with_its_reason(seeded: Seeded) -> None:
    broken = BY_KEY["creation-rolled-back"]
    with pytest.raises(StackDidNotSettleError, match="ended in ROLLBACK_COMPLETE instead of"):
        await_status(
            cloudformation(seeded.organization, broken),
            seeded.stack_ids[broken.key],
            "CREATE_COMPLETE",
        )
