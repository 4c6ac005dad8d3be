"""Applications, deployment groups and configurations: the operations that keep them."""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from local.emulator_server.modelled.codedeploy.configurations import ALL_AT_ONCE, problem_of
from local.emulator_server.modelled.codedeploy.lookup import (
    application_of,
    configuration_of,
    group_of,
)
from local.emulator_server.modelled.codedeploy.records import (
    Application,
    Deployment,
    Group,
    Unit,
)
from local.emulator_server.modelled.pages import page_of
from local.emulator_server.modelled.service import RefusedCallError
from local.emulator_server.modelled.wire import Operation

NAMES_OF_A_PAGE = 100
BAD_TOKEN = "InvalidNextTokenException"
MOST_ALARMS = 10
NOT_SETTINGS = ("applicationName", "deploymentGroupName", "currentDeploymentGroupName", "tags")
DEFAULT_STYLE = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
Fields = dict[str, Any]
Request = Mapping[str, Any]


class Groups:
    def __init__(self, unit: Callable[[], Unit]) -> None:
        self._unit = unit

    def operations(self) -> dict[str, Operation]:
        return {
            "CreateApplication": self._create_application,
            "GetApplication": self._get_application,
            "BatchGetApplications": self._get_applications,
            "ListApplications": self._list_applications,
            "DeleteApplication": self._delete_application,
            "CreateDeploymentGroup": self._create_group,
            "UpdateDeploymentGroup": self._update_group,
            "GetDeploymentGroup": self._get_group,
            "BatchGetDeploymentGroups": self._get_groups,
            "ListDeploymentGroups": self._list_groups,
            "DeleteDeploymentGroup": self._delete_group,
            "CreateDeploymentConfig": self._create_configuration,
            "GetDeploymentConfig": self._get_configuration,
            "ListDeploymentConfigs": self._list_configurations,
            "DeleteDeploymentConfig": self._delete_configuration,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
        }

    def _create_application(self, request: Request) -> Fields:
        unit, name = self._unit(), request["applicationName"]
        if name in unit.applications:
            what = f"Application already exists with name: {name}"
            raise RefusedCallError("ApplicationAlreadyExistsException", what)
        platform = request.get("computePlatform", "Server")
        if platform != "Lambda":
            what = f"only applications of the Lambda platform are emulated, not {platform}"
            raise RefusedCallError("InvalidComputePlatformException", what)
        made = unit.applications[name] = Application(name, datetime.now(UTC), platform)
        _set_tags(unit, unit.arn(f"application:{name}"), request)
        return {"applicationId": made.id}

    def _get_application(self, request: Request) -> Fields:
        return {"application": _application(application_of(self._unit(), request))}

    def _get_applications(self, request: Request) -> Fields:
        unit = self._unit()
        named = [application_of(unit, {"applicationName": n}) for n in request["applicationNames"]]
        return {"applicationsInfo": [_application(each) for each in named]}

    def _list_applications(self, request: Request) -> Fields:
        return _names("applications", self._unit().applications, request)

    def _delete_application(self, request: Request) -> Fields:
        unit, name = self._unit(), request["applicationName"]
        unit.applications.pop(name, None)
        unit.groups = {key: group for key, group in unit.groups.items() if key[0] != name}
        return {}

    def _create_group(self, request: Request) -> Fields:
        unit = self._unit()
        application, name = application_of(unit, request), request["deploymentGroupName"]
        if (application.name, name) in unit.groups:
            what = f"Deployment group already exists with name: {name}"
            raise RefusedCallError("DeploymentGroupAlreadyExistsException", what)
        settings = _checked(unit, _settings(request))
        made = unit.groups[application.name, name] = Group(application.name, name, settings)
        _set_tags(unit, unit.group_arn(application.name, name), request)
        return {"deploymentGroupId": made.id}

    def _update_group(self, request: Request) -> Fields:
        """Only what the request names changes."""
        unit = self._unit()
        asked = dict(request) | {"deploymentGroupName": request["currentDeploymentGroupName"]}
        group = group_of(unit, asked)
        group.settings = _checked(
            unit, group.settings | _settings(request, ("newDeploymentGroupName",))
        )
        new = request.get("newDeploymentGroupName", group.name)
        unit.groups[group.application, new] = unit.groups.pop((group.application, group.name))
        group.name = new
        return {"hooksNotCleanedUp": []}

    def _get_group(self, request: Request) -> Fields:
        return {"deploymentGroupInfo": _group(group_of(self._unit(), request))}

    def _get_groups(self, request: Request) -> Fields:
        unit = self._unit()
        application_of(unit, request)
        wanted = [
            unit.groups.get((request["applicationName"], name))
            for name in request["deploymentGroupNames"]
        ]
        return {"deploymentGroupsInfo": [_group(each) for each in wanted if each]}

    def _list_groups(self, request: Request) -> Fields:
        unit, name = self._unit(), application_of(self._unit(), request).name
        listed = [group for application, group in unit.groups if application == name]
        return {"applicationName": name} | _names("deploymentGroups", listed, request)

    def _delete_group(self, request: Request) -> Fields:
        key = (request["applicationName"], request["deploymentGroupName"])
        self._unit().groups.pop(key, None)
        return {"hooksNotCleanedUp": []}

    def _create_configuration(self, request: Request) -> Fields:
        unit, name = self._unit(), request["deploymentConfigName"]
        if name in unit.configurations:
            what = f"Deployment configuration already exists with name: {name}"
            raise RefusedCallError("DeploymentConfigAlreadyExistsException", what)
        if request.get("computePlatform") != "Lambda":
            what = "only configurations of the Lambda platform are emulated"
            raise RefusedCallError("InvalidComputePlatformException", what)
        routing = request.get("trafficRoutingConfig", {})
        if problem := problem_of(routing):
            raise RefusedCallError("InvalidTrafficRoutingConfigurationException", problem)
        made = unit.configurations[name] = {
            "deploymentConfigId": str(uuid.uuid4()),
            "deploymentConfigName": name,
            "createTime": datetime.now(UTC),
            "computePlatform": "Lambda",
            "trafficRoutingConfig": routing,
        }
        return {"deploymentConfigId": made["deploymentConfigId"]}

    def _get_configuration(self, request: Request) -> Fields:
        name = request["deploymentConfigName"]
        return {"deploymentConfigInfo": configuration_of(self._unit(), name)}

    def _list_configurations(self, request: Request) -> Fields:
        return _names("deploymentConfigsList", self._unit().configurations, request)

    def _delete_configuration(self, request: Request) -> Fields:
        unit, name = self._unit(), request["deploymentConfigName"]
        used = any(_configuration_name(each.settings) == name for each in unit.groups.values())
        if used or name.startswith("CodeDeployDefault."):
            code = "DeploymentConfigInUseException" if used else "InvalidOperationException"
            raise RefusedCallError(code, f"{name} cannot be deleted")
        unit.configurations.pop(name, None)
        return {}

    def _tag(self, request: Request) -> Fields:
        unit = self._unit()
        _set_tags(unit, request["ResourceArn"], {"tags": request["Tags"]})
        return {}

    def _untag(self, request: Request) -> Fields:
        tags = self._unit().tags.get(request["ResourceArn"], {})
        for key in request["TagKeys"]:
            tags.pop(key, None)
        return {}

    def _list_tags(self, request: Request) -> Fields:
        tags = self._unit().tags.get(request["ResourceArn"], {})
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def _application(application: Application) -> Fields:
    return {
        "applicationId": application.id,
        "applicationName": application.name,
        "createTime": application.created_at,
        "linkedToGitHub": False,
        "computePlatform": application.platform,
    }


