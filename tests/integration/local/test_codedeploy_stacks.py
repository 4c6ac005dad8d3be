"""Stacks whose aliases CodeDeploy moves, written for SAM as its users write them."""

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from local.codedeploy_control import CodeDeployControl
from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from tests.integration.local.rollout_world import ANSWERING, FAILING

if TYPE_CHECKING:
    from mypy_boto3_codedeploy.type_defs import DeploymentInfoTypeDef

ACCOUNT = "510000000003"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
HOOK = """
import boto3
def handler(event, context):
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status="{}",
    )
"""
RUN = {"Runtime": "python3.13", "Handler": "index.handler", "Timeout": 20}


def function(code: str, **properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Serverless::Function",
        "Properties": RUN | {"InlineCode": code} | properties,
    }


def shifted(code: str, **preference: Any) -> dict[str, Any]:
    preferred = {"Type": "Canary10Percent5Minutes"} | preference
    return function(code, AutoPublishAlias="live", DeploymentPreference=preferred)


class Stack:
    """One stack of the account, and the deployments that came of it."""

    def __init__(self, session: EmulatedSession, name: str) -> None:
        self.session, self.name = session, name
        self._stacks = session.client("cloudformation")

    def create(self, **resources: Any) -> str:
        self._stacks.create_stack(**self.asked(resources))
        return self.settled()

    def update(self, **resources: Any) -> str:
        self._stacks.update_stack(**self.asked(resources))
        return self.settled()

    def deployments(self) -> "list[DeploymentInfoTypeDef]":
        """Of this stack's group, the oldest first."""
        client = self.session.client("codedeploy")
        found = []
        for application in client.list_applications()["applications"]:
            if application.startswith(f"{self.name}-"):
                names = client.list_deployment_groups(applicationName=application)
                for group in names["deploymentGroups"]:
                    found += client.list_deployments(
                        applicationName=application, deploymentGroupName=group
                    )["deployments"]
        described = [client.get_deployment(deploymentId=each)["deploymentInfo"] for each in found]
        return sorted(described, key=lambda each: each["createTime"])

    def physical(self, logical_id: str) -> str:
        found = self._stacks.describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return found["StackResourceDetail"]["PhysicalResourceId"]

    def version(self, logical_id: str = "Web") -> tuple[str, bool]:
        """Of the alias; and whether it has a second one."""
        alias = self.session.client("lambda").get_alias(
            FunctionName=self.physical(logical_id), Name="live"
        )
        return alias["FunctionVersion"], "RoutingConfig" in alias

    def reasons(self) -> str:
        events = self._stacks.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = [each for each in events if each["ResourceStatus"].endswith("FAILED")]
        return " ".join(each.get("ResourceStatusReason", "") for each in failed)

    def asked(self, resources: dict[str, Any]) -> Any:
        template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}
        return {
            "StackName": self.name,
            "TemplateBody": json.dumps(template),
            "Capabilities": CAPABILITIES,
            "Tags": [{"Key": "team", "Value": "shop"}],
        }

    def settled(self) -> str:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            stack = self._stacks.describe_stacks(StackName=self.name)["Stacks"][0]
            if not stack["StackStatus"].endswith("IN_PROGRESS"):
                return stack["StackStatus"]
            time.sleep(0.05)
        raise AssertionError(f"{self.name} does not settle")


@pytest.fixture(scope="module")
def session(emulator: Emulator) -> EmulatedSession:
    session = EmulatedSession(emulator.endpoint, ACCOUNT)
    hooks = Stack(session, "hooks")
    says = {"Good": "Succeeded", "Bad": "Failed"}
    created = hooks.create(
        **{name: function(HOOK.format(say), FunctionName=name) for name, say in says.items()}
    )
    assert created == "CREATE_COMPLETE"
    return session


@pytest.fixture(autouse=True)
def pace(emulator: Emulator) -> Iterator[CodeDeployControl]:
    control = CodeDeployControl(emulator.endpoint)
    control.set_pace(0.002, hook_limit=20)
    yield control
    control.set_pace()


def test_the_creation_of_an_alias_runs_no_deployment(session: EmulatedSession) -> None:
    stack = Stack(session, "born")
    web = shifted(ANSWERING.format(1), Hooks={"PreTraffic": "Bad"})
    assert stack.create(Web=web) == "CREATE_COMPLETE"
    assert stack.version() == ("1", False)
    assert stack.deployments() == []


def test_an_update_of_the_version_is_deployed_and_waited_for(session: EmulatedSession) -> None:
    stack = Stack(session, "moved")
    hooks = {"PreTraffic": "Good", "PostTraffic": "Good"}
    stack.create(Web=shifted(ANSWERING.format(1), Hooks=hooks))
    assert stack.update(Web=shifted(ANSWERING.format(2), Hooks=hooks)) == "UPDATE_COMPLETE"
    (deployment,) = stack.deployments()
    assert (deployment["creator"], deployment["status"]) == ("CloudFormation", "Succeeded")
    assert stack.version() == ("2", False)
    content = json.loads(deployment["revision"]["string"]["content"])
    assert deployment["revision"]["revisionType"] == "String"
    assert content["Hooks"] == [{"BeforeAllowTraffic": "Good"}, {"AfterAllowTraffic": "Good"}]
    (resource,) = content["Resources"]
    (described,) = resource.values()
    assert described["Properties"] == {
        "Name": stack.physical("Web"),
        "Alias": "live",
        "CurrentVersion": "1",
        "TargetVersion": "2",
    }


