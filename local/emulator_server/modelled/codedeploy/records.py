"""What CodeDeploy keeps of one account in one region."""

import random
import string
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.emulator_server.modelled.codedeploy.configurations import Step, predefined
from local.emulator_server.modelled.codedeploy.pace import DeploymentClock
from local.emulator_server.modelled.codedeploy.revisions import AFTER, BEFORE, AppSpec, Revision

EVENT_NAMES = ("Start", BEFORE, "AllowTraffic", AFTER, "End")
ENDED = frozenset({"Succeeded", "Failed", "Stopped"})
Fields = dict[str, Any]


@dataclass
class LifecycleEvent:
    name: str
    status: str = "Pending"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    message: str = ""


@dataclass
class HookRun:
    execution_id: str
    event: LifecycleEvent
    report: str = ""
    over: bool = False


@dataclass
class Deployment:
    """`steps`: of the shift. `weight`: percent of the traffic that the new version gets."""

    application: str
    group: str
    configuration: str
    steps: tuple[Step, ...]
    creator: str
    revision: Revision
    app_spec: AppSpec
    clock: DeploymentClock
    previous_revision: Revision | None = None
    description: str = ""
    alarms: tuple[str, ...] = ()
    auto_rollback: Mapping[str, Any] = field(default_factory=dict)
    rollback_info: Fields = field(default_factory=dict)
    id: str = field(default_factory=lambda: deployment_id())
    status: str = "Created"
    error: Fields = field(default_factory=dict)
    created_at: datetime = field(init=False)
    started_at: datetime | None = None
    completed_at: datetime | None = None
    weight: int = 0
    events: dict[str, LifecycleEvent] = field(
        default_factory=lambda: {name: LifecycleEvent(name) for name in EVENT_NAMES}
    )
    hook_runs: dict[str, HookRun] = field(default_factory=dict)
    stop_with_rollback: bool | None = None
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.created_at = self.clock.now()

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    def rolls_back_on(self, event: str) -> bool:
        wanted = self.auto_rollback
        return bool(wanted.get("enabled")) and event in wanted.get("events", ())


@dataclass
class Application:
    name: str
    created_at: datetime
    platform: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    revisions: dict[str, tuple[Revision, datetime]] = field(default_factory=dict)


@dataclass
class Group:
    """`settings`: as CreateDeploymentGroup takes them."""

    application: str
    name: str
    settings: Fields
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    revision: Revision | None = None
    last_attempted: Deployment | None = None
    last_successful: Deployment | None = None


@dataclass
class Unit:
    account: str
    region: str
    applications: dict[str, Application] = field(default_factory=dict)
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    configurations: dict[str, Fields] = field(default_factory=predefined)
    deployments: dict[str, Deployment] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)

    def arn(self, resource: str) -> str:
        return f"arn:aws:codedeploy:{self.region}:{self.account}:{resource}"

    def group_arn(self, application: str, group: str) -> str:
        return self.arn(f"deploymentgroup:{application}/{group}")


class Units:
    """Those of every account and region, as they are first asked for."""

    def __init__(self) -> None:
        self._units: dict[tuple[str, str], Unit] = {}

    def of(self, account: str, region: str) -> Unit:
        return self._units.setdefault((account, region), Unit(account, region))

    def all(self) -> tuple[Unit, ...]:
        return tuple(self._units.values())


def deployment_id() -> str:
    return "d-" + "".join(random.choices(string.ascii_uppercase + string.digits, k=9))
