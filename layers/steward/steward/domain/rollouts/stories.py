"""What owners are told of a deployment: its record, cut to what a mail has room for.

Reasons hold what workloads answered, so each text is put on one line and bounded here, once.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from steward.domain.one_line import one_line
from steward.domain.policy_values import AccountId, RegionName
from steward.domain.rollouts.catching import caught_by
from steward.domain.rollouts.records import CaughtBy, Rollout
from steward.domain.rollouts.results import Cause, CheckResult, Evidence, Outcome, Phase, Verdict

LONGEST_REASON = 600
LONGEST_NUMBERS = 300
LONGEST_SOURCE = 200
MOST_CHECKS = 10


class Moment(StrEnum):
    """When, as traffic goes, a deployment ended; unknown where nothing says it."""

    BEFORE = "before traffic shift"
    DURING = "while traffic shifted"
    AFTER = "after traffic shift"
    UNKNOWN = ""


MOMENTS = {Phase.PRE: Moment.BEFORE, Phase.SHIFT: Moment.DURING, Phase.POST: Moment.AFTER}


class ToldCheck(BaseModel):
    """One check with its sentence of reason, and the numbers it rests on, as text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: str
    outcome: Outcome
    reason: str
    numbers: str


class RolloutStory(BaseModel):
    """One deployment as it was when its notice was queued.

    `undoes`: the deployment that this one rolls back; `undone_by`: the one that rolls this back.
    `phase`, `cause`: of the verdict that the reason is of; None where none is.
    `checks`: the first of those that the reason is about; `more_checks` counts the others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    deployment_id: str
    account_id: AccountId
    account_name: str
    region: RegionName
    stack: str
    application: str
    group: str
    function: str
    alias: str
    from_version: str
    to_version: str
    configuration: str
    status: str
    caught_by: CaughtBy
    is_rollback: bool
    undoes: str
    undone_by: str
    phase: Phase | None
    cause: Cause | None
    moment: Moment
    reason: str
    checks: tuple[ToldCheck, ...]
    more_checks: int
    error_code: str
    error_message: str
    happened_at: AwareDatetime

    @property
    def unit_said(self) -> str:
        return f"{self.account_id}/{self.region}"

    @property
    def workload(self) -> str:
        """`shop-orders:live`; the deployment group where the function is not known."""
        name = self.function or f"{self.application}/{self.group}"
        return f"{name}:{self.alias}" if self.function and self.alias else name


def told_checks(results: Iterable[CheckResult]) -> tuple[ToldCheck, ...]:
    """`results` with every text within its bounds."""
    return tuple(
        ToldCheck(
            name=one_line(each.name, 60),
            type=one_line(each.type, 40),
            outcome=each.outcome,
            reason=one_line(each.reason, LONGEST_REASON),
            numbers=numbers_said(each.evidence),
        )
        for each in results
    )


def numbers_said(evidence: Evidence) -> str:
    """The numbers of `evidence` by name: `errors 12, n 400, p 0.0003`."""
    said = ", ".join(f"{name} {_said(number)}" for name, number in _numbers(evidence))
    return one_line(said, LONGEST_NUMBERS)


def _said(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:.4g}"


def _numbers(evidence: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    for name, value in evidence.items():
        if isinstance(value, Mapping):
            yield from ((f"{name} {inner}", number) for inner, number in _numbers(value))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield name, value


def moment_of(rollout: Rollout, phase: Phase | None) -> Moment:
    """By the phase that ended it; else by how far CodeDeploy says that it had come."""
    if phase is not None:
        return MOMENTS[phase]
    if rollout.shift_ended_at:
        return Moment.AFTER
    if rollout.shift_started_at:
        return Moment.DURING
    return Moment.BEFORE if rollout.hooks and not rollout.problems else Moment.UNKNOWN


def story_of(
    rollout: Rollout,
    reason: str,
    verdict: Verdict | None = None,
    checks: tuple[CheckResult, ...] = (),
) -> RolloutStory:
    """What is told of `rollout`: the `reason`, the `verdict` that led to it, and its `checks`."""
    phase = verdict.phase if verdict else None
    decided_at = verdict.decided_at if verdict else None
    ended_at = rollout.completed_at or decided_at or rollout.started_at or rollout.created_at
    names = ("account_name", "stack", "application", "group", "function", "alias")
    return RolloutStory(
        deployment_id=one_line(rollout.deployment_id, 60),
        account_id=rollout.account_id,
        region=rollout.region,
        **{name: one_line(getattr(rollout, name), 260) for name in names},
        from_version=one_line(rollout.from_version, 40),
        to_version=one_line(rollout.to_version, 40),
        configuration=one_line(rollout.configuration, 120),
        status=one_line(rollout.status, 40),
        caught_by=caught_by(rollout),
        is_rollback=rollout.is_rollback,
        undoes=one_line(rollout.rolls_back, 60),
        undone_by=one_line(rollout.rolled_back_by, 60),
        phase=phase,
        cause=verdict.cause if verdict else None,
        moment=moment_of(rollout, phase),
        reason=one_line(reason, LONGEST_REASON),
        checks=told_checks(checks[:MOST_CHECKS]),
        more_checks=len(checks[MOST_CHECKS:]),
        error_code=one_line(rollout.error_code, 80),
        error_message=one_line(rollout.error_message, LONGEST_REASON),
        happened_at=ended_at,
    )