def _group(group: Group) -> Fields:
    known: Fields = {
        "applicationName": group.application,
        "deploymentGroupId": group.id,
        "deploymentGroupName": group.name,
        "deploymentConfigName": _configuration_name(group.settings),
        "computePlatform": "Lambda",
        "deploymentStyle": DEFAULT_STYLE,
        **group.settings,
    }
    attempts = {
        "lastSuccessfulDeployment": group.last_successful,
        "lastAttemptedDeployment": group.last_attempted,
    }
    if group.revision:
        known["targetRevision"] = group.revision.shown()
    return known | {name: _attempt(each) for name, each in attempts.items() if each}


def _attempt(deployment: Deployment) -> Fields:
    end = {"endTime": deployment.completed_at} if deployment.completed_at else {}
    return {
        "deploymentId": deployment.id,
        "status": deployment.status,
        "createTime": deployment.created_at,
    } | end


def _settings(request: Request, beside: tuple[str, ...] = ()) -> Fields:
    kept = {name: value for name, value in request.items() if value is not None}
    return {name: kept[name] for name in kept if name not in (*NOT_SETTINGS, *beside)}


def _checked(unit: Unit, settings: Fields) -> Fields:
    configuration_of(unit, _configuration_name(settings))
    if len(settings.get("alarmConfiguration", {}).get("alarms", [])) > MOST_ALARMS:
        what = f"a group has at most {MOST_ALARMS} alarms"
        raise RefusedCallError("AlarmsLimitExceededException", what)
    rollback = settings.get("autoRollbackConfiguration", {})
    if rollback.get("enabled") and not rollback.get("events"):
        what = "automatic rollback is enabled, but for no event"
        raise RefusedCallError("InvalidAutoRollbackConfigException", what)
    return settings


def _configuration_name(settings: Request) -> str:
    return str(settings.get("deploymentConfigName") or ALL_AT_ONCE)


def _names(place: str, names: Any, request: Request) -> Fields:
    page, token = page_of(sorted(names), request, NAMES_OF_A_PAGE, BAD_TOKEN)
    return {place: list(page)} | ({"nextToken": token} if token else {})


def _set_tags(unit: Unit, arn: str, request: Request) -> None:
    given = {tag["Key"]: tag["Value"] for tag in request.get("tags", [])}
    unit.tags.setdefault(arn, {}).update(given)
