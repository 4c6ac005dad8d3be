"""CodeDeploy with several deployments, as the guard meets it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.integration.functions.exchange import Call, Refused

STARTED = datetime.fromisoformat("2026-11-23T09:30:00+00:00")
PRE, SHIFT, POST = "BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"
_EVENTS = (PRE, SHIFT, POST)
_OVER = frozenset({"Succeeded", "Failed", "Stopped"})


@dataclass
class Deployed:
    """One deployment. `running`: the lifecycle event under way; empty before it has started."""

    deployment_id: str
    created_at: datetime = STARTED
    status: str = "InProgress"
    creator: str = "CloudFormation"
    platform: str = "Lambda"
    rolls_back: str = ""
    running: str = PRE
    running_since: datetime | None = STARTED
    weight: float | None = None
    hooks: tuple[str, str] = ("CodeDeployHook_steward-pre", "CodeDeployHook_steward-post")
    revision_type: str = "String"
    shifted: dict[str, str] = field(default_factory=dict)

    def info(self) -> dict[str, Any]:
        undone = {"rollbackTriggeringDeploymentId": self.rolls_back} if self.rolls_back else {}
        return {
            "applicationName": "shop",
            "deploymentGroupName": "shop-live",
            "deploymentConfigName": "CodeDeployDefault.LambdaCanary10Percent10Minutes",
            "deploymentId": self.deployment_id,
            "status": self.status,
            "creator": self.creator,
            "computePlatform": self.platform,
            "createTime": self.created_at,
            "revision": self.revision(),
            "rollbackInfo": undone,
            "deploymentStyle": {"deploymentOption": "WITH_TRAFFIC_CONTROL"},
        }

    def revision(self) -> dict[str, Any]:
        """Without its content, which GetDeployment leaves out. `sha256` finds it again."""
        if self.revision_type == "S3":
            place = {"bucket": "specs", "key": "appspec.yaml", "bundleType": "YAML"}
            return {"revisionType": "S3", "s3Location": place}
        return {"revisionType": "String", "string": {"sha256": self.deployment_id}}

    def app_spec(self) -> str:
        properties = {"Name": "shop", "Alias": "live", "CurrentVersion": "3", "TargetVersion": "4"}
        resource = {"Type": "AWS::Lambda::Function", "Properties": properties}
        hooks = [{PRE: self.hooks[0]}, {POST: self.hooks[1]}]
        return json.dumps({"version": "0.0", "Resources": [{"shop": resource}], "Hooks": hooks})

    def target(self) -> dict[str, Any]:
        info: dict[str, Any] = {
            "functionName": "shop",
            "functionAlias": "live",
            "currentVersion": "3",
            "targetVersion": "4",
        } | self.shifted
        if self.weight is not None:
            info["targetVersionWeight"] = self.weight
        return {
            "deploymentTargetType": "LambdaFunction",
            "lambdaTarget": {
                "deploymentId": self.deployment_id,
                "status": "InProgress",
                "lambdaFunctionInfo": info,
                "lifecycleEvents": [self._event(name) for name in _EVENTS],
            },
        }

    def _event(self, name: str) -> dict[str, Any]:
        here, now = _EVENTS.index(name), _EVENTS.index(self.running)
        if here < now:
            ended = {"startTime": self.created_at, "endTime": self.created_at}
            return {"lifecycleEventName": name, "status": "Succeeded", **ended}
        if here > now:
            return {"lifecycleEventName": name, "status": "Pending"}
        times = {"startTime": self.running_since} if self.running_since else {}
        return {"lifecycleEventName": name, "status": "InProgress", **times}


@dataclass
class FakeDeployments:
    """`said`: what was reported, in order. `stopped`: what was told to stop. `page`: ids a page."""

    deployments: dict[str, Deployed] = field(default_factory=dict)
    said: list[tuple[str, str]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    over: set[str] = field(default_factory=set)
    page: int = 100

    def create(self, deployment_id: str, **facts: Any) -> Deployed:
        deployed = Deployed(deployment_id, **facts)
        self.deployments[deployment_id] = deployed
        return deployed

    def __call__(self, call: Call) -> dict[str, Any]:
        answers: dict[str, Callable[[Any], dict[str, Any]]] = {
            "GetDeployment": lambda asked: {"deploymentInfo": self._known(asked).info()},
            "GetApplicationRevision": self._revision,
            "ListDeploymentTargets": lambda asked: {
                "targetIds": [self._started(asked).deployment_id]
            },
            "GetDeploymentTarget": lambda asked: {
                "deploymentTarget": self._started(asked).target()
            },
            "GetDeploymentConfig": lambda _asked: _configuration(),
            "PutLifecycleEventHookExecutionStatus": self._reported,
            "StopDeployment": self._stop,
            "ListDeployments": self._listed,
        }
        assert call.operation in answers, f"the guard has no business with {call.operation}"
        return answers[call.operation](call.params)

    def _known(self, asked: Any) -> Deployed:
        if asked["deploymentId"] not in self.deployments:
            raise Refused("DeploymentDoesNotExistException", "no such deployment")
        return self.deployments[asked["deploymentId"]]

    def _started(self, asked: Any) -> Deployed:
        deployed = self._known(asked)
        if not deployed.running:
            raise Refused("DeploymentNotStartedException", "not yet")
        return deployed

    def _revision(self, asked: Any) -> dict[str, Any]:
        deployed = self.deployments[asked["revision"]["string"]["sha256"]]
        content = {"content": deployed.app_spec(), "sha256": deployed.deployment_id}
        return {
            "applicationName": "shop",
            "revision": {"revisionType": "String", "string": content},
        }

    def _reported(self, asked: Any) -> dict[str, Any]:
        execution_id = asked["lifecycleEventHookExecutionId"]
        if execution_id in self.over:
            raise Refused("LifecycleEventAlreadyCompletedException", "the event is over")
        self.over.add(execution_id)
        self.said.append((execution_id, asked["status"]))
        return {"lifecycleEventHookExecutionId": execution_id}

    def _stop(self, asked: Any) -> dict[str, Any]:
        deployed = self._known(asked)
        if deployed.status in _OVER:
            raise Refused("DeploymentAlreadyCompletedException", "it is over")
        assert asked["autoRollbackEnabled"] is True, "what is stopped is rolled back"
        self.stopped.append(deployed.deployment_id)
        return {"status": "Pending", "statusMessage": "Stopping"}

    def _listed(self, asked: Any) -> dict[str, Any]:
        created = asked["createTimeRange"]
        statuses = asked.get("includeOnlyStatuses") or [
            each.status for each in self.deployments.values()
        ]
        found = [
            each.deployment_id
            for each in self.deployments.values()
            if created["start"] <= each.created_at <= created["end"] and each.status in statuses
        ]
        first = int(asked.get("nextToken", "0"))
        last = first + self.page
        more = {"nextToken": str(last)} if last < len(found) else {}
        return {"deployments": found[first:last], **more}


def _configuration() -> dict[str, Any]:
    return {
        "deploymentConfigInfo": {
            "computePlatform": "Lambda",
            "trafficRoutingConfig": {
                "type": "TimeBasedCanary",
                "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": 10},
            },
        }
    }


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)
