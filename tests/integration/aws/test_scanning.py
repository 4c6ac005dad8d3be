"""A sweep over units as the worker does it, against a CloudFormation that pages by fifty."""

import json
from collections.abc import Iterator

from botocore.session import Session

from steward.aws.sessions import Sessions
from steward.aws.stacks import list_stacks, read_stack
from steward.domain.stacks import Unit
from tests.integration.aws.conftest import HUB
from tests.integration.aws.counting import Calls

ROLE = "steward-read"
MEMBERS = ("222222222222", "333333333333")
REGIONS = ("eu-west-1", "us-east-1")
TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})


def units() -> Iterator[Unit]:
    for account_id in MEMBERS:
        for region in REGIONS:
            yield Unit(account_id, region)


def test_calls_are_the_fewest_possible(sessions: Sessions, calls: Calls) -> None:
    full = Unit(MEMBERS[0], REGIONS[0])
    seeder = sessions.cloudformation(full, ROLE)
    for number in range(120):
        seeder.create_stack(StackName=f"feat-{number:03}", TemplateBody=TEMPLATE)
    calls.clear()
    sessions = Sessions(HUB, session=calls.watch(Session()))
    found = {
        unit: [stack.name for stack in list_stacks(sessions.cloudformation(unit, ROLE), unit)]
        for unit in units()
    }
    assert {unit: len(names) for unit, names in found.items()} == {
        unit: 120 if unit == full else 0 for unit in units()
    }
    assert len(set(found[full])) == 120
    assert calls == {"AssumeRole": 2, "DescribeStacks": 3 + 1 + 1 + 1}


def test_a_member_is_read_in_its_own_account(sessions: Sessions) -> None:
    unit = Unit(MEMBERS[0], REGIONS[0])
    client = sessions.cloudformation(unit, ROLE)
    client.create_stack(
        StackName="feat-cart",
        TemplateBody=TEMPLATE,
        Tags=[{"Key": "stage", "Value": "feature"}],
    )
    (stack,) = list_stacks(client, unit)
    assert stack.stack_id.startswith(f"arn:aws:cloudformation:eu-west-1:{MEMBERS[0]}:stack/")
    assert stack.tags == {"stage": "feature"}
    fresh = read_stack(client, unit, stack.stack_id)
    assert fresh is not None
    assert fresh.status == "CREATE_COMPLETE"


def test_a_redeployed_stack_is_another_one(sessions: Sessions) -> None:
    unit = Unit(MEMBERS[0], REGIONS[0])
    client = sessions.cloudformation(unit, ROLE)
    first = client.create_stack(StackName="feat-cart", TemplateBody=TEMPLATE)["StackId"]
    client.delete_stack(StackName=first)
    second = client.create_stack(StackName="feat-cart", TemplateBody=TEMPLATE)["StackId"]
    gone = read_stack(client, unit, first)
    there = read_stack(client, unit, second)
    assert gone is not None
    assert there is not None
    assert (gone.status, there.status) == ("DELETE_COMPLETE", "CREATE_COMPLETE")


def test_a_stack_nobody_knows_is_none(sessions: Sessions) -> None:
    unit = Unit(MEMBERS[0], REGIONS[0])
    stack_id = f"arn:aws:cloudformation:eu-west-1:{MEMBERS[0]}:stack/feat-x/1"
    assert read_stack(sessions.cloudformation(unit, ROLE), unit, stack_id) is None
