"""What became of changes: whether each lasted, and what put its failure right."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from steward.domain.rollouts.catching import ENDED_BADLY, failed_verdicts
from steward.domain.rollouts.deployments import FINISHED
from steward.domain.rollouts.records import Rollout

SUCCEEDED = "Succeeded"
# A change that is taken back within a day has failed; later it is a decision of its own.
UNDONE_WITHIN = timedelta(hours=24)

type _Workload = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A deployment that is no rollback. `undone_by`: what took it back although it succeeded;
    `restored_by`, `recovered_by`: the rollback and the next change that ended its failure."""

    rollout: Rollout
    undone_by: Rollout | None = None
    restored_by: Rollout | None = None
    recovered_by: Rollout | None = None

    @property
    def is_finished(self) -> bool:
        return self.rollout.status in FINISHED

    @property
    def succeeded(self) -> bool:
        return self.rollout.status == SUCCEEDED

    @property
    def is_failure(self) -> bool:
        return self.rollout.status in ENDED_BADLY or self.undone_by is not None

    @property
    def lead_time(self) -> timedelta | None:
        committed, ended = self.rollout.committed_at, self.rollout.completed_at
        return _since(committed, ended) if self.succeeded else None

    @property
    def restored_in(self) -> timedelta | None:
        return self._until(self.restored_by)

    @property
    def recovered_in(self) -> timedelta | None:
        return self._until(self.recovered_by)

    def _until(self, other: Rollout | None) -> timedelta | None:
        ended = other.completed_at if other else None
        return _since(failed_at(self.rollout, self.undone_by), ended)


def changes_of(rollouts: Iterable[Rollout]) -> Iterator[Change]:
    """Every deployment that is no rollback, with what followed it on the same alias."""
    workloads: defaultdict[_Workload, list[Rollout]] = defaultdict(list)
    for rollout in rollouts:
        workloads[_workload(rollout)].append(rollout)
    for some in workloads.values():
        ordered = sorted(some, key=lambda each: (each.created_at, each.deployment_id))
        for place, rollout in enumerate(ordered):
            if not rollout.is_rollback:
                yield _change(rollout, ordered[place + 1 :])


def failed_at(rollout: Rollout, undone_by: Rollout | None = None) -> datetime | None:
    """When its failure was noticed: by the first verdict that failed it, else at its end; by the
    rollback of one that had succeeded."""
    if undone_by is not None:
        return undone_by.created_at
    noticed = [verdict.decided_at for verdict in failed_verdicts(rollout)]
    ended = [rollout.completed_at] if rollout.completed_at else []
    return min((*noticed, *ended), default=None)


def _change(rollout: Rollout, later: Sequence[Rollout]) -> Change:
    undone_by = _undone_by(rollout, later)
    since = failed_at(rollout, undone_by)
    if since is None or not (rollout.status in ENDED_BADLY or undone_by):
        return Change(rollout)
    good = [each for each in later if each.status == SUCCEEDED and _ends_after(each, since)]
    forward = next((each for each in good if not each.is_rollback), None)
    back = _rollback(rollout, good, forward)
    return Change(rollout, undone_by, back, forward)


def _undone_by(rollout: Rollout, later: Sequence[Rollout]) -> Rollout | None:
    """The rollback that took a success back: linked with it, or away from its version before
    another change came."""
    if rollout.status != SUCCEEDED or rollout.completed_at is None:
        return None
    until = rollout.completed_at + UNDONE_WITHIN
    soon = [each for each in later if each.created_at <= until]
    linked = (each for each in soon if _are_linked(each, rollout))
    directly = takewhile(lambda each: each.is_rollback, soon)
    leaving = (each for each in directly if _leaves(each, rollout.to_version))
    return next(linked, None) or next(leaving, None)


def _leaves(rollback: Rollout, version: str) -> bool:
    return bool(version) and rollback.from_version == version != rollback.to_version


def _rollback(rollout: Rollout, good: Sequence[Rollout], forward: Rollout | None) -> Rollout | None:
    """The first rollback that succeeded: linked with it, else before the next change began."""
    backward = [each for each in good if each.is_rollback]
    linked = (each for each in backward if _are_linked(each, rollout))
    until = forward.created_at if forward else None
    others = (each for each in backward if until is None or each.created_at < until)
    return next(linked, None) or next(others, None)


def _are_linked(rollback: Rollout, rollout: Rollout) -> bool:
    ours, theirs = rollout.deployment_id, rollback.deployment_id
    return rollback.rolls_back == ours or rollout.rolled_back_by == theirs


def _workload(rollout: Rollout) -> _Workload:
    if rollout.function:
        return rollout.account_id, rollout.region, rollout.function, rollout.alias
    return rollout.account_id, rollout.region, f"@{rollout.application}", rollout.group


def _ends_after(rollout: Rollout, since: datetime) -> bool:
    return rollout.completed_at is not None and rollout.completed_at >= since


def _since(start: datetime | None, end: datetime | None) -> timedelta | None:
    if start is None or end is None:
        return None
    return max(end - start, timedelta())
