"""CodeDeploy with one deployment of a Lambda function, as a hook of it meets it."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.integration.functions.exchange import Call, Refused

DEPLOYMENT = "d-A1B2C3D4E"
STARTED = datetime.fromisoformat("2026-11-23T09:30:00+00:00")


def app_spec(**properties: str) -> str:
    """As CloudFormation writes it."""
    named = {"Name": "shop", "Alias": "live", "CurrentVersion": "3", "TargetVersion": "4"}
    resource = {"Type": "AWS::Lambda::Function", "Properties": named | properties}
    hooks = [
        {"BeforeAllowTraffic": "CodeDeployHook_steward-pre"},
        {"AfterAllowTraffic": "CodeDeployHook_steward-post"},
    ]
    return json.dumps({"version": "0.0", "Resources": [{"shop": resource}], "Hooks": hooks})


@dataclass
class FakeCodeDeploy:
    """`info`, `target` and `group` change what it answers; `said` is what it was told, in order.

    `running` is the lifecycle event under way; an answer ends it.
    """

    running: str = "BeforeAllowTraffic"
    content: str = field(default_factory=app_spec)
    location: dict[str, Any] = field(default_factory=lambda: {"revisionType": "String"})
    info: dict[str, Any] = field(default_factory=dict)
    shifted: dict[str, Any] = field(default_factory=dict)
    alarms: tuple[str, ...] = ()
    is_started: bool = True
    said: list[tuple[str, str]] = field(default_factory=list)
    over: set[str] = field(default_factory=set)

    def __call__(self, call: Call) -> dict[str, Any]:
        asked = call.params
        match call.operation:
            case "GetDeployment":
                return {"deploymentInfo": self._deployment(asked["deploymentId"])}
            case "GetApplicationRevision":
                return {"applicationName": "shop", "revision": self._revision()}
            case "ListDeploymentTargets":
                return {"targetIds": [self._started("shop:live")]}
            case "GetDeploymentTarget":
                return {"deploymentTarget": self._target()}
            case "GetDeploymentGroup":
                named = [{"name": name} for name in self.alarms]
                alarms = {"enabled": bool(named), "alarms": named}
                return {"deploymentGroupInfo": {"alarmConfiguration": alarms}}
            case "PutLifecycleEventHookExecutionStatus":
                return self._told(asked["lifecycleEventHookExecutionId"], asked["status"])
            case _:
                raise AssertionError(f"a hook has no business with {call.operation}")

    def _deployment(self, deployment_id: str) -> dict[str, Any]:
        if deployment_id != DEPLOYMENT:
            raise Refused("DeploymentDoesNotExistException", "no such deployment")
        return {
            "applicationName": "shop",
            "deploymentGroupName": "shop-live",
            "deploymentConfigName": "CodeDeployDefault.LambdaCanary10Percent10Minutes",
            "deploymentId": DEPLOYMENT,
            "status": "InProgress",
            "creator": "CloudFormation",
            "computePlatform": "Lambda",
            "createTime": STARTED,
            "revision": self.location,
            "deploymentStyle": {"deploymentOption": "WITH_TRAFFIC_CONTROL"},
        } | self.info

    def _revision(self) -> dict[str, Any]:
        kind = self.location["revisionType"]
        place = {"String": "string", "AppSpecContent": "appSpecContent"}[kind]
        return {"revisionType": kind, place: {"content": self.content, "sha256": "0" * 64}}

    def _started(self, target_id: str) -> str:
        if not self.is_started:
            raise Refused("DeploymentNotStartedException", "not yet")
        return target_id

    def _target(self) -> dict[str, Any]:
        info = {"functionName": "shop", "functionAlias": "live", "currentVersion": "3"}
        info |= {"targetVersion": "4"} | self.shifted
        return {
            "deploymentTargetType": "LambdaFunction",
            "lambdaTarget": {
                "deploymentId": DEPLOYMENT,
                "status": "InProgress",
                "lambdaFunctionInfo": info,
                "lifecycleEvents": self._events(),
            },
        }

    def _events(self) -> list[dict[str, Any]]:
        names = ["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"]
        now = names.index(self.running)
        events: list[dict[str, Any]] = []
        for number, name in enumerate(names):
            status = "Succeeded" if number < now else "InProgress" if number == now else "Pending"
            times = {"startTime": STARTED + timedelta(minutes=number)} if number <= now else {}
            times |= {"endTime": STARTED + timedelta(minutes=number + 1)} if number < now else {}
            events.append({"lifecycleEventName": name, "status": status, **times})
        return events

    def _told(self, execution_id: str, status: str) -> dict[str, Any]:
        if execution_id in self.over:
            raise Refused("LifecycleEventAlreadyCompletedException", "the event is over")
        self.over.add(execution_id)
        self.said.append((execution_id, status))
        return {"lifecycleEventHookExecutionId": execution_id}
