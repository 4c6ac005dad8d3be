"""CodeDeploy: what a deployment is and where it stands; the answer of a hook; ending one."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from steward.aws.app_specs import UnusableRevision, content_of, name_of, revision_of
from steward.aws.errors import code_of, denials
from steward.domain.rollouts.deployments import (
    Deployment,
    EventState,
    Revision,
    Target,
    TargetState,
)
from steward.domain.rollouts.results import Status

if TYPE_CHECKING:
    from mypy_boto3_codedeploy import CodeDeployClient
    from mypy_boto3_codedeploy.literals import DeploymentStatusType
    from mypy_boto3_codedeploy.type_defs import ListDeploymentsInputPaginateTypeDef

_ROLES = "check the roles of org/members/hooks.yaml and the service control policies of the account"
_NO_DEPLOYMENT = frozenset({"DeploymentDoesNotExistException", "InvalidDeploymentIdException"})
_NO_REVISION = frozenset(
    {
        "ApplicationDoesNotExistException",
        "InvalidRevisionException",
        "RevisionDoesNotExistException",
    }
)
_NOT_STARTED = frozenset({"DeploymentNotStartedException", "DeploymentTargetDoesNotExistException"})
_COMPLETED = "LifecycleEventAlreadyCompletedException"
_STOPPED_ALREADY = "DeploymentAlreadyCompletedException"


class UnknownDeployment(Exception):
    """This account and region have no such deployment: ids are not known beyond them."""

    def __init__(self, deployment_id: str, region: str) -> None:
        super().__init__(
            f"there is no deployment {deployment_id} in this account in {region}; "
            "a hook has to be in the account and region of what it checks"
        )


def read_deployment(client: "CodeDeployClient", deployment_id: str) -> Deployment:
    """Raise UnknownDeployment or NotAllowed."""
    return _deployment(_info(client, deployment_id))


def read_revision(client: "CodeDeployClient", deployment_id: str) -> Revision:
    """Which function the deployment's AppSpec names. Raise UnusableRevision, UnknownDeployment."""
    info = _info(client, deployment_id)
    location = info.get("revision", {})
    known = content_of(location, deployment_id)
    try:
        with denials(_ROLES):
            answer = client.get_application_revision(
                applicationName=info.get("applicationName", ""), revision=location
            )
    except ClientError as error:
        if code_of(error) not in _NO_REVISION:
            raise
        raise UnusableRevision(deployment_id, f"cannot be read: {error}") from error
    asked = cast("Mapping[str, Any]", answer).get("revision", {})
    return revision_of(content_of(asked, deployment_id) or known, deployment_id)


def read_target(client: "CodeDeployClient", deployment_id: str) -> TargetState | None:
    """Where the shift stands; None before the deployment has started."""
    try:
        with denials(_ROLES), _known(client, deployment_id):
            targets = client.list_deployment_targets(deploymentId=deployment_id).get("targetIds")
            if not targets:
                return None
            answer = client.get_deployment_target(deploymentId=deployment_id, targetId=targets[0])
    except ClientError as error:
        if code_of(error) not in _NOT_STARTED:
            raise
        return None
    row = cast("Mapping[str, Any]", answer).get("deploymentTarget", {}).get("lambdaTarget")
    return _state(row) if row else None


def group_alarms(client: "CodeDeployClient", application: str, group: str) -> tuple[str, ...]:
    """The alarms that stop a deployment of this group; none where they are switched off."""
    with denials(_ROLES):
        answer = client.get_deployment_group(applicationName=application, deploymentGroupName=group)
    alarms = answer.get("deploymentGroupInfo", {}).get("alarmConfiguration", {})
    if not alarms.get("enabled"):
        return ()
    return tuple(each["name"] for each in alarms.get("alarms", []) if each.get("name"))


def report(
    client: "CodeDeployClient", deployment_id: str, execution_id: str, status: Status
) -> bool:
    """Answer for a hook; False when its lifecycle event was over already."""
    try:
        with denials(_ROLES), _known(client, deployment_id):
            client.put_lifecycle_event_hook_execution_status(
                deploymentId=deployment_id,
                lifecycleEventHookExecutionId=execution_id,
                status=status.value,
            )
    except ClientError as error:
        if code_of(error) != _COMPLETED:
            raise
        return False
    return True


