"""CodeDeploy under IAM: each call needs its own action, on the resource that AWS asks about."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from tests.e2e.known_lies.making import MEMBER, allowing, client_under
from tests.integration.local.rollout_world import RolloutWorld

CODEDEPLOY = f"arn:aws:codedeploy:eu-west-1:{MEMBER}"
GROUP, APPLICATION = f"{CODEDEPLOY}:deploymentgroup:*", f"{CODEDEPLOY}:application:*"
ANYTHING = "*"
REVISION = {"revisionType": "String", "string": {"content": "{}"}}
EXECUTION = {"lifecycleEventHookExecutionId": "none", "status": "Failed"}
DENIED = "AccessDeniedException"
NAMING = {"applicationName", "deploymentConfigName"}
CALLS = [
    ("get_deployment", "GetDeployment", {}, GROUP, ""),
    (
        "put_lifecycle_event_hook_execution_status",
        "PutLifecycleEventHookExecutionStatus",
        EXECUTION,
        GROUP,
        "InvalidLifecycleEventHookExecutionIdException",
    ),
    ("list_deployment_targets", "ListDeploymentTargets", {}, ANYTHING, ""),
    ("get_deployment_target", "GetDeploymentTarget", {"targetId": "web:live"}, ANYTHING, ""),
    ("stop_deployment", "StopDeployment", {}, ANYTHING, "DeploymentAlreadyCompletedException"),
    (
        "get_deployment_group",
        "GetDeploymentGroup",
        {"applicationName": "shop", "deploymentGroupName": "web"},
        GROUP,
        "",
    ),
    (
        "get_application_revision",
        "GetApplicationRevision",
        {"applicationName": "shop", "revision": REVISION},
        APPLICATION,
        "RevisionDoesNotExistException",
    ),
    (
        "list_deployments",
        "ListDeployments",
        {"applicationName": "shop", "deploymentGroupName": "web"},
        GROUP,
        "",
    ),
    (
        "get_deployment_config",
        "GetDeploymentConfig",
        {"deploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce"},
        f"{CODEDEPLOY}:deploymentconfig:*",
        "",
    ),
]


@pytest.fixture(scope="module")
def world(enforcing: Emulator) -> RolloutWorld:
    return RolloutWorld(enforcing, MEMBER).build()


@pytest.fixture(scope="module")
def deployment(world: RolloutWorld) -> str:
    return world.ended()["deploymentId"]


@pytest.mark.parametrize(
    ("call", "operation", "asked", "resource", "code"), CALLS, ids=[each[1] for each in CALLS]
)
def test_a_call_needs_its_action_on_its_resource(
    world: RolloutWorld,
    deployment: str,
    call: str,
    operation: str,
    asked: dict[str, Any],
    resource: str,
    code: str,
) -> None:
    named = {"deploymentId": deployment} if not asked.keys() & NAMING else {}
    others = [f"codedeploy:{each[1]}" for each in CALLS if each[1] != operation]
    elsewhere = GROUP if resource == ANYTHING else f"{CODEDEPLOY}:instance:*"
    assert (
        answer(world, allowing([f"codedeploy:{operation}"], Resource=resource), call, asked | named)
        == code
    )
    assert answer(world, allowing(others), call, asked | named) == DENIED
    wrong = allowing([f"codedeploy:{operation}"], Resource=elsewhere)
    assert answer(world, wrong, call, asked | named) == DENIED


def answer(world: RolloutWorld, policy: str, call: str, asked: dict[str, Any]) -> str:
    """The code of the error; empty for none."""
    client = client_under(world.session, policy, "codedeploy")
    try:
        getattr(client, call)(**asked)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""
