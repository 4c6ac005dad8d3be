"""The four keys of deploying, and what the checks cost and caught, over some deployments.

"DORA's software delivery metrics": deployment frequency, change lead time, change fail rate and
failed deployment recovery time. A rate of nothing, and the time of none, is None, never zero.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.domain.rollouts.catching import caught_by
from steward.domain.rollouts.outcomes import changes_of
from steward.domain.rollouts.records import CaughtBy, Rollout
from steward.domain.rollouts.results import Cause, Outcome, Phase
from steward.domain.rollouts.spread import Spread, share, spread_of

_DAY = timedelta(days=1)
_HOOKS = frozenset({Phase.PRE, Phase.POST})


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until before `end`; a deployment belongs to it when it began in it."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period ends after it starts, but this is {self}")

    @property
    def days(self) -> float:
        return (self.end - self.start) / _DAY

    def has(self, rollout: Rollout) -> bool:
        return self.start <= rollout.created_at < self.end


@dataclass(frozen=True, slots=True)
class Dora:
    """Counts are of changes: deployments that are no rollbacks themselves.

    `failed`: ended in failure, or were stopped; `undone`: succeeded, and were rolled back within a
    day. `restored`: from a failure until a rollback had succeeded; `recovered`: until the next
    change had; `unrecovered`: failures that none followed yet. `lead_time`: from commit to success,
    of those `without_commit_time` not. `hooks`: how long a hook's checks took. `inconclusive_rate`:
    of all checks that were carried out. `caught_by`: of those that failed.
    """

    changes: int
    finished: int
    succeeded: int
    failed: int
    undone: int
    rollbacks: int
    per_day: float
    per_week: float
    failure_rate: float | None
    restored: Spread
    recovered: Spread
    unrecovered: int
    lead_time: Spread
    without_commit_time: int
    caught_by: Mapping[CaughtBy, int]
    hooks: Spread
    inconclusive_rate: float | None
    overridden: int


def dora(rollouts: Iterable[Rollout], period: Period) -> Dora:
    """The keys of `period`. What follows it counts too, as far as it ends a failure in it."""
    known = list(rollouts)
    every = [each for each in known if period.has(each)]
    changes = [each for each in changes_of(known) if period.has(each.rollout)]
    finished = [each for each in changes if each.is_finished]
    succeeded = [each for each in finished if each.succeeded]
    failures = [each for each in finished if each.is_failure]
    failed = [each for each in failures if not each.succeeded]
    per_day = len(succeeded) / period.days
    led = _known(each.lead_time for each in succeeded)
    recovered = _known(each.recovered_in for each in failures)
    return Dora(
        changes=len(changes),
        finished=len(finished),
        succeeded=len(succeeded),
        failed=len(failed),
        undone=len(failures) - len(failed),
        rollbacks=sum(each.is_rollback for each in every),
        per_day=per_day,
        per_week=per_day * 7,
        failure_rate=share(len(failures), len(finished)),
        restored=spread_of(_known(each.restored_in for each in failures)),
        recovered=spread_of(recovered),
        unrecovered=len(failures) - len(recovered),
        lead_time=spread_of(led),
        without_commit_time=len(succeeded) - len(led),
        caught_by=dict(sorted(Counter(caught_by(each.rollout) for each in failed).items())),
        hooks=spread_of(_hook_times(every)),
        inconclusive_rate=_inconclusive(every),
        overridden=sum(map(_was_overridden, every)),
    )


def dora_by(
    rollouts: Iterable[Rollout], period: Period, key: Callable[[Rollout], str]
) -> dict[str, Dora]:
    """The keys of each group that has a deployment in `period`, the busiest first."""
    groups: defaultdict[str, list[Rollout]] = defaultdict(list)
    for rollout in rollouts:
        groups[key(rollout)].append(rollout)
    found = {
        name: dora(some, period) for name, some in groups.items() if any(map(period.has, some))
    }
    return dict(sorted(found.items(), key=lambda each: (-each[1].changes, each[0])))


def _known(times: Iterable[timedelta | None]) -> list[timedelta]:
    return [each for each in times if each is not None]


def _hook_times(rollouts: Sequence[Rollout]) -> list[timedelta]:
    """From the first check of a hook to the end of the last one: what the deployment waited."""
    found = []
    for verdict in (verdict for each in rollouts for verdict in each.verdicts):
        if verdict.phase in _HOOKS and verdict.results:
            first = min(each.started_at for each in verdict.results)
            last = max(each.started_at + each.took for each in verdict.results)
            found.append(last - first)
    return found


def _inconclusive(rollouts: Sequence[Rollout]) -> float | None:
    outcomes = Counter(
        result.outcome
        for each in rollouts
        for verdict in each.verdicts
        for result in verdict.results
        if result.outcome is not Outcome.SKIPPED
    )
    return share(outcomes[Outcome.INCONCLUSIVE], outcomes.total())


def _was_overridden(rollout: Rollout) -> bool:
    return any(verdict.cause is Cause.OVERRIDE for verdict in rollout.verdicts)
