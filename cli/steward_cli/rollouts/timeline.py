"""What happened to a deployment, and when."""

from collections.abc import Iterator
from datetime import datetime

from steward.domain.rollouts.records import Rollout
from steward.domain.rollouts.results import Phase, Status, Verdict
from steward_cli.plan_report import Part

_VERDICTS = {
    Phase.PRE: "verdict before traffic",
    Phase.SHIFT: "verdict while traffic shifted",
    Phase.POST: "verdict after traffic",
}


class Moment(Part):
    at: datetime
    what: str


def timeline_of(rollout: Rollout) -> tuple[Moment, ...]:
    """Oldest first; what is not known is left out."""
    known = (Moment(at=at, what=what) for what, at in _moments(rollout) if at is not None)
    return tuple(sorted(known, key=lambda each: each.at))


def _moments(rollout: Rollout) -> Iterator[tuple[str, datetime | None]]:
    yield "code committed", rollout.committed_at
    yield f"created by {rollout.creator or 'an unknown creator'}", rollout.created_at
    yield "started", rollout.started_at
    yield "traffic began to shift", rollout.shift_started_at
    yield "traffic had shifted", rollout.shift_ended_at
    for verdict in rollout.verdicts:
        yield _decided(verdict), verdict.decided_at
    yield f"ended: {rollout.status}", rollout.completed_at


def _decided(verdict: Verdict) -> str:
    said = "pass" if verdict.status is Status.SUCCEEDED else "fail"
    return f"{_VERDICTS[verdict.phase]}: {said} (by {verdict.cause})"
