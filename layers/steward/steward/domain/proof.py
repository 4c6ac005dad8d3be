"""The deletion proof: everything that must hold at the very moment a stack is deleted.

It is taken from a fresh read of the stack by StackId, and shares no verdict with the sweep that
asked for the delete. One failed check refuses; nothing overrules it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from steward.domain.decisions import effective_mode, why_not_leasable
from steward.domain.expiry import expiry_of
from steward.domain.leases import Lease, LeaseState
from steward.domain.modes import Mode
from steward.domain.notices import earliest_deletion, fully_told
from steward.domain.policy import Policy
from steward.domain.stacks import DELETE_FAILED, GONE_STATUS, Account, Protection, Stack
from steward.domain.windows import is_open


class KillSwitch(StrEnum):
    """UNREAD: the parameter could not be read or says neither; nothing is deleted then."""

    OFF = "off"
    ON = "on"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the proof is taken from. `generation` is the one the delete was requested for."""

    stack: Stack
    lease: Lease
    account: Account
    policy: Policy
    generation: int
    kill_switch: KillSwitch
    importers: tuple[str, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """The stack may be deleted now; `evidence` goes into the audit event."""

    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Refusal:
    """The stack must not be deleted now, and why.

    `only_imported`: everything else holds, so that the importers alone block the delete.
    `only_stopped`: the kill switch refuses what every check before it would allow.
    """

    reason: str
    only_imported: bool = False
    only_stopped: bool = False


def prove(evidence: Evidence) -> Proof | Refusal:
    """Check every condition of a delete; the first that fails is the reason of the refusal."""
    for check in CHECKS:
        if reason := check(evidence):
            return Refusal(reason, check is _not_imported, check is _kill_switch_off)
    return Proof(evidence)


def _same_stack(of: Evidence) -> str:
    same = of.stack.stack_id == of.lease.stack_id
    return "" if same else "the stack that was read is not the leased one"


def _same_generation(of: Evidence) -> str:
    same = of.lease.generation == of.generation
    return "" if same else "the lease was extended or renewed since the delete was requested"


def _not_ended(of: Evidence) -> str:
    ready = {LeaseState.MARKED, LeaseState.REAPING, LeaseState.BLOCKED}
    return "" if of.lease.state in ready else f"the lease is {of.lease.state}, not marked"


def _its_turn(of: Evidence) -> str:
    """Whoever asks: what is blocked, failed or under way is not tried again before its date."""
    attempt = of.lease.attempt
    if of.lease.state is LeaseState.BLOCKED:
        next_try = of.lease.retry_at
    elif (
        of.lease.state is LeaseState.REAPING
        and attempt
        and (attempt.accepted_at or attempt.failure)
    ):
        next_try = attempt.retry_at
    else:
        return ""
    due = next_try is not None and next_try <= of.now
    return "" if due else f"the lease is {of.lease.state} and its next try is not due"


def _terminal(of: Evidence) -> str:
    if of.stack.status == GONE_STATUS:
        return "the stack is already gone"
    return f"an operation is running: {of.stack.status}" if of.stack.in_progress else ""


def _unprotected(of: Evidence) -> str:
    if of.stack.protection is Protection.OFF:
        return ""
    return f"termination protection is {of.stack.protection}, not known to be off"


def _leasable(of: Evidence) -> str:
    return why_not_leasable(of.stack, of.account, of.policy)


def _untouched(of: Evidence) -> str:
    """A stack that we failed to delete takes no update, so its last update is no news."""
    half_deleted = of.lease.state is LeaseState.REAPING and of.stack.status == DELETE_FAILED
    untouched = half_deleted or of.stack.touched_at == of.lease.seen_update
    return "" if untouched else "somebody updated the stack since it was judged"


def _expired(of: Evidence) -> str:
    fresh = expiry_of(of.stack, of.lease.deployed_at, of.policy, of.lease.extension).at
    latest = max(fresh, of.lease.expires_at)
    return "" if latest <= of.now else "it has not expired"


def _told(of: Evidence) -> str:
    if of.lease.awaits_delivery:
        return "a notice is queued and not delivered yet"
    told = fully_told(of.lease, of.policy, of.now)
    return "" if told else "its owner has not been told long enough ago"


def _noticed_in_full(of: Evidence) -> str:
    ripe = earliest_deletion(of.lease, of.policy, of.now) <= of.now
    return "" if ripe else "the notice period has not passed"


def _may_reap(of: Evidence) -> str:
    mode = effective_mode(of.account, of.policy)
    return "" if mode.allows(Mode.REAP) else f"the mode here is {mode}"


def _kill_switch_off(of: Evidence) -> str:
    return "" if of.kill_switch is KillSwitch.OFF else f"the kill switch is {of.kill_switch}"


def _window_open(of: Evidence) -> str:
    return "" if is_open(of.policy.windows, of.now) else "no deletion window is open"


def _not_imported(of: Evidence) -> str:
    if not of.importers:
        return ""
    return f"its exports are imported by {', '.join(of.importers)}; those stacks go first"


Check = Callable[[Evidence], str]
CHECKS: tuple[Check, ...] = (
    _same_stack,
    _same_generation,
    _not_ended,
    _its_turn,
    _terminal,
    _unprotected,
    _leasable,
    _untouched,
    _expired,
    _told,
    _noticed_in_full,
    _may_reap,
    _kill_switch_off,
    _window_open,
    _not_imported,
)
