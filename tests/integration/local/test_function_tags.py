"""Policies that let invoke only functions with a tag, as the rollout hooks have one."""

import json

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from tests.e2e.known_lies.making import MEMBER, client_under
from tests.integration.local.lambda_functions import create_function
from tests.integration.local.rollout_world import RolloutWorld

ENROLLED = {"steward:rollout": "enabled"}
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "lambda:InvokeFunction",
                "Resource": f"arn:aws:lambda:eu-west-1:{MEMBER}:function:*",
                "Condition": {"StringEquals": {"aws:ResourceTag/steward:rollout": "enabled"}},
            }
        ],
    }
)


@pytest.fixture(scope="module")
def world(enforcing: Emulator) -> RolloutWorld:
    world = RolloutWorld(enforcing, MEMBER)
    for name, tags in (("enrolled", ENROLLED), ("other", {"steward:rollout": "no"}), ("bare", {})):
        create_function(world.session, f"tagged-{name}", Runtime="python3.13", Tags=tags)
        world.functions.publish_version(FunctionName=f"tagged-{name}")
    return world


@pytest.mark.parametrize("qualifier", ["$LATEST", "1"])
def test_a_function_with_the_tag_may_be_invoked_in_any_version(
    world: RolloutWorld, qualifier: str
) -> None:
    functions = client_under(world.session, POLICY, "lambda")
    answer = functions.invoke(FunctionName="tagged-enrolled", Qualifier=qualifier)
    assert answer["StatusCode"] == 200


@pytest.mark.parametrize("name", ["tagged-other", "tagged-bare"])
def test_a_function_without_the_tag_may_not(world: RolloutWorld, name: str) -> None:
    functions = client_under(world.session, POLICY, "lambda")
    with pytest.raises(ClientError) as error:
        functions.invoke(FunctionName=name)
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"


def test_the_tag_counts_as_soon_as_it_is_there(world: RolloutWorld) -> None:
    create_function(world.session, "tagged-later", Runtime="python3.13")
    functions = client_under(world.session, POLICY, "lambda")
    with pytest.raises(ClientError):
        functions.invoke(FunctionName="tagged-later", InvocationType="DryRun")
    arn = f"arn:aws:lambda:eu-west-1:{MEMBER}:function:tagged-later"
    world.functions.tag_resource(Resource=arn, Tags=ENROLLED)
    dry = functions.invoke(FunctionName="tagged-later", InvocationType="DryRun")
    assert dry["StatusCode"] == 204
