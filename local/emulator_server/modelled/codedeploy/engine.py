"""Runs deployments, each in a thread of its own, as CodeDeploy does on the Lambda platform.

Sources, AWS CodeDeploy User Guide: "AppSpec 'hooks' section" (order of the lifecycle events, the
hooks' two fields, one hour), "Redeploy and roll back a deployment with CodeDeploy", "Monitoring
deployments with CloudWatch alarms in CodeDeploy".
"""

import contextlib
import logging
import threading
import time
import uuid
from collections.abc import Callable

from local.emulator_server.modelled.codedeploy import unit_lambda
from local.emulator_server.modelled.codedeploy.pace import Pace
from local.emulator_server.modelled.codedeploy.records import (
    Deployment,
    HookRun,
    LifecycleEvent,
    Unit,
)
from local.emulator_server.modelled.codedeploy.revisions import AFTER, BEFORE
from local.emulator_server.modelled.codedeploy.state_changes import tell_state

log = logging.getLogger("codedeploy")

ALARM_POLL_SECONDS = 0.1
HOOK_FAILED = "One or more of the lifecycle event validation functions failed."
ALARMED = (
    "One or more alarms have been activated according to the Amazon CloudWatch metrics you "
    "selected, and the affected deployments have been stopped."
)
EVENT_OF_STOP = {
    "ALARM_ACTIVE": "DEPLOYMENT_STOP_ON_ALARM",
    "MANUAL_STOP": "DEPLOYMENT_STOP_ON_REQUEST",
}
ROLLBACK = "codeDeployRollback"
RollBack = Callable[[Unit, Deployment], Deployment | None]


