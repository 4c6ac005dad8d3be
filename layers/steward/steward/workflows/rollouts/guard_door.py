"""What calls the guard besides its queue: CodeDeploy's events, and two schedules."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AliasPath, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from steward.aws.unit_clients import UnitClients
from steward.domain.one_line import one_line
from steward.settings import RolloutGuardSettings
from steward.workflows.policies import explain_errors
from steward.workflows.rollouts.guard import Guard
from steward.workflows.rollouts.guard_schedule import watch_all
from steward.workflows.rollouts.reconciling import reconcile

START = "START"
_SHOWN = 300


class NotForTheGuard(Exception):
    """An event that the guard has no answer to; says what is wrong with it."""

    def __init__(self, event: Mapping[str, Any], problem: str) -> None:
        super().__init__(
            f"the guard has no answer to this event: {problem}; it answers messages of its queue, "
            'CodeDeploy\'s state changes, {"job": "watch"} and {"job": "reconcile"}; '
            f"the event was {one_line(str(dict(event)), _SHOWN)}"
        )


class _StateChange(BaseModel):
    """ "Deployment and instance state change events", AWS CodeDeploy User Guide."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: Literal["aws.codedeploy"]
    state: Annotated[str, Field(validation_alias=AliasPath("detail", "state"))]
    deployment_id: Annotated[
        str,
        Field(validation_alias=AliasPath("detail", "deploymentId")),
        StringConstraints(pattern=r"^d-[A-Z0-9]{1,30}$"),
    ]


class _Job(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    job: Literal["watch", "reconcile"]


class Door:
    """Answers whatever is no batch of looks with a sentence."""

    def __init__(
        self,
        settings: RolloutGuardSettings,
        clock: Callable[[], datetime],
        unit: UnitClients | None = None,
    ) -> None:
        self._unit = unit or UnitClients()
        self._clock = clock
        self.guard = Guard(settings, clock, self._unit)

    def answer(self, event: Mapping[str, Any]) -> str:
        """Raise NotForTheGuard, or what AWS answers: the caller then tries again."""
        try:
            if "job" in event:
                return self._do(_Job.model_validate(dict(event)))
            return self._hear(_StateChange.model_validate(dict(event)))
        except ValidationError as error:
            raise NotForTheGuard(event, explain_errors(error)) from error

    def _hear(self, change: _StateChange) -> str:
        if change.state != START:
            return f"{change.deployment_id}: nothing begins with state {change.state}"
        return self.guard.begin(change.deployment_id)

    def _do(self, wish: _Job) -> str:
        match wish.job:
            case "watch":
                count = watch_all(self.guard, self._unit, self._clock())
                return f"{count} deployments are unfinished"
            case "reconcile":
                return f"news of {reconcile(self._unit, self._clock())} deployments sent again"
