"""Answers about deployments in every state, against botocore's model; no emulator runs."""

from datetime import UTC, datetime
from typing import Any

import pytest

from local.emulator_server.modelled.codedeploy.configurations import predefined, steps_of
from local.emulator_server.modelled.codedeploy.groups import Groups
from local.emulator_server.modelled.codedeploy.pace import DeploymentClock, Pace
from local.emulator_server.modelled.codedeploy.records import (
    EVENT_NAMES,
    Application,
    Deployment,
    Group,
    Unit,
)
from local.emulator_server.modelled.codedeploy.revisions import AFTER, BEFORE, AppSpec, Revision
from local.emulator_server.modelled.codedeploy.showing import deployment_info, deployment_target
from local.emulator_server.modelled.service import model_of
from local.emulator_server.modelled.validation import problems

NOW = datetime(2026, 11, 23, tzinfo=UTC)
APP_SPEC = AppSpec("web", "live", "1", "2", {BEFORE: "pre", AFTER: "post"})
MODEL = model_of("codedeploy")
CODES = ("HOOK_EXECUTION_FAILURE", "TIMEOUT", "MANUAL_STOP", "ALARM_ACTIVE")
CREATORS = ("user", "codeDeployRollback", "CloudFormation", "CloudFormationRollback")


def a_deployment(kind: str = "String", **fields: Any) -> Deployment:
    pace = Pace(0.02)
    configuration = predefined()["CodeDeployDefault.LambdaCanary10Percent5Minutes"]
    steps = steps_of(configuration["trafficRoutingConfig"])
    known = {
        "application": "shop",
        "group": "web",
        "configuration": configuration["deploymentConfigName"],
        "steps": steps,
        "creator": "user",
        "revision": Revision(kind, APP_SPEC.text()),
        "app_spec": APP_SPEC,
        "clock": DeploymentClock(steps[0].stays, pace),
    }
    made = Deployment(**known | fields)
    made.started_at = NOW
    return made


def wrong(value: Any, shape: str) -> list[str]:
    return problems(value, MODEL.shape_for(shape))


@pytest.mark.parametrize("creator", CREATORS)
@pytest.mark.parametrize("kind", ["String", "AppSpecContent"])
@pytest.mark.parametrize(
    "status", ["Created", "Queued", "InProgress", "Succeeded", "Failed", "Stopped"]
)
def test_a_deployment_of_any_kind_is_one_of_the_model(creator: str, kind: str, status: str) -> None:
    deployment = a_deployment(kind, creator=creator)
    deployment.status = status
    deployment.previous_revision = deployment.revision
    assert wrong(deployment_info(deployment), "DeploymentInfo") == []
    target = deployment_target(Unit("1" * 12, "eu-west-1"), deployment)
    assert wrong(target, "DeploymentTarget") == []


@pytest.mark.parametrize("code", CODES)
def test_an_error_is_one_of_the_model(code: str) -> None:
    deployment = a_deployment()
    deployment.error = {"code": code, "message": "what happened"}
    deployment.rollback_info = {"rollbackDeploymentId": "d-1", "rollbackMessage": "back"}
    assert wrong(deployment_info(deployment), "DeploymentInfo") == []
    assert deployment_info(deployment)["errorInformation"]["code"] == code


@pytest.mark.parametrize("name", EVENT_NAMES)
@pytest.mark.parametrize("status", ["Pending", "InProgress", "Succeeded", "Failed"])
def test_a_lifecycle_event_is_one_of_the_model(name: str, status: str) -> None:
    deployment = a_deployment()
    event = deployment.events[name]
    event.status, event.message, event.started_at = status, "why", NOW
    target = deployment_target(Unit("1" * 12, "eu-west-1"), deployment)
    assert wrong(target, "DeploymentTarget") == []


def test_groups_and_configurations_are_those_of_the_model() -> None:
    unit = Unit("1" * 12, "eu-west-1")
    unit.applications["shop"] = Application("shop", NOW, "Lambda")
    group = unit.groups["shop", "web"] = Group("shop", "web", {"serviceRoleArn": "role"})
    group.last_attempted = group.last_successful = a_deployment()
    group.revision = group.last_attempted.revision
    operations = Groups(lambda: unit).operations()
    named = {"applicationName": "shop", "deploymentGroupName": "web"}
    for operation, request in (
        ("GetApplication", named),
        ("GetDeploymentGroup", named),
        ("ListDeploymentGroups", named),
        *(("GetDeploymentConfig", {"deploymentConfigName": name}) for name in predefined()),
    ):
        shape = MODEL.operation_model(operation).output_shape
        assert problems(operations[operation](dict(request)), shape) == []