def test_a_failed_deployment_fails_the_update_and_the_old_version_stays(
    session: EmulatedSession,
) -> None:
    stack = Stack(session, "failed")
    stack.create(Web=shifted(ANSWERING.format(1)))
    bad = shifted(ANSWERING.format(2), Hooks={"PostTraffic": "Bad"})
    assert stack.update(Web=bad) == "UPDATE_ROLLBACK_COMPLETE"
    assert "HOOK_EXECUTION_FAILURE" in stack.reasons()
    assert stack.version() == ("1", False)
    failed, back = stack.deployments()
    assert (failed["creator"], failed["status"]) == ("CloudFormation", "Failed")
    assert back["creator"] == "codeDeployRollback"
    assert failed["rollbackInfo"]["rollbackDeploymentId"] == back["deploymentId"]


def test_aliases_that_had_moved_already_are_deployed_back(session: EmulatedSession) -> None:
    stack = Stack(session, "both")
    stack.create(Web=shifted(ANSWERING.format(1)))
    later = shifted(ANSWERING.format(1), Hooks={"PreTraffic": "Bad"})
    stack.update(Web=shifted(ANSWERING.format(2)), Later=later)
    later = shifted(ANSWERING.format(2), Hooks={"PreTraffic": "Bad"})
    later["DependsOn"] = "WebAliaslive"
    failed = stack.update(Web=shifted(ANSWERING.format(3)), Later=later)
    assert failed == "UPDATE_ROLLBACK_COMPLETE"
    assert (stack.version("Web"), stack.version("Later")) == (("2", False), ("1", False))
    creators = [each["creator"] for each in stack.deployments()]
    assert creators.count("CloudFormationRollback") == 1


def test_an_alarm_of_the_template_stops_the_update(
    session: EmulatedSession, pace: CodeDeployControl
) -> None:
    """Of the new version's errors alone: 10 % of the invocations reach it."""
    stack = Stack(session, "alarmed")
    alarm = {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
            "Dimensions": [
                {"Name": "FunctionName", "Value": {"Ref": "Web"}},
                {"Name": "Resource", "Value": {"Fn::Sub": "${Web}:live"}},
            ],
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
        },
    }
    alarms = {"Alarms": [{"Ref": "Alarm"}]}
    stack.create(Alarm=alarm, Web=shifted(ANSWERING.format(1), **alarms))
    name, functions = stack.physical("Web"), session.client("lambda")
    pace.set_pace(0.5, stretched=False)
    stacks = session.client("cloudformation")
    stacks.update_stack(**stack.asked({"Alarm": alarm, "Web": shifted(FAILING, **alarms)}))
    for _ in range(600):
        functions.invoke(FunctionName=name, Qualifier="live")
        if stacks.describe_stacks(StackName="alarmed")["Stacks"][0]["StackStatus"].endswith(
            "COMPLETE"
        ):
            break
    assert stack.settled() == "UPDATE_ROLLBACK_COMPLETE"
    assert "ALARM_ACTIVE" in stack.reasons()
    assert stack.version() == ("1", False)


def test_what_the_template_says_of_the_group_is_what_it_is(session: EmulatedSession) -> None:
    stack = Stack(session, "described")
    preference = {"Type": "Linear10PercentEvery1Minute", "Alarms": ["errors"]}
    stack.create(Web=shifted(ANSWERING.format(1), **preference))
    client = session.client("codedeploy")
    asked = {
        "applicationName": stack.physical("ServerlessDeploymentApplication"),
        "deploymentGroupName": stack.physical("WebDeploymentGroup"),
    }
    group = client.get_deployment_group(**asked)["deploymentGroupInfo"]
    assert group["deploymentConfigName"] == "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"
    assert group["alarmConfiguration"] == {"enabled": True, "alarms": [{"name": "errors"}]}
    assert group["autoRollbackConfiguration"]["events"] == [
        "DEPLOYMENT_FAILURE",
        "DEPLOYMENT_STOP_ON_ALARM",
        "DEPLOYMENT_STOP_ON_REQUEST",
    ]
    arn = "arn:aws:codedeploy:eu-west-1:{}:deploymentgroup:{applicationName}/{deploymentGroupName}"
    tags = client.list_tags_for_resource(ResourceArn=arn.format(ACCOUNT, **asked))["Tags"]
    assert {"Key": "aws:cloudformation:stack-name", "Value": "described"} in tags
    assert {"Key": "team", "Value": "shop"} in tags


def test_a_configuration_of_the_template_is_followed_and_goes_with_the_stack(
    session: EmulatedSession,
) -> None:
    stack = Stack(session, "configured")
    half = {
        "Type": "AWS::CodeDeploy::DeploymentConfig",
        "Properties": {
            "DeploymentConfigName": "half-an-hour",
            "ComputePlatform": "Lambda",
            "TrafficRoutingConfig": {
                "Type": "TimeBasedLinear",
                "TimeBasedLinear": {"LinearPercentage": 50, "LinearInterval": "30"},
            },
        },
    }
    stack.create(Half=half, Web=shifted(ANSWERING.format(1), Type={"Ref": "Half"}))
    stack.update(Half=half, Web=shifted(ANSWERING.format(2), Type={"Ref": "Half"}))
    (deployment,) = stack.deployments()
    assert deployment["deploymentConfigName"] == "half-an-hour"
    session.client("cloudformation").delete_stack(StackName="configured")
    client = session.client("codedeploy")
    deadline = time.monotonic() + 10
    while "half-an-hour" in client.list_deployment_configs()["deploymentConfigsList"]:
        assert time.monotonic() < deadline
    applications = client.list_applications()["applications"]
    assert not [each for each in applications if each.startswith("configured-")]
