"""What a check works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.deployments import Target
from steward.domain.rollouts.results import Phase


@dataclass(frozen=True, slots=True)
class ShiftWindow:
    """While traffic shifted, or shifts: `ended_at` is None as long as it does."""

    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckBench:
    """Where and when a check runs.

    `clock`, `sleep`: a check waits and measures by these alone. `deadline`: of the check itself;
    it must have answered by then. `window`: None before traffic shifts, and where CodeDeploy does
    not say. `alarm_names`: of the deployment's group. `deployment_id`: empty where checks are tried
    without a deployment.
    """

    phase: Phase
    target: Target
    clients: UnitClients
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    deadline: datetime
    window: ShiftWindow | None = None
    alarm_names: tuple[str, ...] = ()
    deployment_id: str = ""
