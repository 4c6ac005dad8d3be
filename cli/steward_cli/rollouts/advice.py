"""What to do next about a deployment."""

from collections.abc import Iterator

from steward.domain.rollouts.catching import ENDED_BADLY, caught_by, failed_verdicts
from steward.domain.rollouts.deployments import FINISHED
from steward.domain.rollouts.records import CaughtBy, Rollout
from steward.domain.rollouts.results import Cause, Phase, Verdict

GUIDE = "docs/guide/rollouts.md"
_HOOKS = {Phase.PRE: "CodeDeployHook_steward-pre", Phase.POST: "CodeDeployHook_steward-post"}
_DEAD = frozenset({Cause.HOOK, Cause.FAILSAFE, Cause.WATCHDOG, Cause.DEADLINE})


def advice_of(rollout: Rollout) -> tuple[str, ...]:
    """What the owner does now, the most pressing first; nothing where there is nothing to do."""
    return tuple(_advice(rollout))


def _advice(rollout: Rollout) -> Iterator[str]:
    if rollout.status not in FINISHED:
        yield f"it is under way; ask again: steward rollouts show {rollout.deployment_id}"
    elif rollout.status in ENDED_BADLY:
        yield from _after_failure(rollout)
    elif not rollout.verdicts and not rollout.is_rollback:
        yield f"nothing checked it; the three lines that change that are in {GUIDE}"


def _after_failure(rollout: Rollout) -> Iterator[str]:
    if rollout.is_rollback:
        yield f"the rollback failed: see which version serves, by {_get_alias(rollout)}"
    elif rollout.rolled_back_by:
        yield f"what came of the rollback: steward rollouts show {rollout.rolled_back_by}"
    match caught_by(rollout):
        case CaughtBy.ALARM:
            yield (
                f"see which alarm of deployment group {rollout.group} was in ALARM; while it is, "
                "CodeDeploy stops every deployment of the group"
            )
        case CaughtBy.MANUAL:
            yield "CloudTrail's event StopDeployment says who stopped it"
        case CaughtBy.OTHER:
            said = rollout.error_code or "no reason"
            yield f"CodeDeploy gives {said}: its console shows the lifecycle event that failed"
        case _:
            yield from _after_verdict(rollout, failed_verdicts(rollout)[0])


def _after_verdict(rollout: Rollout, verdict: Verdict) -> Iterator[str]:
    if verdict.cause is Cause.CONFIGURATION:
        yield "correct the configuration; `steward rollouts validate FILE` checks it first"
    elif verdict.cause in _DEAD:
        hook = _HOOKS.get(verdict.phase, "steward-rollout-guard")
        yield f"read the log of {hook} in {rollout.unit}: it did not come to a verdict of its own"
    else:
        yield (
            "mend what the failing checks say, then try them before you deploy: "
            f"steward rollouts try --function {rollout.function} --version {rollout.to_version}"
        )
    yield (
        "in an emergency an override lets the next deployment pass: parameter "
        f"/steward/rollout-override/{rollout.function or 'FUNCTION'} ({GUIDE})"
    )


def _get_alias(rollout: Rollout) -> str:
    return (
        f"aws lambda get-alias --function-name {rollout.function} --name {rollout.alias} "
        f"--region {rollout.region}"
    )
