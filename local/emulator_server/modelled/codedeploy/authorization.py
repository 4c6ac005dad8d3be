"""The resource on which IAM authorizes a call to CodeDeploy.

Source: "Actions, resources, and condition keys for AWS CodeDeploy", Service Authorization
Reference. Calls about targets and StopDeployment have no resource type; a report of a hook is
refused on the deployment group.
"""

import json
from collections.abc import Callable
from typing import Any

from local.emulator_server.modelled.codedeploy.records import Unit, Units

ON_APPLICATION = ("GetApplicationRevision", "GetApplication", "CreateApplication")
WITHOUT_RESOURCE = (
    "BatchGetDeploymentTargets",
    "GetDeploymentTarget",
    "ListDeploymentTargets",
    "ListApplications",
    "ListDeploymentConfigs",
    "StopDeployment",
)


def with_resources(units: Units) -> Callable[[Callable[..., str]], Callable[..., str]]:
    def change(extract: Callable[..., str]) -> Callable[..., str]:
        def extract_resource_arn(
            service: str,
            method: str,
            path: str,
            headers: dict[str, str],
            body: bytes,
            query: object,
            region: str,
            account: str,
        ) -> str:
            if service != "codedeploy":
                return extract(service, method, path, headers, body, query, region, account)
            operation = headers.get("x-amz-target", "").rpartition(".")[2]
            return _resource(units.of(account, region), operation, json.loads(body or b"{}"))

        return extract_resource_arn

    return change


def _resource(unit: Unit, operation: str, request: dict[str, Any]) -> str:
    deployment = unit.deployments.get(request.get("deploymentId", ""))
    application = deployment.application if deployment else request.get("applicationName")
    group = deployment.group if deployment else request.get("deploymentGroupName")
    if operation in WITHOUT_RESOURCE:
        return "*"
    if "deploymentConfigName" in request and not application:
        return unit.arn(f"deploymentconfig:{request['deploymentConfigName']}")
    if operation in ON_APPLICATION:
        return unit.arn(f"application:{application}")
    if application and group:
        return unit.group_arn(application, group)
    if operation == "ListDeployments":
        return unit.group_arn("*", "*")
    return unit.arn(f"application:{application}") if application else "*"
