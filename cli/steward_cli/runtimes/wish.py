"""An exception as an operator asks for it, judged by the hub's own rules before it is asked."""

from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches

from pydantic import ValidationError

from steward.domain.runtimes.exceptions import (
    LONGEST,
    GrantedException,
    ScopeKind,
    why_not_granted,
)
from steward.domain.runtimes.lifecycle import Lifecycle, Runtime
from steward.domain.runtimes.reporting.asking import misnamed
from steward.domain.runtimes.states import RuntimeState, next_milestone, runtime_state
from steward_cli.failures import ExitCode, Failure

_OPTIONS = {"scope": "the scope", "runtime": "--runtime"}


@dataclass(frozen=True, slots=True)
class Target:
    """What an exception is for, or what one is taken back from."""

    kind: ScopeKind
    scope: str
    runtime: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What an exception is granted for; `expires` as it was written, None when it was not."""

    reason: str
    approver: str
    expires: str | None
    second_approver: str = ""
    control: str = ""
    ticket: str = ""


def target(scopes: dict[ScopeKind, str | None], runtime: str) -> Target:
    """The one scope that was named."""
    named = [(kind, value) for kind, value in scopes.items() if value is not None]
    if len(named) != 1:
        raise Failure(
            "what it is for is not said, or said twice",
            "give one of --arn, --stack, --owner and --account",
            ExitCode.USAGE,
        )
    [(kind, scope)] = named
    what, _, todo = misnamed(kind, scope).partition("; ")
    if what:
        raise Failure(what, todo, ExitCode.USAGE)
    return Target(kind, scope, runtime)


def exception_of(
    wanted: Target, terms: Terms, lifecycle: Lifecycle, today: date
) -> GrantedException:
    """The exception as it would be granted today; raise Failure when no hub would grant it."""
    row = lifecycle.runtime(wanted.runtime)
    state = runtime_state(row, today).state if row else RuntimeState.UNKNOWN
    try:
        return GrantedException(
            kind=wanted.kind,
            scope=wanted.scope,
            runtime=wanted.runtime,
            reason=terms.reason,
            approver=terms.approver,
            second_approver=terms.second_approver,
            created=today,
            expires=_expiry(terms.expires, row, bool(terms.second_approver), today),
            granted_in=state,
            control=terms.control,
            ticket=terms.ticket,
        )
    except ValidationError as refused:
        raise _wrong(refused) from None


def why_refused(wish: GrantedException, lifecycle: Lifecycle) -> str:
    """Why the hub will refuse `wish`; empty when it will not."""
    why = why_not_granted(wish, lifecycle)
    near = get_close_matches(wish.runtime, lifecycle.runtimes, n=1)
    if why and lifecycle.runtime(wish.runtime) is None and near:
        return f"{why}; did you mean {near[0]}?"
    return why


def ends_before(wish: GrantedException, lifecycle: Lifecycle) -> str:
    """What ends `wish` before it expires; empty when nothing does."""
    runtime = lifecycle.runtime(wish.runtime)
    coming = next_milestone(runtime, wish.created) if runtime else None
    if coming is None or wish.expires <= coming[1]:
        return ""
    milestone, day = coming
    return f"the {milestone} of {wish.runtime} ends it on {day}, before {wish.expires}"


def _expiry(written: str | None, row: Runtime | None, two_approve: bool, today: date) -> date:
    if written is None:
        todo = f"give a day: {_longest(row, two_approve, today)}"
        raise Failure("--expires is missing, and no exception is for ever", todo, ExitCode.USAGE)
    try:
        return date.fromisoformat(written)
    except ValueError:
        todo = f"write a day like {today + timedelta(days=90)}"
        raise Failure(f"--expires {written} is no date", todo, ExitCode.USAGE) from None


def _longest(row: Runtime | None, two_approve: bool, today: date) -> str:
    latest = f"{today + LONGEST} is the latest, {LONGEST.days} days ahead"
    block = row.update_block if row else None
    if row is None or block is None or block >= today + LONGEST or two_approve:
        return latest
    if block <= today:
        return f"{latest}; {row.id} is blocked since {block}, so name a --second-approver as well"
    return (
        f"{block} is the latest, the update block of {row.id}; with a --second-approver, {latest}"
    )


def _wrong(refused: ValidationError) -> Failure:
    said = [
        (".".join(map(str, error["loc"])), error["msg"].removeprefix("Value error, "))
        for error in refused.errors()
    ]
    what = "; ".join(
        f"{_OPTIONS.get(name, f'--{name.replace("_", "-")}')}: {msg}" if name else msg
        for name, msg in said
    )
    return Failure(what, "correct that; nothing was asked of the hub", ExitCode.USAGE)
