"""A unit in which functions are deployed: real functions, real hooks, and what they told."""

import contextlib
import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from local.codedeploy_control import ENDED, CodeDeployControl, UnitDeployments
from local.emulator import Emulator
from local.function_templates import TRUST

if TYPE_CHECKING:
    from mypy_boto3_codedeploy.type_defs import DeploymentInfoTypeDef, LambdaTargetTypeDef

CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
LINEAR = "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"
AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce"
BEFORE, AFTER = "BeforeAllowTraffic", "AfterAllowTraffic"
ALL_EVENTS = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
ANSWERING = "def handler(event, context): return [context.function_version, '{}']"
FAILING = "def handler(event, context): raise ValueError('{}')"
# Says in a queue what it was told, then reports what its name says.
HOOK = """
import json, os
import boto3

def handler(event, context):
    name = context.function_name
    account = context.invoked_function_arn.split(":")[4]
    queue = boto3.client("sqs").get_queue_url(QueueName="told", QueueOwnerAWSAccountId=account)
    told = json.dumps({"hook": name, "event": event})
    boto3.client("sqs").send_message(QueueUrl=queue["QueueUrl"], MessageBody=told)
    if not name.endswith("silent"):
        boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
            deploymentId=event["DeploymentId"],
            lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
            status=name.rpartition("-")[2],
        )
"""


@dataclass
class RolloutWorld:
    """One application and one group of one account; versions 1 and 2 of `web`, `live` at 1."""

    emulator: Emulator
    account: str

    def __post_init__(self) -> None:
        self.control = CodeDeployControl(self.emulator.endpoint)
        self.unit: UnitDeployments = self.control.unit(self.account)
        self.session = self.unit.session
        self.codedeploy = self.session.client("codedeploy")
        self.functions = self.session.client("lambda")
        self.group = ("shop", "web")

    def build(self) -> "RolloutWorld":
        trust = json.dumps(TRUST)
        iam = self.session.client("iam")
        role = iam.create_role(RoleName="functions", AssumeRolePolicyDocument=trust)
        self.role = role["Role"]["Arn"]
        self.session.client("sqs").create_queue(QueueName="told")
        self.make_function("web", ANSWERING.format("one"))
        self.publish(ANSWERING.format("two"))
        self.functions.create_alias(FunctionName="web", Name="live", FunctionVersion="1")
        self.codedeploy.create_application(applicationName="shop", computePlatform="Lambda")
        self.make_group(self.group[1])
        return self

    def make_group(self, name: str, **settings: Any) -> None:
        rollback = {"enabled": True, "events": ALL_EVENTS}
        self.codedeploy.create_deployment_group(
            applicationName="shop",
            deploymentGroupName=name,
            serviceRoleArn=self.role,
            **{"autoRollbackConfiguration": rollback} | settings,
        )

    def make_function(self, name: str, code: str, **properties: Any) -> None:
        self.functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=self.role,
            Handler="app.handler",
            Code={"ZipFile": zipped(code)},
            **{"Timeout": 20, "Publish": True} | properties,
        )

    def publish(self, code: str) -> str:
        """Publishes a version of `web` that has this code."""
        changed = self.functions.update_function_code(
            FunctionName="web", ZipFile=zipped(code), Publish=True
        )
        return changed["Version"]

    def make_hook(self, name: str) -> str:
        self.make_function(name, HOOK)
        return name

    def reset(self, version: str = "1") -> None:
        """All traffic to one version, and at the quickest pace."""
        self.control.set_pace(0.002, hook_limit=20)
        self.functions.update_alias(
            FunctionName="web", Name="live", FunctionVersion=version, RoutingConfig={}
        )

    def settle(self) -> None:
        """Ends what still runs, and the rollbacks that come of it."""
        while running := [each for each in self.unit.all() if each["status"] not in ENDED]:
            for each in running:
                with contextlib.suppress(self.codedeploy.exceptions.ClientError):
                    self.codedeploy.stop_deployment(deploymentId=each["deploymentId"])
                self.unit.wait(each["deploymentId"])

    def start(
        self, configuration: str = AT_ONCE, versions: tuple[str, str] = ("1", "2"), **hooks: str
    ) -> str:
        """`before` and `after` name hooks."""
        events = {"before": BEFORE, "after": AFTER}
        named = {events[each]: hook for each, hook in hooks.items()}
        return self.unit.start(self.group, ("web", "live"), versions, named, configuration)

    def ended(self, configuration: str = AT_ONCE, **hooks: str) -> "DeploymentInfoTypeDef":
        return self.unit.wait(self.start(configuration, ("1", "2"), **hooks))

    def rollback_of(self, deployment_id: str) -> "DeploymentInfoTypeDef":
        info = self.unit.describe(deployment_id)
        return self.unit.wait(info["rollbackInfo"]["rollbackDeploymentId"])

    def target(self, deployment_id: str) -> "LambdaTargetTypeDef":
        client = self.codedeploy
        (name,) = client.list_deployment_targets(deploymentId=deployment_id)["targetIds"]
        found = client.get_deployment_target(deploymentId=deployment_id, targetId=name)
        return found["deploymentTarget"]["lambdaTarget"]

    def event_statuses(self, deployment_id: str) -> dict[str, str]:
        events = self.target(deployment_id)["lifecycleEvents"]
        return {each["lifecycleEventName"]: each["status"] for each in events}

    def alias(self) -> tuple[str, dict[str, float]]:
        found = self.functions.get_alias(FunctionName="web", Name="live")
        weights = found.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
        return found["FunctionVersion"], dict(weights)

    def told(self, deployment_id: str) -> dict[str, Any]:
        """What the next hook of a deployment was told; others' news are dropped."""
        return self.news("told", lambda news: news["event"]["DeploymentId"] == deployment_id)

    def news(self, queue: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        client = self.session.client("sqs")
        url = client.get_queue_url(QueueName=queue)["QueueUrl"]
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            got = client.receive_message(QueueUrl=url, WaitTimeSeconds=2)
            for message in got.get("Messages", []):
                client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                body: dict[str, Any] = json.loads(message["Body"])
                if wanted(body):
                    return body
        raise AssertionError(f"{queue} never got the news")

    def report(self, told: Mapping[str, Any], status: str) -> None:
        self.codedeploy.put_lifecycle_event_hook_execution_status(
            deploymentId=told["event"]["DeploymentId"],
            lifecycleEventHookExecutionId=told["event"]["LifecycleEventHookExecutionId"],
            status=status,  # type: ignore[arg-type]
        )

    def metric(self, name: str, statistic: str = "Sum", **dimensions: str) -> float:
        """Of the last ten minutes of AWS/Lambda; 0 without data."""
        now = datetime.now(UTC)
        metric = {
            "Namespace": "AWS/Lambda",
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
        }
        query = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": statistic}}
        found = self.session.client("cloudwatch").get_metric_data(
            StartTime=now - timedelta(minutes=10),
            EndTime=now + timedelta(minutes=1),
            MetricDataQueries=[query],  # type: ignore[list-item]
        )["MetricDataResults"][0]
        return sum(found["Values"])

    def until(self, holds: Callable[[], bool], within_seconds: float = 15) -> None:
        deadline = time.monotonic() + within_seconds
        while not holds():
            assert time.monotonic() < deadline, "it never came to hold"
            time.sleep(0.02)


def zipped(code: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        files.writestr("app.py", code)
    return packed.getvalue()
