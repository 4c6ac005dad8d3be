"""Who may keep a runtime for a while: for a reason, by somebody's leave, until a day.

An excepted function stays in all counts. The exception holds for the one runtime it names.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from steward.domain.runtimes.lifecycle import Lifecycle, Runtime, RuntimeId
from steward.domain.runtimes.states import REACHED, RuntimeState, State

LONGEST = timedelta(days=180)
REMIND_BEFORE = timedelta(days=14)
Written = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class ScopeKind(StrEnum):
    """What an exception may be for, from the narrowest to the widest."""

    ARN = "arn"
    STACK = "stack"
    OWNER = "owner"
    ACCOUNT = "account"


class GrantedException(BaseModel):
    """`granted_in`: the runtime's state on the day it was granted; the next milestone ends it.

    `expires`: the day from which it no longer holds. `second_approver`: needed past the update
    block, and another person than `approver`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ScopeKind
    scope: Written
    runtime: RuntimeId
    reason: Written
    approver: Written
    second_approver: str = ""
    created: date
    expires: date
    granted_in: RuntimeState
    control: str = ""
    ticket: str = ""

    @model_validator(mode="after")
    def _ends_in_time(self) -> Self:
        if not self.created < self.expires:
            raise ValueError(
                f"expires {self.expires} is not after {self.created}; write a later day"
            )
        if self.expires - self.created > LONGEST:
            latest = self.created + LONGEST
            raise ValueError(
                f"expires {self.expires} is more than {LONGEST.days} days ahead; "
                f"write {latest} or earlier"
            )
        if self.second_approver.strip().casefold() == self.approver.casefold():
            raise ValueError(f"{self.approver} approves twice; name another second_approver")
        return self


@dataclass(frozen=True, slots=True)
class Excepted:
    """What an exception may name about a function, and what it runs on."""

    arn: str
    stack: str
    owner: str
    account: str
    runtime_id: str

    def named_by(self, kind: ScopeKind) -> str:
        """What an exception of `kind` has to name to be for this function."""
        match kind:
            case ScopeKind.ARN:
                return self.arn
            case ScopeKind.STACK:
                return self.stack
            case ScopeKind.OWNER:
                return self.owner
            case ScopeKind.ACCOUNT:
                return self.account


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether an exception holds, and the sentence why. `remind`: it ends within 14 days."""

    holds: bool
    reason: str
    remind: bool = False


def why_not_granted(wish: GrantedException, lifecycle: Lifecycle) -> str:
    """Why `wish` may not be granted as it is written; empty when it may."""
    runtime = lifecycle.runtime(wish.runtime)
    if runtime is None:
        return f"{wish.runtime} is not in the lifecycle table; write the runtime of the function"
    if _outlasts_updates(wish, runtime):
        return (
            f"expires {wish.expires} is past {wish.runtime}'s update block on "
            f"{runtime.update_block}; write an earlier day, or name a second approver"
        )
    return ""


def is_for(exception: GrantedException, function: Excepted) -> bool:
    """Whether `exception` names this function and the runtime that it has now."""
    named = function.named_by(exception.kind)
    return named == exception.scope and function.runtime_id == exception.runtime


def ruling(exception: GrantedException, runtime: Runtime, state: State, today: date) -> Ruling:
    """Whether `exception` holds today for a function that it is for."""
    until = f"excepted until {exception.expires} by {exception.approver}: {exception.reason}"
    if today >= exception.expires:
        return Ruling(False, f"its exception ended on {exception.expires}")
    if today < exception.created:
        return Ruling(False, f"its exception begins on {exception.created}")
    if _gravity(state.state) > _gravity(exception.granted_in):
        reason = f"its exception was granted while it was {exception.granted_in}: {state.reason}"
        return Ruling(False, reason)
    if _outlasts_updates(exception, runtime):
        reason = f"its exception goes past the update block, now on {runtime.update_block}"
        return Ruling(False, f"{reason}, without a second approver")
    return Ruling(True, until, remind=exception.expires - today <= REMIND_BEFORE)


def ruling_for(
    function: Excepted,
    exceptions: Iterable[GrantedException],
    runtime: Runtime,
    state: State,
    today: date,
) -> Ruling | None:
    """The ruling of the exception that holds longest, else of the last that did; None if none is
    for this function.
    """
    own = [each for each in exceptions if is_for(each, function)]
    rulings = [(ruling(each, runtime, state, today), each.expires) for each in own]
    best = max(rulings, key=lambda each: (each[0].holds, each[1]), default=None)
    return best[0] if best else None


def _gravity(state: RuntimeState) -> int:
    """How many milestones have come in `state`; drawing near is not coming."""
    reached = (milestone.rank for milestone, each in REACHED.items() if each is state)
    return next(reached, -1)


def _outlasts_updates(exception: GrantedException, runtime: Runtime) -> bool:
    block = runtime.update_block
    return block is not None and exception.expires > block and not exception.second_approver.strip()
