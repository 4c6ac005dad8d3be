"""Which events of a deployment its owners are told of, each once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from steward.domain.one_line import one_line
from steward.domain.outbox import NoticeState
from steward.domain.rollouts.catching import ENDED_BADLY, caught_by, failed_verdicts
from steward.domain.rollouts.config import RolloutConfig, Told
from steward.domain.rollouts.deployments import FINISHED
from steward.domain.rollouts.records import CaughtBy, Rollout
from steward.domain.rollouts.results import Cause, CheckMode, CheckResult, Outcome, Verdict
from steward.domain.rollouts.stories import LONGEST_SOURCE, RolloutStory, story_of

HOOK_PREFIX = "CodeDeployHook_steward-"
SUCCEEDED = "Succeeded"
NOBODY_ANSWERED = frozenset({Cause.FAILSAFE, Cause.WATCHDOG})
_BAD = frozenset({Outcome.FAIL, Outcome.ERROR})
_BY_VERDICT = frozenset({CaughtBy.PRE, CaughtBy.GUARD, CaughtBy.POST, CaughtBy.WATCHDOG})
_ENDED_BY = {
    CaughtBy.ALARM: "an alarm of its deployment group went off",
    CaughtBy.MANUAL: "somebody stopped it",
}


@dataclass(frozen=True, slots=True)
class RolloutNotice:
    """One event of one deployment. The same deployment and `event` again is the same notice.

    `owner_source`: where its `owners` were found.
    """

    event: Told
    story: RolloutStory
    owners: tuple[str, ...]
    owner_source: str
    queued_at: datetime
    state: NoticeState = NoticeState.PENDING
    sent_at: datetime | None = None
    tries: int = 0
    error: str = ""

    @property
    def subject_id(self) -> str:
        """The deployment that it is about in the end: of a rollback, the one that it undoes."""
        return self.story.undoes or self.story.deployment_id

    @property
    def is_immediate(self) -> bool:
        return self.event is not Told.INCONCLUSIVE

    @property
    def is_failed_rollback(self) -> bool:
        """Nobody knows which version serves: the gravest of all."""
        return self.event is Told.ROLLED_BACK and self.story.status != SUCCEEDED


def takes_part(rollout: Rollout) -> bool:
    """Whether the hooks of this product are on its way; nobody is told of other deployments."""
    named = any(_is_ours(name) for name in rollout.hooks.values())
    return named or bool(rollout.verdicts)


def due_notices(
    rollout: Rollout, now: datetime, undone: Rollout | None = None
) -> Iterator[RolloutNotice]:
    """Every notice that is due of `rollout` as it is; `undone`: the deployment it rolls back.

    Whether one was queued before is the outbox's to know.
    """
    if not takes_part(rollout) and not (undone and takes_part(undone)):
        return
    wanted = told_of(rollout, undone)
    for event in events_of(rollout):
        if event in wanted:
            source = one_line(rollout.owner_source, LONGEST_SOURCE)
            yield RolloutNotice(event, _story(rollout, event), rollout.owners, source, now)


def told_of(rollout: Rollout, undone: Rollout | None = None) -> frozenset[str]:
    """What the workload's configuration asks to be told of.

    A rollback runs no checks, so that what it rolls back says it; so does any verdict that came
    from a configuration before one of a hook that died, which knows only the defaults.
    """
    verdicts = [*(undone.verdicts if undone else ()), *rollout.verdicts]
    declared = [verdict for verdict in verdicts if verdict.configuration]
    spoken = next(iter(declared or verdicts), None)
    return frozenset(spoken.notify if spoken else RolloutConfig().notify)


def events_of(rollout: Rollout) -> Iterator[Told]:
    """What has happened so far that may be told."""
    causes = {verdict.cause for verdict in rollout.verdicts}
    if rollout.is_rollback:
        if rollout.status in FINISHED and not _changed_nothing(rollout):
            yield Told.ROLLED_BACK
    elif rollout.status in ENDED_BADLY:
        yield Told.FAILED
    elif rollout.status == SUCCEEDED and _undecided(rollout):
        yield Told.INCONCLUSIVE
    if Cause.OVERRIDE in causes and not rollout.is_rollback:
        yield Told.OVERRIDDEN
    if causes & NOBODY_ANSWERED:
        yield Told.STUCK


def deciding_verdict(rollout: Rollout) -> Verdict | None:
    """The verdict that ended the deployment; None where something else did."""
    return failed_verdicts(rollout)[0] if caught_by(rollout) in _BY_VERDICT else None


def _is_ours(hook: str) -> bool:
    """A hook may be named by its name or by an ARN, of an alias too."""
    return any(part.startswith(HOOK_PREFIX) for part in hook.split(":"))


def _changed_nothing(rollout: Rollout) -> bool:
    """CloudFormation repeats what CodeDeploy's own rollback did already."""
    same = bool(rollout.to_version) and rollout.from_version == rollout.to_version
    return same and rollout.status == SUCCEEDED and not rollout.rolls_back


def _undecided(rollout: Rollout) -> tuple[CheckResult, ...]:
    return tuple(
        result
        for verdict in rollout.verdicts
        for result in verdict.results
        if result.outcome is Outcome.INCONCLUSIVE
    )


def _story(rollout: Rollout, event: Told) -> RolloutStory:
    match event:
        case Told.FAILED:
            return _failure(rollout)
        case Told.ROLLED_BACK:
            return story_of(rollout, _rolled_back(rollout))
        case Told.OVERRIDDEN:
            verdict = _caused_by(rollout, {Cause.OVERRIDE})
            passed = tuple(each for each in verdict.results if each.outcome in _BAD)
            return story_of(rollout, verdict.reason, verdict, passed)
        case Told.STUCK:
            verdict = _caused_by(rollout, NOBODY_ANSWERED)
            return story_of(rollout, verdict.reason, verdict)
        case Told.INCONCLUSIVE:
            checks = _undecided(rollout)
            names = ", ".join(check.name for check in checks)
            return story_of(rollout, f"the data decide nothing for {names}", checks=checks)
        case _:
            assert_never(event)


def _failure(rollout: Rollout) -> RolloutStory:
    verdict = deciding_verdict(rollout)
    if verdict is None:
        known = _ENDED_BY.get(caught_by(rollout), "")
        return story_of(rollout, ": ".join(filter(None, (known, _said(rollout)))))
    checks = tuple(
        result for result in verdict.results if result.fails and result.mode is CheckMode.ENFORCE
    )
    return story_of(rollout, verdict.reason, verdict, checks)


def _rolled_back(rollout: Rollout) -> str:
    """The version of an alias after a rollback is the one that the rollback deploys."""
    version = f"version {rollout.to_version}" if rollout.to_version else "the version before"
    if rollout.status == SUCCEEDED:
        return f"{version} serves again"
    return f"the rollback to {version} failed: {_said(rollout)}"


def _said(rollout: Rollout) -> str:
    """CodeDeploy's own words."""
    return rollout.error_message or rollout.error_code or f"CodeDeploy says {rollout.status}"


def _caused_by(rollout: Rollout, causes: Iterable[Cause]) -> Verdict:
    return next(verdict for verdict in rollout.verdicts if verdict.cause in causes)
