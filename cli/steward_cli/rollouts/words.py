"""A deployment in words: where it is, what it moves, and what became of it."""

from steward.domain.rollouts.catching import caught_by, failed_verdicts
from steward.domain.rollouts.deployments import FINISHED
from steward.domain.rollouts.records import CaughtBy, Rollout
from steward.domain.rollouts.results import Cause, Outcome, Phase
from steward_cli.counting import number

_UNDECIDED = frozenset({Outcome.INCONCLUSIVE, Outcome.ERROR})
_WHEN = {
    Phase.PRE: "before traffic shifted",
    Phase.SHIFT: "while traffic shifted",
    Phase.POST: "after traffic had shifted",
}
_ENDED_BY = {
    CaughtBy.ALARM: "stopped by an alarm of its deployment group",
    CaughtBy.MANUAL: "stopped by hand",
    CaughtBy.OTHER: "ended by CodeDeploy",
}


def workload_of(rollout: Rollout) -> str:
    """`function:alias`; the deployment group where no function is known."""
    if rollout.function:
        return f"{rollout.function}:{rollout.alias}"
    return f"group {rollout.group}"


def place_of(rollout: Rollout) -> str:
    return f"{rollout.account_name or rollout.account_id}/{rollout.region}"


def versions_of(rollout: Rollout) -> str:
    if not rollout.to_version:
        return "?"
    return f"{rollout.from_version or '-'} -> {rollout.to_version}"


def outcome_of(rollout: Rollout) -> str:
    """What became of it, and why, in one sentence."""
    if rollout.status not in FINISHED:
        return _and_back(rollout, "under way")
    if caught_by(rollout) is CaughtBy.NOBODY:
        return _and_back(rollout, _checked(rollout))
    return _and_back(rollout, _failure(rollout))


def _failure(rollout: Rollout) -> str:
    by, failed = caught_by(rollout), failed_verdicts(rollout)
    if by in _ENDED_BY:
        said = rollout.error_message or rollout.error_code
        return f"{_ENDED_BY[by]}: {said}" if said else _ENDED_BY[by]
    return f"{when(failed[0].phase)}: {failed[0].reason}" if failed else str(by)


def when(phase: Phase) -> str:
    return _WHEN[phase]


def _checked(rollout: Rollout) -> str:
    causes = {verdict.cause for verdict in rollout.verdicts}
    if Cause.OVERRIDE in causes:
        return "let pass by an override"
    if not rollout.verdicts:
        return "not checked" if not rollout.is_rollback else "done"
    results = [result for verdict in rollout.verdicts for result in verdict.results]
    said = [f"{number(len(results), 'check')} done"] if results else ["done"]
    failed = sum(result.outcome is Outcome.FAIL for result in results)
    undecided = sum(result.outcome in _UNDECIDED for result in results)
    said += [f"{failed} failed in mode observe"] if failed else []
    said += [f"{undecided} undecided"] if undecided else []
    return ", ".join(said)


def _and_back(rollout: Rollout, said: str) -> str:
    back = f"rolls back {rollout.rolls_back}" if rollout.rolls_back else ""
    back = back or ("rolls back" if rollout.is_rollback else "")
    undone = f"rolled back by {rollout.rolled_back_by}" if rollout.rolled_back_by else ""
    return "; ".join(part for part in (back, said, undone) if part)
