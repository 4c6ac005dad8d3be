"""When an owner is told: 180, 90, 60, 30, 14, 7, 1 and 0 days before each milestone.

What was told is known by its key, and the milestone's date is part of it: a moved date arms the
stages that are still to come, and sends none again that lies behind.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from steward.domain.runtimes.lifecycle import Milestone, Runtime
from steward.domain.runtimes.states import last_reached

STAGES = (180, 90, 60, 30, 14, 7, 1, 0)
NEVER_MOVED: Mapping[tuple[str, Milestone], date] = {}


@dataclass(frozen=True, slots=True, order=True)
class StageKey:
    """One notice to one group about one runtime: telling it twice is telling it once."""

    group: str
    runtime_id: str
    milestone: Milestone
    day: date
    stage: int

    def is_of_the_same_milestone(self, other: "StageKey") -> bool:
        """Whether both are about one milestone of one runtime, whatever its date."""
        return (self.group, self.runtime_id, self.milestone) == (
            other.group,
            other.runtime_id,
            other.milestone,
        )


@dataclass(frozen=True, slots=True)
class DueNotice:
    """One message. `headline`: what it is about; `settles`: every key that it makes told."""

    headline: StageKey
    settles: tuple[StageKey, ...]
    reason: str


def due_notice(
    group: str,
    runtimes: Iterable[Runtime],
    told: Iterable[StageKey],
    today: date,
    known_since: Mapping[tuple[str, Milestone], date] = NEVER_MOVED,
) -> DueNotice | None:
    """The one message that `group` is due today; None when it has been told all there is.

    Stages that were missed are never sent late one by one: the present one stands for all.
    `known_since`: since when a milestone of a runtime has its present date, where it ever moved.
    """
    known = tuple(told)
    due = [
        key
        for runtime in runtimes
        for key in _present_stages(group, runtime, today)
        if _is_armed(key, known, known_since.get((key.runtime_id, key.milestone)))
        and not _is_told(key, known)
    ]
    if not due:
        return None
    headline = min(due, key=lambda key: _urgency(key, today))
    return DueNotice(headline, tuple(sorted(set(due))), _sentence(headline, today))


def current_stage(day: date, today: date) -> int | None:
    """The last stage before `day` that has been reached; None while it is too far away."""
    left = (day - today).days
    return next((stage for stage in reversed(STAGES) if left <= stage), None)


def _present_stages(group: str, runtime: Runtime, today: date) -> Iterator[StageKey]:
    """Milestones to come, and the gravest that has come; milder ones are history."""
    reached = last_reached(runtime, today)
    for milestone, day in runtime.scheduled():
        stage = current_stage(day, today)
        is_history = reached is not None and milestone.rank < reached.rank
        if stage is not None and not is_history:
            yield StageKey(group, runtime.id, milestone, day, stage)


def _is_told(key: StageKey, told: Iterable[StageKey]) -> bool:
    """Whether this stage, or one nearer to the same date, has been told."""
    same = (each for each in told if each.is_of_the_same_milestone(key) and each.day == key.day)
    return any(each.stage <= key.stage for each in same)


def _is_armed(key: StageKey, told: Iterable[StageKey], known_since: date | None) -> bool:
    """Whether its day came after the date was known; what was never told of always is."""
    if known_since is None or not any(each.is_of_the_same_milestone(key) for each in told):
        return True
    return key.day - timedelta(days=key.stage) > known_since


def _urgency(key: StageKey, today: date) -> tuple[bool, date, int, str]:
    """What is still to come before what has been; then the earliest, then the gravest."""
    return key.day < today, key.day, -key.milestone.rank, key.runtime_id


def _sentence(key: StageKey, today: date) -> str:
    left = (key.day - today).days
    if left < 0:
        return f"{key.runtime_id}: {key.milestone} since {key.day}"
    when = "today" if left == 0 else f"in {left} {'day' if left == 1 else 'days'}"
    return f"{key.runtime_id}: {key.milestone} on {key.day}, {when}"
