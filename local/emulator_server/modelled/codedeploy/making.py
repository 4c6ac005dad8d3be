"""Makes deployments of a group and has them run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.emulator_server.modelled.codedeploy.configurations import (
    ALL_AT_ONCE,
    length_of,
    steps_of,
)
from local.emulator_server.modelled.codedeploy.engine import ROLLBACK, Engine
from local.emulator_server.modelled.codedeploy.lookup import configuration_of
from local.emulator_server.modelled.codedeploy.pace import DeploymentClock, Pace
from local.emulator_server.modelled.codedeploy.records import Deployment, Group, Unit
from local.emulator_server.modelled.codedeploy.revisions import Revision, read_app_spec

# The way back is not barred by the alarm that led to it. Inferred: no page says so.
WITHOUT_ALARMS: Mapping[str, Any] = {"alarmConfiguration": {"enabled": False, "alarms": []}}
ROLLED_BACK = (
    "Deployment {old} failed or was stopped; deployment {new} rolls it back to the last known "
    "good revision."
)


@dataclass(frozen=True)
class NewDeployment:
    """`configuration`: empty for the group's. `settings`: alarms and automatic rollback where they
    differ from the group's."""

    revision: Revision
    creator: str = "user"
    configuration: str = ""
    description: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


class Deployments:
    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._engine = Engine(pace, self._roll_back)

    def start(self, unit: Unit, group: Group, new: NewDeployment) -> Deployment:
        """May raise UnusableRevisionError."""
        made = self._made(unit, group, new)
        _keep(unit, group, made)
        self._engine.start(unit, made)
        return made

    def _made(self, unit: Unit, group: Group, new: NewDeployment) -> Deployment:
        settings = {**group.settings, **new.settings}
        name = new.configuration or settings.get("deploymentConfigName") or ALL_AT_ONCE
        steps = steps_of(configuration_of(unit, name)["trafficRoutingConfig"])
        app_spec = read_app_spec(new.revision)
        known = unit.applications[group.application].revisions
        known.setdefault(new.revision.sha256, (new.revision, datetime.now(UTC)))
        return Deployment(
            application=group.application,
            group=group.name,
            configuration=name,
            steps=steps,
            creator=new.creator,
            revision=new.revision,
            app_spec=app_spec,
            clock=DeploymentClock(length_of(steps), self._pace),
            previous_revision=group.revision,
            description=new.description,
            alarms=_alarms(settings.get("alarmConfiguration", {})),
            auto_rollback=settings.get("autoRollbackConfiguration", {}),
        )

    def _roll_back(self, unit: Unit, failed: Deployment) -> Deployment | None:
        """All at once, and whatever the alarms say; None when the group is gone."""
        group = unit.groups.get((failed.application, failed.group))
        if group is None:
            return None
        revision = Revision("String", failed.app_spec.backwards().text())
        new = NewDeployment(revision, ROLLBACK, ALL_AT_ONCE, settings=WITHOUT_ALARMS)
        made = self._made(unit, group, new)
        message = ROLLED_BACK.format(old=failed.id, new=made.id)
        made.rollback_info = {
            "rollbackTriggeringDeploymentId": failed.id,
            "rollbackMessage": message,
        }
        failed.rollback_info = {"rollbackDeploymentId": made.id, "rollbackMessage": message}
        _keep(unit, group, made)
        return made


def _keep(unit: Unit, group: Group, made: Deployment) -> None:
    group.last_attempted = made
    unit.deployments[made.id] = made


def _alarms(configuration: Mapping[str, Any]) -> tuple[str, ...]:
    enabled = configuration.get("enabled")
    return tuple(each["name"] for each in configuration.get("alarms", []) if enabled)
