"""What a sweep covered: which of its planned units were swept, could not be reached, or are open.

A sweep is counted by what it planned. Answers may come twice, late or for a unit that nobody
planned; a unit counts once, and what was swept stays swept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from steward.domain.modes import Mode
from steward.domain.stacks import Unit

# Three deliveries, each invisible to others for half an hour (UnitsQueue in template.yaml), and
# half an hour of waiting for a worker. After that a message is in the dead-letter queue, or lost.
ANSWER_TIME = timedelta(hours=2)


class SweepState(StrEnum):
    """running: answers may still come. complete: every unit was swept. partial: it is not whole."""

    RUNNING = "running"
    COMPLETE = "complete"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class PlannedSweep:
    """What the planner set out to do. `policy` is a fingerprint; empty when there was no policy.

    `passed_over`: accounts left out, and why.
    """

    sweep_id: str
    swept_at: datetime
    policy: str
    mode: Mode
    held: str
    units: frozenset[Unit]
    passed_over: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answers:
    """What workers said of units. `failed`: tries that ended with an error and will be repeated."""

    swept: frozenset[Unit] = frozenset()
    unreachable: Mapping[Unit, str] = field(default_factory=dict)
    failed: Mapping[Unit, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SweepCoverage:
    """One sweep's units by what became of them; each planned unit is counted exactly once.

    `failed`: the unanswered ones that were tried, and the last error. `unreadable`: why the record
    of the sweep cannot be counted; empty when it can. `closed_at`: when the planner closed it.
    """

    sweep_id: str
    swept_at: datetime
    mode: Mode
    held: str
    planned: int
    swept: int
    unreachable: dict[Unit, str]
    unanswered: frozenset[Unit]
    passed_over: dict[str, str]
    failed: dict[Unit, str] = field(default_factory=dict)
    policy: str = ""
    unreadable: str = ""
    closed_at: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether every unit was swept. A sweep of nothing covers nothing."""
        return self.planned > 0 and self.swept == self.planned and not self.unreadable

    def state(self, now: datetime) -> SweepState:
        """Running at most for ANSWER_TIME; a sweep whose clock is ahead of `now` has just begun."""
        if self.whole:
            return SweepState.COMPLETE
        if self.unanswered and now < self.swept_at + ANSWER_TIME:
            return SweepState.RUNNING
        return SweepState.PARTIAL

    def sentence(self, now: datetime) -> str:
        """`27 of 27 units swept`, or what is missing, with the state in front."""
        if self.unreadable:
            return f"PARTIAL: its record cannot be read: {self.unreadable}"
        if self.planned == 0:
            return f"PARTIAL: no unit was planned: {self.why_nothing}"
        counted = [f"{self.swept} of {self.planned} units swept"]
        counted += [f"{len(self.unreachable)} unreachable"] if self.unreachable else []
        counted += [f"{len(self.unanswered)} unanswered"] if self.unanswered else []
        state = self.state(now)
        label = "" if state is SweepState.COMPLETE else f"{state.upper()}: "
        return label + ", ".join(counted)

    @property
    def why_nothing(self) -> str:
        """Why a sweep planned no unit."""
        if self.held:
            return self.held
        if self.passed_over:
            return f"all {len(self.passed_over)} accounts were passed over"
        return "the organization has no account that the policy's scope could name"


def merged(parts: Iterable[Answers]) -> Answers:
    """All answers of a sweep as one; later parts replace earlier reasons."""
    swept: set[Unit] = set()
    unreachable: dict[Unit, str] = {}
    failed: dict[Unit, str] = {}
    for part in parts:
        swept |= part.swept
        unreachable |= part.unreachable
        failed |= part.failed
    return Answers(frozenset(swept), unreachable, failed)


def coverage_of(
    sweep: PlannedSweep, answers: Answers, closed_at: datetime | None = None
) -> SweepCoverage:
    """Count a sweep: swept beats unreachable, which beats a failed try."""
    swept = answers.swept & sweep.units
    unreachable = _of(sweep.units - swept, answers.unreachable)
    unanswered = sweep.units - swept - unreachable.keys()
    return SweepCoverage(
        sweep_id=sweep.sweep_id,
        swept_at=sweep.swept_at,
        mode=sweep.mode,
        held=sweep.held,
        planned=len(sweep.units),
        swept=len(swept),
        unreachable=unreachable,
        unanswered=unanswered,
        passed_over=dict(sweep.passed_over),
        failed=_of(unanswered, answers.failed),
        policy=sweep.policy,
        closed_at=closed_at,
    )


def _of(units: frozenset[Unit], reasons: Mapping[Unit, str]) -> dict[Unit, str]:
    return {unit: reasons[unit] for unit in sorted(units & reasons.keys())}


def unit_states(sweep: PlannedSweep, answers: Answers) -> dict[Unit, tuple[str, str]]:
    """Every planned unit, sorted: `swept`, `unreachable` or `unanswered`, and why."""
    counted = coverage_of(sweep, answers)
    states = dict.fromkeys(sorted(sweep.units), ("swept", ""))
    states |= {unit: ("unreachable", why) for unit, why in counted.unreachable.items()}
    states |= {unit: ("unanswered", counted.failed.get(unit, "")) for unit in counted.unanswered}
    return states


def latest_finished(sweeps: Iterable[SweepCoverage], now: datetime) -> SweepCoverage | None:
    """The newest sweep that does not run any more; `sweeps` are newest first."""
    done = (each for each in sweeps if each.state(now) is not SweepState.RUNNING)
    return next(done, None)
