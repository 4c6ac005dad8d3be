"""The operations of CodeDeploy: what they answer and refuse, each as botocore's model has it.

The emulation checks every answer against the model: one that breaks it is an error of the server.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from tests.integration.local.rollout_world import BEFORE, CANARY, LINEAR, RolloutWorld

if TYPE_CHECKING:
    from mypy_boto3_codedeploy.type_defs import (
        AlarmConfigurationTypeDef,
        RevisionLocationTypeDef,
        TimeRangeTypeDef,
    )

ACCOUNT = "510000000002"
UNKNOWN = "d-UNKNOWN00"
YAML = """
version: 0.0
Resources:
  - web:
      Type: AWS::Lambda::Function
      Properties: {Name: web, Alias: live, CurrentVersion: 1, TargetVersion: 2}
"""


@pytest.fixture(scope="module")
def world(emulator: Emulator) -> RolloutWorld:
    world = RolloutWorld(emulator, ACCOUNT).build()
    world.make_hook("hook-silent")
    world.reset()
    return world


@pytest.fixture
def deployed(world: RolloutWorld) -> str:
    world.settle()
    world.reset()
    return world.ended()["deploymentId"]


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as error:
        call()
    return error.value.response["Error"]["Code"]


def content(text: str) -> "RevisionLocationTypeDef":
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": text}}


def deploy(world: RolloutWorld, revision: "RevisionLocationTypeDef", **more: Any) -> str:
    world.settle()
    world.reset()
    return world.codedeploy.create_deployment(
        applicationName="shop", deploymentGroupName="web", revision=revision, **more
    )["deploymentId"]


def test_an_app_spec_may_be_yaml(world: RolloutWorld) -> None:
    deployment = deploy(world, content(YAML))
    assert world.unit.wait(deployment)["status"] == "Succeeded"
    assert world.target(deployment)["lambdaFunctionInfo"]["targetVersion"] == "2"


def test_the_hooks_of_an_app_spec_may_be_in_lower_case(world: RolloutWorld) -> None:
    deployment = deploy(world, content(YAML + f"hooks:\n  - {BEFORE}: hook-silent\n"))
    assert world.told(deployment)["hook"] == "hook-silent"


def test_the_content_of_an_app_spec_is_only_in_the_application_s_revision(
    world: RolloutWorld,
) -> None:
    info = world.unit.describe(deploy(world, content(YAML)))
    shown = info["revision"]["appSpecContent"]
    assert shown.keys() == {"sha256"}
    found = world.codedeploy.get_application_revision(
        applicationName="shop",
        revision={"revisionType": "AppSpecContent", "appSpecContent": {"sha256": shown["sha256"]}},
    )
    assert found["revision"]["appSpecContent"] == {"content": YAML, "sha256": shown["sha256"]}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{", id="neither JSON nor YAML"),
        pytest.param("just words", id="no mapping"),
        pytest.param("version: 0.0\nResources: []\n", id="no function"),
        pytest.param(YAML + "Hooks:\n  - ApplicationStop: x\n", id="a hook of servers"),
    ],
)
def test_an_app_spec_that_cannot_be_deployed_is_refused(world: RolloutWorld, text: str) -> None:
    assert code_of(lambda: deploy(world, content(text))) == "InvalidRevisionException"


def test_the_previous_revision_is_that_of_the_last_success(
    world: RolloutWorld, deployed: str
) -> None:
    first = world.unit.describe(deployed)["revision"]
    world.reset()
    assert world.ended()["previousRevision"] == first


@pytest.mark.parametrize("status", ["Pending", "InProgress", "Skipped", "Unknown"])
def test_only_success_and_failure_can_be_reported(world: RolloutWorld, status: str) -> None:
    deployment = deploy(world, content(YAML + f"Hooks:\n  - {BEFORE}: hook-silent\n"))
    told = world.told(deployment)
    code = code_of(lambda: world.report(told, status))
    assert code == "InvalidLifecycleEventHookExecutionStatusException"


def test_a_hook_reports_once(world: RolloutWorld) -> None:
    deployment = deploy(world, content(YAML + f"Hooks:\n  - {BEFORE}: hook-silent\n"))
    told = world.told(deployment)
    world.report(told, "Succeeded")
    again = code_of(lambda: world.report(told, "Succeeded"))
    assert again == "LifecycleEventAlreadyCompletedException"


def test_a_report_after_the_stop_comes_too_late(world: RolloutWorld) -> None:
    deployment = deploy(world, content(YAML + f"Hooks:\n  - {BEFORE}: hook-silent\n"))
    told = world.told(deployment)
    world.codedeploy.stop_deployment(deploymentId=deployment)
    world.unit.wait(deployment)
    late = code_of(lambda: world.report(told, "Succeeded"))
    assert late == "LifecycleEventAlreadyCompletedException"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        pytest.param({"deploymentId": UNKNOWN}, "DeploymentDoesNotExistException", id="unknown"),
        pytest.param({"deploymentId": "d-1"}, "InvalidDeploymentIdException", id="no ID"),
        pytest.param({}, "DeploymentIdRequiredException", id="no deployment"),
        pytest.param(
            {"lifecycleEventHookExecutionId": "other"},
            "InvalidLifecycleEventHookExecutionIdException",
            id="another execution",
        ),
    ],
)
def test_a_report_names_its_deployment_and_execution(
    world: RolloutWorld, deployed: str, asked: dict[str, Any], code: str
) -> None:
    known = {"deploymentId": deployed} if "lifecycleEventHookExecutionId" in asked else {}
    put = world.codedeploy.put_lifecycle_event_hook_execution_status
    assert code_of(lambda: put(status="Failed", **known | asked)) == code


def test_a_deployment_of_another_region_does_not_exist(world: RolloutWorld, deployed: str) -> None:
    elsewhere = world.control.unit(ACCOUNT, "us-east-1")
    assert code_of(lambda: elsewhere.describe(deployed)) == "DeploymentDoesNotExistException"


def test_a_deployment_that_has_ended_cannot_be_stopped(world: RolloutWorld, deployed: str) -> None:
    code = code_of(lambda: world.codedeploy.stop_deployment(deploymentId=deployed))
    assert code == "DeploymentAlreadyCompletedException"


def test_a_target_is_known_by_its_id(world: RolloutWorld, deployed: str) -> None:
    asked = {"deploymentId": deployed, "targetId": "other"}
    code = code_of(lambda: world.codedeploy.get_deployment_target(**asked))
    assert code == "DeploymentTargetDoesNotExistException"
    batch = world.codedeploy.batch_get_deployment_targets(
        deploymentId=deployed, targetIds=["web:live"]
    )["deploymentTargets"]
    assert [each["lambdaTarget"]["targetId"] for each in batch] == ["web:live"]


def test_deployments_are_listed_by_status_and_time(world: RolloutWorld, deployed: str) -> None:
    made = world.unit.describe(deployed)["createTime"]
    listed = world.codedeploy.list_deployments
    around: TimeRangeTypeDef = {
        "start": made - timedelta(seconds=1),
        "end": made + timedelta(seconds=1),
    }
    before: TimeRangeTypeDef = {"start": made - timedelta(days=2), "end": made - timedelta(days=1)}
    assert deployed in listed(createTimeRange=around)["deployments"]
    assert listed(createTimeRange=before)["deployments"] == []
    assert deployed in listed(includeOnlyStatuses=["Succeeded"])["deployments"]
    assert deployed not in listed(includeOnlyStatuses=["Failed"])["deployments"]
    assert deployed in listed(applicationName="shop", deploymentGroupName="web")["deployments"]
    backwards: TimeRangeTypeDef = {"start": datetime.now(UTC), "end": made - timedelta(days=1)}
    code = code_of(lambda: listed(createTimeRange=backwards))
    assert code == "InvalidTimeRangeException"


def test_deployments_come_newest_first_and_twenty_a_page(world: RolloutWorld) -> None:
    world.make_group("many", autoRollbackConfiguration={"enabled": False})
    made = [
        world.unit.wait(world.unit.start(("shop", "many"), ("web", "live"), ("1", "2"), {}))[
            "deploymentId"
        ]
        for _ in range(25)
    ]
    pages = world.codedeploy.get_paginator("list_deployments").paginate(
        applicationName="shop", deploymentGroupName="many"
    )
    found = [page["deployments"] for page in pages]
    assert [len(page) for page in found] == [20, 5]
    assert [each for page in found for each in page] == made[::-1]


def test_the_nine_predefined_configurations_are_there(world: RolloutWorld) -> None:
    names = world.codedeploy.list_deployment_configs()["deploymentConfigsList"]
    assert len([name for name in names if name.startswith("CodeDeployDefault.Lambda")]) == 9
    canary, linear = (
        world.codedeploy.get_deployment_config(deploymentConfigName=name)["deploymentConfigInfo"]
        for name in (CANARY, LINEAR)
    )
    assert canary["trafficRoutingConfig"]["timeBasedCanary"] == {
        "canaryPercentage": 10,
        "canaryInterval": 5,
    }
    assert linear["trafficRoutingConfig"]["timeBasedLinear"] == {
        "linearPercentage": 10,
        "linearInterval": 1,
    }


def test_a_configuration_of_one_s_own_is_followed(world: RolloutWorld) -> None:
    world.codedeploy.create_deployment_config(
        deploymentConfigName="half",
        computePlatform="Lambda",
        trafficRoutingConfig={
            "type": "TimeBasedCanary",
            "timeBasedCanary": {"canaryPercentage": 50, "canaryInterval": 1},
        },
    )
    world.settle()
    world.reset()
    world.control.set_pace(0.01)
    world.start("half")
    world.until(lambda: world.alias() == ("1", {"2": 0.5}))


@pytest.mark.parametrize(("percent", "minutes"), [(0, 5), (100, 5), (10, 0), (10, 2881)])
def test_a_configuration_beyond_the_quotas_is_refused(
    world: RolloutWorld, percent: int, minutes: int
) -> None:
    code = code_of(
        lambda: world.codedeploy.create_deployment_config(
            deploymentConfigName="beyond",
            computePlatform="Lambda",
            trafficRoutingConfig={
                "type": "TimeBasedCanary",
                "timeBasedCanary": {"canaryPercentage": percent, "canaryInterval": minutes},
            },
        )
    )
    assert code == "InvalidTrafficRoutingConfigurationException"


def test_a_group_keeps_what_an_update_does_not_name(world: RolloutWorld) -> None:
    world.make_group("kept", deploymentConfigName=CANARY)
    alarms: AlarmConfigurationTypeDef = {"enabled": True, "alarms": [{"name": "errors"}]}
    world.codedeploy.update_deployment_group(
        applicationName="shop", currentDeploymentGroupName="kept", alarmConfiguration=alarms
    )
    found = world.codedeploy.get_deployment_group(
        applicationName="shop", deploymentGroupName="kept"
    )["deploymentGroupInfo"]
    assert found["deploymentConfigName"] == CANARY
    assert found["alarmConfiguration"] == alarms
    assert found["autoRollbackConfiguration"]["enabled"]


def test_a_group_has_at_most_ten_alarms(world: RolloutWorld) -> None:
    alarms = {"enabled": True, "alarms": [{"name": f"alarm-{n}"} for n in range(11)]}
    code = code_of(lambda: world.make_group("loud", alarmConfiguration=alarms))
    assert code == "AlarmsLimitExceededException"


def test_every_other_operation_answers_as_its_model_says(
    world: RolloutWorld, deployed: str
) -> None:
    client = world.codedeploy
    group = {"applicationName": "shop", "deploymentGroupName": "gone"}
    world.make_group("gone", tags=[{"Key": "team", "Value": "shop"}])
    arn = f"arn:aws:codedeploy:eu-west-1:{ACCOUNT}:deploymentgroup:shop/gone"
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "prod"}])
    client.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == [
        {"Key": "stage", "Value": "prod"}
    ]
    assert client.get_application(applicationName="shop")["application"]["applicationName"]
    assert client.batch_get_applications(applicationNames=["shop"])["applicationsInfo"]
    assert client.list_applications()["applications"] == ["shop"]
    assert "gone" in client.list_deployment_groups(applicationName="shop")["deploymentGroups"]
    assert client.batch_get_deployment_groups(
        applicationName="shop", deploymentGroupNames=["web", "gone"]
    )["deploymentGroupsInfo"]
    assert client.batch_get_deployments(deploymentIds=[deployed])["deploymentsInfo"]
    client.delete_deployment_group(**group)
    missing = code_of(lambda: client.get_deployment_group(**group))
    assert missing == "DeploymentGroupDoesNotExistException"
    client.create_application(applicationName="brief", computePlatform="Lambda")
    client.delete_application(applicationName="brief")
    unknown = code_of(lambda: client.get_application(applicationName="brief"))
    assert unknown == "ApplicationDoesNotExistException"
    client.create_deployment_config(
        deploymentConfigName="brief",
        computePlatform="Lambda",
        trafficRoutingConfig={"type": "AllAtOnce"},
    )
    client.delete_deployment_config(deploymentConfigName="brief")


def test_a_revision_that_nobody_registered_does_not_exist(world: RolloutWorld) -> None:
    asked: RevisionLocationTypeDef = {
        "revisionType": "String",
        "string": {"content": json.dumps({"version": "0.0"})},
    }
    code = code_of(
        lambda: world.codedeploy.get_application_revision(applicationName="shop", revision=asked)
    )
    assert code == "RevisionDoesNotExistException"
