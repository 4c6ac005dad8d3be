"""What the guard makes of one look at a deployment: stop it, warn, look again, or end.

A look that fails stops nothing yet; as many in a row as the configuration says do. The guard never
promotes, never stops a rollback, and stops a deployment once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from steward.domain.rollouts.deployments import Deployment, LifecycleEvent, Target
from steward.domain.rollouts.results import CheckMode, CheckResult, Outcome

HOOK_PREFIX = "CodeDeployHook_steward-"
LAMBDA = "Lambda"
# "CodeDeploy quotas": two hooks of an hour each, and 48 hours of shifting between them.
GIVE_UP_AFTER = timedelta(hours=50)
LOST_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class GuardRecord:
    """What is known of the looks at one deployment so far.

    `looks`: how many are done; a message that counts fewer is a duplicate of one already done.
    `enforced`, `observed`: looks in a row in which a check of that mode failed. `warned_at`: when
    it was said that the deployment would have been stopped.
    """

    deployment_id: str
    since: datetime
    beat_at: datetime
    looks: int = 0
    enforced: int = 0
    observed: int = 0
    warned_at: datetime | None = None
    stopped_at: datetime | None = None
    ended_at: datetime | None = None
    note: str = ""


class GuardAction(StrEnum):
    """stop: end the deployment and roll back. warn: say that enforce mode would have stopped it.
    look_again: later."""

    STOP = "stop"
    WARN = "warn"
    LOOK_AGAIN = "look_again"


@dataclass(frozen=True, slots=True)
class GuardDecision:
    """`enforced` and `observed` are the counts to keep for the next look."""

    action: GuardAction
    reason: str
    enforced: int = 0
    observed: int = 0


@dataclass(frozen=True, slots=True)
class Interest:
    """Whether a deployment is Steward's to watch, and why."""

    is_ours: bool
    reason: str


def interest_in(
    deployment: Deployment, hooks: Mapping[LifecycleEvent, str], *, has_attempts: bool
) -> Interest:
    """Ours are Lambda deployments that name one of Steward's hooks, or whose hook has run."""
    if deployment.compute_platform != LAMBDA:
        return Interest(False, f"it deploys to {deployment.compute_platform}, not to Lambda")
    ours = sorted(name for name in hooks.values() if is_our_hook(name))
    if ours:
        return Interest(True, f"it names {' and '.join(ours)}")
    if has_attempts:
        return Interest(True, "a hook of Steward has run for it")
    return Interest(False, f"it names no hook that begins with {HOOK_PREFIX}")


def is_our_hook(function: str) -> bool:
    """A hook is named by name or by ARN ("Hooks section", AWS CodeDeploy User Guide)."""
    return f":{function}".find(f":{HOOK_PREFIX}") >= 0


def reason_to_end(record: GuardRecord, deployment: Deployment, now: datetime) -> str:
    """Why there is nothing more to look at; empty while there is."""
    if deployment.is_finished:
        return f"the deployment has ended: {deployment.status}"
    if now >= record.since + GIVE_UP_AFTER:
        hours = int(GIVE_UP_AFTER.total_seconds() // 3600)
        return f"it was looked at for {hours} hours, longer than CodeDeploy lets a deployment run"
    return ""


def is_duplicate(record: GuardRecord, looks: int) -> bool:
    """Whether a message that counts `looks` was answered already, so another one goes on."""
    return looks < record.looks


def is_lost(record: GuardRecord, now: datetime, between: timedelta) -> bool:
    """Whether nobody has looked for so long that the loop must have been lost.

    `between`: two looks of a loop that is alive; two of them may be late.
    """
    return record.ended_at is None and now >= record.beat_at + max(LOST_AFTER, 2 * between)


def out_of_reach(record: GuardRecord, deployment: Deployment) -> str:
    """Why this deployment is not stopped any more, or at all; empty where it may be."""
    if record.stopped_at is not None:
        return "it was told to stop"
    if deployment.is_rollback:
        return "a rollback is never stopped"
    return ""


def judge_look(
    record: GuardRecord, results: Sequence[CheckResult], *, breaches: int
) -> GuardDecision:
    """What follows from one look at a shift that is not out of reach.

    Anything but a failure, no answer included, begins the count anew: to stop needs proof more
    than once.
    """
    enforced = _in_a_row(record.enforced, failing(results, CheckMode.ENFORCE))
    observed = _in_a_row(record.observed, failing(results, CheckMode.OBSERVE))
    if enforced >= breaches:
        reasons = _reasons(failing(results, CheckMode.ENFORCE))
        said = f"{_looks(enforced)} failed: {reasons}"
        return GuardDecision(GuardAction.STOP, said, enforced, observed)
    if observed >= breaches and record.warned_at is None:
        reasons = _reasons(failing(results, CheckMode.OBSERVE))
        said = f"{_looks(observed)} failed: {reasons}; mode enforce would have stopped it"
        return GuardDecision(GuardAction.WARN, said, enforced, observed)
    said = _so_far(enforced, observed, breaches)
    return GuardDecision(GuardAction.LOOK_AGAIN, said, enforced, observed)


def agreed(written: Target, seen: Target | None) -> Target | None:
    """The target by the AppSpec, unless CodeDeploy shifts another one: then neither is certain."""
    if seen is None:
        return written
    pairs = (
        (written.function, seen.function),
        (written.alias, seen.alias),
        (written.current_version, seen.current_version),
        (written.target_version, seen.target_version),
    )
    differ = any(one and other and one != other for one, other in pairs)
    return None if differ else written


def failing(results: Sequence[CheckResult], mode: CheckMode) -> tuple[CheckResult, ...]:
    """Those whose data say that the target version is worse."""
    return tuple(one for one in results if one.mode is mode and one.outcome is Outcome.FAIL)


def planned_looks(shift: timedelta, between: timedelta) -> int:
    """How many looks a shift of that length has, at least one."""
    return max(1, -(-shift // between))


def _in_a_row(before: int, fails: Sequence[CheckResult]) -> int:
    return before + 1 if fails else 0


def _reasons(fails: Sequence[CheckResult]) -> str:
    return "; ".join(f"{one.name}: {one.reason}" for one in fails)


def _looks(count: int) -> str:
    return "1 look" if count == 1 else f"{count} looks in a row"


def _so_far(enforced: int, observed: int, breaches: int) -> str:
    if not enforced and not observed:
        return "nothing fails"
    return f"{_looks(max(enforced, observed))} failed, {breaches} would decide"