class DeploymentOverError(Exception):
    """The deployment ends without success: `code` of its error and what happened."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class Engine:
    """`roll_back` makes the deployment of the old revision."""

    def __init__(self, pace: Pace, roll_back: RollBack) -> None:
        self._pace = pace
        self._roll_back = roll_back

    def start(self, unit: Unit, deployment: Deployment) -> None:
        def run() -> None:
            with unit_lambda.unit_scope(unit.account, unit.region):
                self._run(unit, deployment)

        threading.Thread(target=run, name=deployment.id, daemon=True).start()

    def _run(self, unit: Unit, deployment: Deployment) -> None:
        try:
            self._deploy(unit, deployment)
        except DeploymentOverError as over:
            self._give_up(unit, deployment, over)
        except Exception as error:
            log.exception("deployment %s", deployment.id)
            what = f"{type(error).__name__}: {error}"
            self._give_up(unit, deployment, DeploymentOverError("INTERNAL_ERROR", what))

    def _deploy(self, unit: Unit, deployment: Deployment) -> None:
        _turn(deployment, "InProgress")
        tell_state(unit, deployment, "START")
        _look_for_alarms(deployment)
        with _Event(deployment, "Start"):
            _check_versions(deployment)
        self._hook(deployment, BEFORE)
        with _Event(deployment, "AllowTraffic"):
            self._shift(deployment)
        self._hook(deployment, AFTER)
        with _Event(deployment, "End"):
            pass
        self._succeed(unit, deployment)

    def _succeed(self, unit: Unit, deployment: Deployment) -> None:
        group = unit.groups.get((deployment.application, deployment.group))
        if group:
            group.revision, group.last_successful = deployment.revision, deployment
        _turn(deployment, "Succeeded")
        tell_state(unit, deployment, "SUCCESS")

    def _hook(self, deployment: Deployment, name: str) -> None:
        event = deployment.events[name]
        function = deployment.app_spec.hooks.get(name, "")
        if not function or self._skips_hooks(deployment):
            event.status = "Succeeded"
            event.started_at = event.ended_at = deployment.clock.now()
            return
        with _Event(deployment, name):
            run = HookRun(str(uuid.uuid4()), event)
            deployment.hook_runs[run.execution_id] = run
            try:
                self._ask(deployment, run, function)
            finally:
                run.over = True

    def _skips_hooks(self, deployment: Deployment) -> bool:
        return deployment.creator == ROLLBACK and not self._pace.rollback_hooks

    def _ask(self, deployment: Deployment, run: HookRun, function: str) -> None:
        asked = {
            "DeploymentId": deployment.id,
            "LifecycleEventHookExecutionId": run.execution_id,
        }
        if not unit_lambda.invoke_later(function, asked):
            what = f"{HOOK_FAILED} Function not found: {function}"
            raise DeploymentOverError("HOOK_EXECUTION_FAILURE", what)
        _wait(deployment, self._pace.hook_seconds(), lambda: bool(run.report))
        if not run.report:
            what = f"{run.event.name}: CodeDeploy was not notified of the result of {function}"
            raise DeploymentOverError("TIMEOUT", what)
        if run.report == "Failed":
            what = f"{HOOK_FAILED} {run.event.name}: {function} reported Failed"
            raise DeploymentOverError("HOOK_EXECUTION_FAILURE", what)

    def _shift(self, deployment: Deployment) -> None:
        deployment.clock.begin_shift()
        try:
            for step in deployment.steps:
                _route(deployment, step.percent)
                _wait(deployment, self._pace.real(step.stays), lambda: False)
        finally:
            deployment.clock.end_shift()

    def _give_up(self, unit: Unit, deployment: Deployment, over: DeploymentOverError) -> None:
        """The alias goes back before anyone can see the end of the deployment."""
        deployment.error = {"code": over.code, "message": over.message}
        for run in deployment.hook_runs.values():
            run.over = True
        stopped, rolls_back = over.code in EVENT_OF_STOP, _rolls_back(deployment, over)
        if (rolls_back or not stopped) and deployment.creator != ROLLBACK:
            _route_back(deployment)
        back = self._roll_back(unit, deployment) if rolls_back else None
        _turn(deployment, "Stopped" if stopped else "Failed")
        tell_state(unit, deployment, "STOP" if stopped else "FAILURE")
        if back:
            self.start(unit, back)


class _Event:
    """A lifecycle event that is in progress inside the block."""

    def __init__(self, deployment: Deployment, name: str) -> None:
        self._clock, self._event = deployment.clock, deployment.events[name]

    def __enter__(self) -> LifecycleEvent:
        self._event.started_at = self._clock.now()
        self._event.status = "InProgress"
        return self._event

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._event.ended_at = self._clock.now()
        self._event.status = "Failed" if error else "Succeeded"
        self._event.message = error.message if isinstance(error, DeploymentOverError) else ""


def _rolls_back(deployment: Deployment, over: DeploymentOverError) -> bool:
    on = EVENT_OF_STOP.get(over.code, "DEPLOYMENT_FAILURE")
    wanted = bool(deployment.stop_with_rollback) or deployment.rolls_back_on(on)
    return wanted and deployment.creator != ROLLBACK


def _turn(deployment: Deployment, status: str) -> None:
    now = deployment.clock.now()
    if status == "InProgress":
        deployment.started_at = now
    else:
        deployment.completed_at = now
    with deployment.changed:
        deployment.status = status
        deployment.changed.notify_all()


def _wait(deployment: Deployment, seconds: float, done: Callable[[], bool]) -> None:
    """Until `done`, or the seconds are over; an alarm or a stop ends the deployment."""
    end = time.monotonic() + seconds
    while True:
        _look_for_stop(deployment)
        _look_for_alarms(deployment)
        left = end - time.monotonic()
        if done() or left <= 0:
            return
        with deployment.changed:
            if not done() and deployment.stop_with_rollback is None:
                deployment.changed.wait(min(left, ALARM_POLL_SECONDS))


def _look_for_stop(deployment: Deployment) -> None:
    if deployment.stop_with_rollback is not None:
        what = "The deployment was stopped by a request."
        raise DeploymentOverError("MANUAL_STOP", what)


def _look_for_alarms(deployment: Deployment) -> None:
    if deployment.alarms and unit_lambda.alarming(deployment.alarms):
        raise DeploymentOverError("ALARM_ACTIVE", ALARMED)


def _check_versions(deployment: Deployment) -> None:
    wanted = deployment.app_spec
    if unit_lambda.alias_of(wanted.function, wanted.alias) is None:
        what = f"there is no alias {wanted.function}:{wanted.alias}"
        raise DeploymentOverError("INVALID_LAMBDA_FUNCTION", what)
    for version in (wanted.current, wanted.target):
        if not unit_lambda.has_version(wanted.function, version):
            what = f"there is no version {version} of {wanted.function}"
            raise DeploymentOverError("INVALID_LAMBDA_FUNCTION", what)


def _route(deployment: Deployment, percent: int) -> None:
    wanted = deployment.app_spec
    version = wanted.target if percent == 100 else wanted.current
    also = {} if percent == 100 else {wanted.target: percent / 100}
    try:
        unit_lambda.route(wanted.function, wanted.alias, version, also)
    except unit_lambda.AliasRefusedError as error:
        raise DeploymentOverError("INVALID_LAMBDA_CONFIGURATION", str(error)) from error
    deployment.weight = percent


def _route_back(deployment: Deployment) -> None:
    """Nothing to do as long as nothing was shifted, or when the alias is gone by now."""
    if deployment.weight:
        wanted = deployment.app_spec
        with contextlib.suppress(unit_lambda.AliasRefusedError):
            unit_lambda.route(wanted.function, wanted.alias, wanted.current, {})
        deployment.weight = 0
