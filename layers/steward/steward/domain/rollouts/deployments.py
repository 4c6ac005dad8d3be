"""What CodeDeploy says of one deployment to a Lambda function. Facts only; no judgement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# "CodeDeploy deployment configurations": a hook reports within an hour; not adjustable for Lambda.
HOOK_LIMIT_SECONDS = 3600
# "DeploymentInfo", AWS CodeDeploy API Reference: who started it.
ROLLBACK_CREATORS = frozenset({"codeDeployRollback", "CloudFormationRollback"})
FINISHED = frozenset({"Succeeded", "Failed", "Stopped"})


class LifecycleEvent(StrEnum):
    """The two events of the Lambda platform that call a hook, in order."""

    BEFORE_ALLOW_TRAFFIC = "BeforeAllowTraffic"
    AFTER_ALLOW_TRAFFIC = "AfterAllowTraffic"


@dataclass(frozen=True, slots=True)
class Target:
    """What is deployed: traffic of `alias` moves from `current_version` to `target_version`.

    `current_version` is empty where nothing is known to run before.
    """

    function: str
    alias: str
    current_version: str
    target_version: str


@dataclass(frozen=True, slots=True)
class Revision:
    """The AppSpec of a deployment: its one function, and the hooks it names by event."""

    target: Target
    hooks: Mapping[LifecycleEvent, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventState:
    """One lifecycle event of a deployment target. `status` as CodeDeploy writes it."""

    name: str
    status: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    message: str = ""

    @property
    def is_running(self) -> bool:
        return self.status == "InProgress"


@dataclass(frozen=True, slots=True)
class TargetState:
    """GetDeploymentTarget: where the deployment is. `weight`: the target version's, 0 to 100.

    `target` is None where CodeDeploy does not say which versions it shifts.
    """

    status: str
    target: Target | None
    events: tuple[EventState, ...] = ()
    weight: float | None = None

    def event(self, name: str) -> EventState | None:
        return next((each for each in self.events if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Deployment:
    """GetDeployment. `rolls_back`: the deployment that this one undoes; `rolled_back_by`: the one
    that undoes this."""

    deployment_id: str
    application: str
    group: str
    configuration: str
    status: str
    creator: str
    compute_platform: str
    created_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    error_code: str = ""
    error_message: str = ""
    rolls_back: str = ""
    rolled_back_by: str = ""
    rollback_message: str = ""
    description: str = ""
    shifts_traffic: bool = True

    @property
    def is_rollback(self) -> bool:
        return self.creator in ROLLBACK_CREATORS or bool(self.rolls_back)

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED
