"""What ended a deployment that did not succeed."""

from steward.domain.rollouts.records import CaughtBy, Rollout
from steward.domain.rollouts.results import Cause, Phase, Status, Verdict

ENDED_BADLY = frozenset({"Failed", "Stopped"})
# "ErrorInformation", AWS CodeDeploy API Reference.
_ALARM = "ALARM_ACTIVE"
_STOPPED = "MANUAL_STOP"
# They stop deployments themselves; what they did reads as a stop by hand to CodeDeploy.
_STOPPERS = {Cause.GUARD: CaughtBy.GUARD, Cause.WATCHDOG: CaughtBy.WATCHDOG}
_PHASES = {
    Phase.PRE: CaughtBy.PRE,
    Phase.SHIFT: CaughtBy.GUARD,
    Phase.POST: CaughtBy.POST,
}


def caught_by(rollout: Rollout) -> CaughtBy:
    """Who or what ended `rollout`, by CodeDeploy's own reason and then by the verdicts.

    A hook that fails a deployment which an alarm has already stopped did not catch it.
    """
    if rollout.status not in ENDED_BADLY:
        return CaughtBy.NOBODY
    if rollout.error_code == _ALARM:
        return CaughtBy.ALARM
    failed = failed_verdicts(rollout)
    if rollout.error_code == _STOPPED:
        return _stopper(rollout, failed)
    return _catcher(failed[0]) if failed else CaughtBy.OTHER


def failed_verdicts(rollout: Rollout) -> tuple[Verdict, ...]:
    """The verdicts that CodeDeploy was told to fail by, the first of them first."""
    failed = (each for each in rollout.verdicts if each.status is Status.FAILED)
    return tuple(sorted(failed, key=lambda each: each.decided_at))


def _stopper(rollout: Rollout, failed: tuple[Verdict, ...]) -> CaughtBy:
    """A hook that may not report fails a deployment too: then it is stopped for its verdict, which
    is older than the end. One that was stopped by hand ends before its hook has decided."""
    for verdict in failed:
        ended = rollout.completed_at
        if verdict.cause in _STOPPERS or (ended is not None and verdict.decided_at <= ended):
            return _catcher(verdict)
    return CaughtBy.MANUAL


def _catcher(verdict: Verdict) -> CaughtBy:
    return _STOPPERS.get(verdict.cause) or _PHASES[verdict.phase]