def stop(client: "CodeDeployClient", deployment_id: str) -> None:
    """End a deployment and roll it back. One that is over stays as it is."""
    try:
        with denials(_ROLES), _known(client, deployment_id):
            client.stop_deployment(deploymentId=deployment_id, autoRollbackEnabled=True)
    except ClientError as error:
        if code_of(error) != _STOPPED_ALREADY:
            raise


def deployments_between(
    client: "CodeDeployClient", start: datetime, end: datetime, statuses: tuple[str, ...] = ()
) -> Iterator[str]:
    """The deployments of all platforms that were created in between, page by page."""
    request: ListDeploymentsInputPaginateTypeDef = {"createTimeRange": {"start": start, "end": end}}
    if statuses:
        request["includeOnlyStatuses"] = cast("list[DeploymentStatusType]", list(statuses))
    with denials(_ROLES):
        for page in client.get_paginator("list_deployments").paginate(**request):
            yield from page.get("deployments", [])


def shift_length(client: "CodeDeployClient", configuration_name: str) -> timedelta:
    """From the first to the last shift of traffic: zero where all of it moves at once.

    "Deployment configurations on an AWS Lambda compute platform", AWS CodeDeploy User Guide: a
    canary shifts twice, a linear one in equal steps.
    """
    with denials(_ROLES):
        answer = client.get_deployment_config(deploymentConfigName=configuration_name)
    routing = answer.get("deploymentConfigInfo", {}).get("trafficRoutingConfig", {})
    canary, linear = routing.get("timeBasedCanary", {}), routing.get("timeBasedLinear", {})
    match routing.get("type"):
        case "TimeBasedCanary":
            return timedelta(minutes=canary.get("canaryInterval", 0))
        case "TimeBasedLinear":
            steps = math.ceil(100 / max(1, linear.get("linearPercentage", 100)))
            return timedelta(minutes=linear.get("linearInterval", 0)) * (steps - 1)
        case _:
            return timedelta()


@contextmanager
def _known(client: "CodeDeployClient", deployment_id: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if code_of(error) not in _NO_DEPLOYMENT:
            raise
        raise UnknownDeployment(deployment_id, client.meta.region_name) from error


def _info(client: "CodeDeployClient", deployment_id: str) -> Mapping[str, Any]:
    with denials(_ROLES), _known(client, deployment_id):
        answer = client.get_deployment(deploymentId=deployment_id)
    return cast("Mapping[str, Any]", answer.get("deploymentInfo", {}))


def _deployment(info: Mapping[str, Any]) -> Deployment:
    error, rollback = info.get("errorInformation", {}), info.get("rollbackInfo", {})
    style = info.get("deploymentStyle", {}).get("deploymentOption", "WITH_TRAFFIC_CONTROL")
    return Deployment(
        deployment_id=info["deploymentId"],
        application=info.get("applicationName", ""),
        group=info.get("deploymentGroupName", ""),
        configuration=info.get("deploymentConfigName", ""),
        status=info.get("status", ""),
        creator=info.get("creator", ""),
        compute_platform=info.get("computePlatform", ""),
        created_at=info["createTime"],
        started_at=info.get("startTime"),
        completed_at=info.get("completeTime"),
        error_code=error.get("code", ""),
        error_message=error.get("message", ""),
        rolls_back=rollback.get("rollbackTriggeringDeploymentId", ""),
        rolled_back_by=rollback.get("rollbackDeploymentId", ""),
        rollback_message=rollback.get("rollbackMessage", ""),
        description=info.get("description", ""),
        shifts_traffic=style == "WITH_TRAFFIC_CONTROL",
    )


def _state(row: Mapping[str, Any]) -> TargetState:
    shifted = row.get("lambdaFunctionInfo", {})
    target = Target(
        function=name_of(shifted.get("functionName", "")),
        alias=shifted.get("functionAlias", ""),
        current_version=shifted.get("currentVersion", ""),
        target_version=shifted.get("targetVersion", ""),
    )
    return TargetState(
        status=row.get("status", ""),
        target=target if target.function and target.target_version else None,
        events=tuple(map(_event, row.get("lifecycleEvents", []))),
        weight=shifted.get("targetVersionWeight"),
    )


def _event(row: Mapping[str, Any]) -> EventState:
    return EventState(
        name=row.get("lifecycleEventName", ""),
        status=row.get("status", ""),
        started_at=row.get("startTime"),
        ended_at=row.get("endTime"),
        message=row.get("diagnostics", {}).get("message", ""),
    )
