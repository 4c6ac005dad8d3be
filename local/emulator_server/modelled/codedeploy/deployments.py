"""Deployments: the operations that start, show and stop them, and take the hooks' reports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.utils import parse_timestamp

from local.emulator_server.modelled.codedeploy.lookup import (
    application_of,
    deployment_of,
    group_of,
)
from local.emulator_server.modelled.codedeploy.making import Deployments, NewDeployment
from local.emulator_server.modelled.codedeploy.records import Deployment, Unit
from local.emulator_server.modelled.codedeploy.revisions import (
    Revision,
    UnusableRevisionError,
    read_revision,
)
from local.emulator_server.modelled.codedeploy.showing import (
    deployment_info,
    deployment_target,
    target_id,
)
from local.emulator_server.modelled.pages import page_of
from local.emulator_server.modelled.service import RefusedCallError
from local.emulator_server.modelled.wire import Operation

DEPLOYMENTS_OF_A_PAGE = 20
BAD_TOKEN = "InvalidNextTokenException"
REPORTS = ("Succeeded", "Failed")
Fields = dict[str, Any]
Request = Mapping[str, Any]


@dataclass
class DeploymentOperations:
    unit: Callable[[], Unit]
    deployments: Deployments

    def operations(self) -> dict[str, Operation]:
        return {
            "CreateDeployment": self._create,
            "GetDeployment": self._get,
            "BatchGetDeployments": self._get_many,
            "ListDeployments": self._list,
            "StopDeployment": self._stop,
            "GetApplicationRevision": self._get_revision,
            "ListDeploymentTargets": self._list_targets,
            "GetDeploymentTarget": self._get_target,
            "BatchGetDeploymentTargets": self._get_targets,
            "PutLifecycleEventHookExecutionStatus": self._put_status,
        }

    def _create(self, request: Request) -> Fields:
        unit = self.unit()
        group = group_of(unit, request)
        if any(
            each.status in ("Created", "Queued", "InProgress") for each in _of_group(unit, group)
        ):
            what = f"The Deployment Group '{group.name}' already has an active deployment"
            raise RefusedCallError("DeploymentLimitExceededException", what)
        new = NewDeployment(
            revision=_revision(unit, group.application, request),
            configuration=request.get("deploymentConfigName", ""),
            description=request.get("description", ""),
            settings=_overrides(request),
        )
        try:
            return {"deploymentId": self.deployments.start(unit, group, new).id}
        except UnusableRevisionError as error:
            raise RefusedCallError("InvalidRevisionException", str(error)) from error

    def _get(self, request: Request) -> Fields:
        return {"deploymentInfo": deployment_info(deployment_of(self.unit(), request))}

    def _get_many(self, request: Request) -> Fields:
        unit = self.unit()
        found = [unit.deployments.get(each) for each in request["deploymentIds"]]
        return {"deploymentsInfo": [deployment_info(each) for each in found if each]}

    def _list(self, request: Request) -> Fields:
        """Newest first."""
        unit = self.unit()
        found = _listed(unit, request)
        found.sort(key=lambda each: each.created_at, reverse=True)
        names = [each.id for each in found]
        page, token = page_of(names, request, DEPLOYMENTS_OF_A_PAGE, BAD_TOKEN)
        return {"deployments": list(page)} | ({"nextToken": token} if token else {})

    def _stop(self, request: Request) -> Fields:
        deployment = deployment_of(self.unit(), request)
        with deployment.changed:
            if deployment.ended:
                what = f"The deployment {deployment.id} has already completed"
                raise RefusedCallError("DeploymentAlreadyCompletedException", what)
            deployment.stop_with_rollback = bool(request.get("autoRollbackEnabled"))
            deployment.changed.notify_all()
        return {"status": "Pending", "statusMessage": "The deployment is being stopped."}

    def _get_revision(self, request: Request) -> Fields:
        application = application_of(self.unit(), request)
        revision = _known_revision(self.unit(), application.name, request["revision"])
        registered = application.revisions[revision.sha256][1]
        return {
            "applicationName": application.name,
            "revision": revision.whole(),
            "revisionInfo": {"registerTime": registered},
        }

    def _list_targets(self, request: Request) -> Fields:
        return {"targetIds": [target_id(_started(self.unit(), request))]}

    def _get_target(self, request: Request) -> Fields:
        deployment = _started(self.unit(), request)
        if request["targetId"] != target_id(deployment):
            what = f"{deployment.id} has no target {request['targetId']}"
            raise RefusedCallError("DeploymentTargetDoesNotExistException", what)
        return {"deploymentTarget": deployment_target(self.unit(), deployment)}

    def _get_targets(self, request: Request) -> Fields:
        deployment = _started(self.unit(), request)
        wanted = [each for each in request["targetIds"] if each == target_id(deployment)]
        return {"deploymentTargets": [deployment_target(self.unit(), deployment) for _ in wanted]}

    def _put_status(self, request: Request) -> Fields:
        deployment = deployment_of(self.unit(), request)
        status, wanted = request.get("status", ""), request.get("lifecycleEventHookExecutionId", "")
        if status not in REPORTS:
            what = f"{status or 'no status'} is not Succeeded or Failed"
            raise RefusedCallError("InvalidLifecycleEventHookExecutionStatusException", what)
        run = deployment.hook_runs.get(wanted)
        if run is None:
            what = f"{wanted or 'no ID'} is not a hook execution of {deployment.id}"
            raise RefusedCallError("InvalidLifecycleEventHookExecutionIdException", what)
        with deployment.changed:
            if run.over or run.report:
                what = f"{run.event.name} has already completed"
                raise RefusedCallError("LifecycleEventAlreadyCompletedException", what)
            run.report = status
            deployment.changed.notify_all()
        return {"lifecycleEventHookExecutionId": wanted}


def _started(unit: Unit, request: Request) -> Deployment:
    deployment = deployment_of(unit, request)
    if deployment.started_at is None:
        what = f"The deployment {deployment.id} has not started"
        raise RefusedCallError("DeploymentNotStartedException", what)
    return deployment


def _of_group(unit: Unit, group: Any) -> list[Deployment]:
    place = (group.application, group.name)
    return [d for d in unit.deployments.values() if (d.application, d.group) == place]


def _listed(unit: Unit, request: Request) -> list[Deployment]:
    found = list(unit.deployments.values())
    if "applicationName" in request:
        group = group_of(unit, request)
        found = _of_group(unit, group)
    statuses = request.get("includeOnlyStatuses")
    start, end = _range(request.get("createTimeRange", {}))
    return [
        each
        for each in found
        if (not statuses or each.status in statuses) and start <= each.created_at <= end
    ]


def _range(asked: Request) -> tuple[datetime, datetime]:
    start, end = asked.get("start"), asked.get("end")
    first = parse_timestamp(start) if start is not None else datetime.min.replace(tzinfo=UTC)
    last = parse_timestamp(end) if end is not None else datetime.max.replace(tzinfo=UTC)
    if first > last:
        what = "the range of creation times ends before it starts"
        raise RefusedCallError("InvalidTimeRangeException", what)
    return first, last


def _overrides(request: Request) -> Fields:
    names = {
        "autoRollbackConfiguration": "autoRollbackConfiguration",
        "overrideAlarmConfiguration": "alarmConfiguration",
    }
    return {kept: request[name] for name, kept in names.items() if name in request}


def _revision(unit: Unit, application: str, request: Request) -> Revision:
    """Of the request, with its content or known by its digest."""
    asked = request.get("revision")
    if not asked:
        raise RefusedCallError("RevisionRequiredException", "no revision given")
    try:
        return read_revision(asked)
    except UnusableRevisionError as error:
        if any("sha256" in place for place in asked.values() if isinstance(place, dict)):
            return _known_revision(unit, application, asked)
        raise RefusedCallError("InvalidRevisionException", str(error)) from error


def _known_revision(unit: Unit, application: str, asked: Request) -> Revision:
    places = [place for place in asked.values() if isinstance(place, dict)]
    digests = {place.get("sha256") for place in places}
    contents = {place.get("content") for place in places}
    for revision, _registered in unit.applications[application].revisions.values():
        matches = revision.sha256 in digests or revision.content in contents
        if matches and asked.get("revisionType") == revision.kind:
            return revision
    raise RefusedCallError("RevisionDoesNotExistException", "no such revision is registered")
