"""The state of a runtime on a day. Computed when it is asked for, never stored alone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from steward.domain.one_line import one_line
from steward.domain.runtimes.lifecycle import CUSTOM, Lifecycle, Milestone, Runtime

# AWS tells at least this long ahead. "Runtime deprecation notifications", AWS Lambda.
WARNING_DAYS = 180
IMAGE_PACKAGE = "Image"
_LONGEST_ID = 64


class RuntimeState(StrEnum):
    """PREVIEW to UPDATE_BLOCKED follow from dates; the others say why there are none to follow.

    OS_ONLY: an OS-only runtime without any date. One that has dates is judged by them.
    """

    PREVIEW = "PREVIEW"
    SUPPORTED = "SUPPORTED"
    DEPRECATING = "DEPRECATING"
    DEPRECATED = "DEPRECATED"
    CREATE_BLOCKED = "CREATE_BLOCKED"
    UPDATE_BLOCKED = "UPDATE_BLOCKED"
    UNKNOWN = "UNKNOWN"
    IMAGE = "IMAGE"
    CUSTOM = "CUSTOM"
    OS_ONLY = "OS_ONLY"


REACHED = {
    Milestone.DEPRECATED: RuntimeState.DEPRECATED,
    Milestone.CREATE_BLOCK: RuntimeState.CREATE_BLOCKED,
    Milestone.UPDATE_BLOCK: RuntimeState.UPDATE_BLOCKED,
}
ENDED = frozenset(REACHED.values())


@dataclass(frozen=True, slots=True)
class State:
    """A runtime's state on a day and the sentence why.

    `milestone`, `day`, `days_left`: the next graver milestone; None when none is scheduled.
    """

    state: RuntimeState
    reason: str
    milestone: Milestone | None = None
    day: date | None = None
    days_left: int | None = None

    @property
    def has_ended(self) -> bool:
        """Whether the runtime is deprecated, or worse."""
        return self.state in ENDED


def state_of(
    runtime_id: str | None, package_type: str | None, lifecycle: Lifecycle, today: date
) -> State:
    """The state of a function's runtime; a function without one is an image, or unknown."""
    if package_type == IMAGE_PACKAGE:
        return State(RuntimeState.IMAGE, "a container image: its runtime comes with its base image")
    if not runtime_id:
        return State(RuntimeState.UNKNOWN, "no runtime is named, and it is no container image")
    if runtime_id == CUSTOM:
        why = "a customer-managed runtime: whoever publishes its alias sets its dates"
        return State(RuntimeState.CUSTOM, why)
    runtime = lifecycle.runtime(runtime_id)
    if runtime is None:
        shown = one_line(runtime_id, _LONGEST_ID)
        why = f"{shown} is not in the lifecycle table of {lifecycle.as_of}; update the table"
        return State(RuntimeState.UNKNOWN, why)
    return runtime_state(runtime, today)


def runtime_state(runtime: Runtime, today: date) -> State:
    """The state that `runtime`'s own dates give it on `today`."""
    reached = last_reached(runtime, today)
    coming = next_milestone(runtime, today)
    state = REACHED[reached] if reached else _before_the_end(runtime, coming, today)
    reason = f"{runtime.id} {_said(runtime, state, reached)}{_then(coming, today)}"
    if coming is None:
        return State(state, reason)
    milestone, day = coming
    return State(state, reason, milestone, day, (day - today).days)


def last_reached(runtime: Runtime, today: date) -> Milestone | None:
    """The gravest milestone whose date has come."""
    reached = [milestone for milestone, day in runtime.scheduled() if day <= today]
    return max(reached, key=lambda milestone: milestone.rank, default=None)


def next_milestone(runtime: Runtime, today: date) -> tuple[Milestone, date] | None:
    """The earliest milestone to come that is graver than what has come; the gravest of one day."""
    reached = last_reached(runtime, today)
    rank = -1 if reached is None else reached.rank
    coming = [
        (day, -milestone.rank, milestone)
        for milestone, day in runtime.scheduled()
        if day > today and milestone.rank > rank
    ]
    if not coming:
        return None
    day, _rank, milestone = min(coming)
    return milestone, day


def _before_the_end(
    runtime: Runtime, coming: tuple[Milestone, date] | None, today: date
) -> RuntimeState:
    if coming is not None and (coming[1] - today).days <= WARNING_DAYS:
        return RuntimeState.DEPRECATING
    if not runtime.ga:
        return RuntimeState.PREVIEW
    if coming is None and runtime.os_only:
        return RuntimeState.OS_ONLY
    return RuntimeState.SUPPORTED


def _said(runtime: Runtime, state: RuntimeState, reached: Milestone | None) -> str:
    match reached:
        case Milestone.DEPRECATED:
            return f"is deprecated since {runtime.deprecated}"
        case Milestone.CREATE_BLOCK:
            return f"cannot be given to new functions since {runtime.create_block}"
        case Milestone.UPDATE_BLOCK:
            return f"cannot be updated any more since {runtime.update_block}"
        case None if state is RuntimeState.PREVIEW:
            return "is a preview"
        case None if state is RuntimeState.OS_ONLY:
            return "has no language of its own, and no date"
        case None:
            return "is supported"


def _then(coming: tuple[Milestone, date] | None, today: date) -> str:
    if coming is None:
        return "; nothing else is scheduled"
    milestone, day = coming
    days = (day - today).days
    return f"; {milestone} on {day}, in {days} {'day' if days == 1 else 'days'}"
