"""What to do about a hook that CodeDeploy waits for: wait, answer in its place, or stop.

CodeDeploy itself waits an hour. A hook that was begun has said when it ends; one that was not is
given what Lambda may take to deliver its event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from steward.domain.rollouts.attempts import Attempt
from steward.domain.rollouts.deployments import Deployment, EventState, LifecycleEvent, TargetState
from steward.domain.rollouts.guarding import is_our_hook
from steward.domain.rollouts.results import Phase

# From CodeDeploy's start of the event to Lambda's acceptance, and from there to a recorded attempt.
TO_BEGIN = timedelta(seconds=60)
PHASES = {
    LifecycleEvent.BEFORE_ALLOW_TRAFFIC: Phase.PRE,
    LifecycleEvent.AFTER_ALLOW_TRAFFIC: Phase.POST,
}


@dataclass(frozen=True, slots=True)
class HookLimits:
    """`grace`: after a hook's own deadline, until it is dead. `event_age`: how long Lambda keeps a
    throttled event (MaximumEventAgeInSeconds of the hooks in org/members/hooks.yaml)."""

    grace: timedelta
    event_age: timedelta = timedelta(seconds=300)

    @property
    def until_begun(self) -> timedelta:
        """From the start of the lifecycle event, until a hook that has not begun never will."""
        return self.event_age + TO_BEGIN + self.grace


class WatchAction(StrEnum):
    """report_failed, report_succeeded: answer CodeDeploy in the hook's place."""

    WAIT = "wait"
    REPORT_FAILED = "report_failed"
    REPORT_SUCCEEDED = "report_succeeded"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class WatchDecision:
    """`phase` is None when no hook of ours is waited for. `execution_id`: to report by."""

    action: WatchAction
    reason: str
    phase: Phase | None = None
    execution_id: str = ""


def watch_hook(
    deployment: Deployment,
    hooks: Mapping[LifecycleEvent, str],
    state: TargetState | None,
    attempts: Sequence[Attempt],
    now: datetime,
    limits: HookLimits,
    *,
    is_stopped: bool = False,
) -> WatchDecision:
    """Judge the hook that CodeDeploy waits for. `is_stopped`: the deployment was told to stop."""
    if is_stopped:
        return WatchDecision(WatchAction.WAIT, "it was told to stop")
    waited = _waited_for(state)
    if waited is None:
        return WatchDecision(WatchAction.WAIT, "CodeDeploy waits for no hook")
    event, phase = waited
    attempt = next((each for each in attempts if each.phase is phase), None)
    if attempt is not None:
        return _begun(deployment, attempt, now, limits)
    if not is_our_hook(hooks.get(LifecycleEvent(event.name), "")):
        return WatchDecision(WatchAction.WAIT, f"the hook of {event.name} is not Steward's")
    return _not_begun(deployment, event, phase, now, limits)


def _waited_for(state: TargetState | None) -> tuple[EventState, Phase] | None:
    for name, phase in PHASES.items():
        event = state.event(name) if state else None
        if event is not None and event.is_running:
            return event, phase
    return None


def _begun(
    deployment: Deployment, attempt: Attempt, now: datetime, limits: HookLimits
) -> WatchDecision:
    phase, execution_id = attempt.phase, attempt.execution_id
    if now < attempt.deadline + limits.grace:
        return WatchDecision(WatchAction.WAIT, f"the {phase} hook still has time", phase)
    late = (
        f"the {phase} hook began at {attempt.started_at.isoformat()} and should have answered by "
        f"{attempt.deadline.isoformat()}; it died or cannot report"
    )
    if deployment.is_rollback:
        return WatchDecision(
            WatchAction.REPORT_SUCCEEDED,
            f"{late}; this is a rollback, which is never held up",
            phase,
            execution_id,
        )
    return WatchDecision(WatchAction.REPORT_FAILED, late, phase, execution_id)


def _not_begun(
    deployment: Deployment, event: EventState, phase: Phase, now: datetime, limits: HookLimits
) -> WatchDecision:
    if event.started_at is None:
        return WatchDecision(
            WatchAction.WAIT, f"CodeDeploy does not say when {event.name} began", phase
        )
    if now < event.started_at + limits.until_begun:
        return WatchDecision(WatchAction.WAIT, f"the {phase} hook may still begin", phase)
    late = (
        f"{event.name} began at {event.started_at.isoformat()} and no {phase} hook has begun: its "
        "event was lost, throttled away, or it cannot record that it began"
    )
    if deployment.is_rollback:
        return WatchDecision(WatchAction.WAIT, f"{late}; a rollback is never stopped", phase)
    return WatchDecision(WatchAction.STOP, late, phase)
