"""Deployments and their targets, as CodeDeploy shows them."""

from typing import Any

from local.emulator_server.modelled.codedeploy.records import Deployment, LifecycleEvent, Unit

TARGET_STATUS = {"Created": "Pending", "Queued": "Pending", "Stopped": "Failed"}
STYLE = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
Fields = dict[str, Any]


def deployment_info(deployment: Deployment) -> Fields:
    known = {
        "applicationName": deployment.application,
        "deploymentGroupName": deployment.group,
        "deploymentConfigName": deployment.configuration,
        "deploymentId": deployment.id,
        "previousRevision": deployment.previous_revision and deployment.previous_revision.shown(),
        "revision": deployment.revision.shown(),
        "status": deployment.status,
        "errorInformation": deployment.error,
        "createTime": deployment.created_at,
        "startTime": deployment.started_at,
        "completeTime": deployment.completed_at,
        "deploymentOverview": _overview(deployment),
        "description": deployment.description,
        "creator": deployment.creator,
        "autoRollbackConfiguration": dict(deployment.auto_rollback),
        "rollbackInfo": deployment.rollback_info,
        "deploymentStyle": STYLE,
        "computePlatform": "Lambda",
        "overrideAlarmConfiguration": {},
    }
    empty = {name for name, value in known.items() if value in (None, "", {})}
    return {name: value for name, value in known.items() if name not in empty} | {
        "ignoreApplicationStopFailures": False,
        "updateOutdatedInstancesOnly": False,
    }


def target_id(deployment: Deployment) -> str:
    return f"{deployment.app_spec.function}:{deployment.app_spec.alias}"


def deployment_target(unit: Unit, deployment: Deployment) -> Fields:
    wanted = deployment.app_spec
    functions = f"arn:aws:lambda:{unit.region}:{unit.account}:function"
    target = {
        "deploymentId": deployment.id,
        "targetId": target_id(deployment),
        "targetArn": f"{functions}:{target_id(deployment)}",
        "status": _status(deployment),
        "lastUpdatedAt": deployment.completed_at or deployment.clock.now(),
        "lifecycleEvents": [_event(each) for each in deployment.events.values()],
        "lambdaFunctionInfo": {
            "functionName": wanted.function,
            "functionAlias": wanted.alias,
            "currentVersion": wanted.current,
            "targetVersion": wanted.target,
            "targetVersionWeight": deployment.weight / 100,
        },
    }
    return {"deploymentTargetType": "LambdaTarget", "lambdaTarget": target}


def _event(event: LifecycleEvent) -> Fields:
    times = {"startTime": event.started_at, "endTime": event.ended_at}
    shown: Fields = {"lifecycleEventName": event.name, "status": event.status}
    shown |= {name: value for name, value in times.items() if value}
    if event.message:
        shown["diagnostics"] = {"errorCode": "UnknownError", "message": event.message}
    return shown


def _status(deployment: Deployment) -> str:
    return TARGET_STATUS.get(deployment.status, deployment.status)


def _overview(deployment: Deployment) -> dict[str, int]:
    counts = dict.fromkeys(("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready"), 0)
    return counts | {_status(deployment): 1}
