"""What a deployment deploys, told by two sources that must not contradict each other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from steward.aws.app_specs import UnusableRevision
from steward.aws.codedeploy import read_revision, read_target
from steward.domain.rollouts.deployments import LifecycleEvent, Target, TargetState
from steward.domain.rollouts.results import Phase
from steward.workflows.rollouts.bench import ShiftWindow

if TYPE_CHECKING:
    from mypy_boto3_codedeploy import CodeDeployClient

PHASES_BY_EVENT: Mapping[str, Phase] = {
    LifecycleEvent.BEFORE_ALLOW_TRAFFIC: Phase.PRE,
    LifecycleEvent.AFTER_ALLOW_TRAFFIC: Phase.POST,
}
_FIELDS = ("function", "alias", "current_version", "target_version")


class UnclearTarget(Exception):
    """Nothing says for certain what is deployed, so nothing can be checked."""

    def __init__(self, deployment_id: str, problem: str) -> None:
        super().__init__(
            f"it is not certain what deployment {deployment_id} deploys: {problem}; "
            "deploy again, and check the AppSpec if you write it yourself"
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """What is deployed, and how far the deployment is; `state` is None before it has started."""

    target: Target
    state: TargetState | None
    notes: tuple[str, ...] = ()

    @property
    def phase(self) -> Phase | None:
        """Whose turn CodeDeploy says it is; None when it does not say."""
        events = self.state.events if self.state else ()
        running = (PHASES_BY_EVENT.get(each.name) for each in events if each.is_running)
        return next((phase for phase in running if phase), None)

    @property
    def window(self) -> ShiftWindow | None:
        shift = self.state.event("AllowTraffic") if self.state else None
        if shift is None or shift.started_at is None:
            return None
        return ShiftWindow(shift.started_at, shift.ended_at)


def resolve_target(client: "CodeDeployClient", deployment_id: str) -> Subject:
    """The AppSpec says what is deployed; CodeDeploy's own view must not differ from it.

    Where the AppSpec cannot be had (a file in S3), that view alone decides. Raise UnclearTarget.
    """
    state = read_target(client, deployment_id)
    shifted = state.target if state else None
    try:
        target = read_revision(client, deployment_id).target
    except UnusableRevision as error:
        if shifted is None:
            raise UnclearTarget(deployment_id, f"{error}, and CodeDeploy names none") from error
        return Subject(shifted, state, (f"{error}: what CodeDeploy says it shifts was checked",))
    return Subject(_agreed(deployment_id, target, shifted) if shifted else target, state)


def _agreed(deployment_id: str, target: Target, shifted: Target) -> Target:
    """What one of them leaves open is no contradiction: the other one says it."""
    for name in _FIELDS:
        written, seen = getattr(target, name), getattr(shifted, name)
        if written and seen and written != seen:
            what = name.replace("_", " ")
            problem = f"the {what} is {written} by its AppSpec and {seen} by CodeDeploy"
            raise UnclearTarget(deployment_id, problem)
    return replace(target, current_version=target.current_version or shifted.current_version)
