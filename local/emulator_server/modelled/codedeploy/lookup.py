"""Finds what a request names, or refuses as CodeDeploy does."""

import re
from collections.abc import Mapping
from typing import Any

from local.emulator_server.modelled.codedeploy.records import Application, Deployment, Group, Unit
from local.emulator_server.modelled.service import RefusedCallError

Request = Mapping[str, Any]
Fields = dict[str, Any]
DEPLOYMENT_ID = re.compile(r"d-[A-Z0-9]{9}")


def application_of(unit: Unit, request: Request) -> Application:
    name = request.get("applicationName", "")
    found = unit.applications.get(name)
    if found is None:
        what = f"No application found for name: {name}"
        raise RefusedCallError("ApplicationDoesNotExistException", what)
    return found


def group_of(unit: Unit, request: Request) -> Group:
    application = application_of(unit, request)
    name = request.get("deploymentGroupName") or request.get("currentDeploymentGroupName")
    if not name:
        raise RefusedCallError("DeploymentGroupNameRequiredException", "no deployment group named")
    found = unit.groups.get((application.name, name))
    if found is None:
        what = f"No Deployment Group found for name: {name}"
        raise RefusedCallError("DeploymentGroupDoesNotExistException", what)
    return found


def configuration_of(unit: Unit, name: str) -> Fields:
    found = unit.configurations.get(name)
    if found is None:
        what = f"No Deployment Configuration found for name: {name}"
        raise RefusedCallError("DeploymentConfigDoesNotExistException", what)
    return found


def deployment_of(unit: Unit, request: Request) -> Deployment:
    wanted = request.get("deploymentId", "")
    if not wanted:
        raise RefusedCallError("DeploymentIdRequiredException", "no deployment ID given")
    if not DEPLOYMENT_ID.fullmatch(wanted):
        what = f"{wanted} is not the ID of a deployment"
        raise RefusedCallError("InvalidDeploymentIdException", what)
    found = unit.deployments.get(wanted)
    if found is None:
        what = f"The deployment {wanted} could not be found"
        raise RefusedCallError("DeploymentDoesNotExistException", what)
    return found
