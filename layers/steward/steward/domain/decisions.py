"""What to do about one stack now. Pure: the same facts always give the same decision.

Rules are tried in order; the first that speaks decides. Whatever is in doubt is kept.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from steward.domain.durations import format_duration
from steward.domain.expiry import Expiry, expiry_of
from steward.domain.instants import iso, spoken
from steward.domain.leases import (
    ENDED_STATES,
    Attempt,
    Lease,
    LeaseNotice,
    LeaseState,
    TagMirror,
    TagStatus,
    mirror_wanted,
    next_generation,
)
from steward.domain.modes import MODE_TAG, Mode, account_mode
from steward.domain.notices import due_stage, earliest_deletion, fully_told, planned_deletion
from steward.domain.policy import Policy
from steward.domain.protected import never_reap_reason
from steward.domain.scope import judge_scope
from steward.domain.stacks import DELETE_FAILED, GONE_STATUS, Account, Stack
from steward.domain.windows import is_open, next_open

KEEP_TAG = "steward:keep"
# After these, a delete request that left no trace was lost (not accepted) or cancelled (accepted).
REQUEST_LOST_AFTER = timedelta(minutes=15)
CANCEL_SHOWS_AFTER = timedelta(minutes=5)
# Under a day, so that a daily sweep at the same hour finds it due.
RECHECK = timedelta(hours=23)
REVERTED_STATUSES = frozenset(
    {"UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED"}
)


class Action(StrEnum):
    """The closed set of things Steward may do about a stack."""

    KEEP = "keep"
    REGISTER = "register"
    MARK = "mark"
    NOTIFY = "notify"
    UNMARK = "unmark"
    REAP = "reap"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Decision:
    """One action and the sentence why.

    `until`: when this may next change. `stage`: the notice that is due (MARK, NOTIFY).
    `lease`: the lease as it should be in the ledger; None when the stack is not leased. A sweep
    writes only when it differs from the lease that was read.
    """

    action: Action
    reason: str
    lease: Lease | None = None
    until: datetime | None = None
    stage: timedelta | None = None


def effective_mode(account: Account, policy: Policy) -> Mode:
    """The policy's mode, lowered by the account's tag."""
    return account_mode(policy.mode, account.tags.get(MODE_TAG))


def decide(
    stack: Stack,
    lease: Lease | None,
    account: Account,
    policy: Policy,
    now: datetime,
    *,
    own_update: bool = False,
) -> Decision:
    """Choose the one action `stack` needs at `now`.

    `own_update`: the stack's last update is known to be Steward's own tag update, so it is no
    sign of life. A lease is never marked in the sweep that registers it, even when that sweep's
    message comes twice, so that what a new scope selects is counted before anybody is told.
    """
    refusal = why_not_leasable(stack, account, policy)
    if lease is None:
        return _without_lease(stack, account, policy, now, refusal)
    if stack.status == GONE_STATUS:
        return gone(lease, now)
    if stack.in_progress:
        return Decision(Action.KEEP, f"{stack.status}: judged when it has finished", lease)
    if refusal:
        return _exempt(lease, refusal)
    attempt = lease.attempt if lease.state is LeaseState.REAPING else None
    if attempt is not None and _is_awaited(stack, lease, attempt, now):
        return _while_reaping(stack, lease, attempt)
    current = _observed(stack, _resumed(lease, now), policy, now, own_update=own_update)
    if attempt is not None and current.generation == lease.generation and _is_cancelled(attempt):
        return _block_cancelled(stack, current, now)
    return _judge_life(current, account, policy, now)


def why_not_leasable(stack: Stack, account: Account, policy: Policy) -> str:
    """Why `stack` is no business of Steward's; empty when it is a feature stack to lease."""
    protected = never_reap_reason(stack, account)
    if protected:
        return f"never reaped: {protected}"
    verdict = judge_scope(stack, account, policy)
    if not verdict.inside:
        return f"out of scope: {verdict.reason}"
    return f"kept by its owner: tag {KEEP_TAG}" if _is_kept(stack) else ""


def _is_kept(stack: Stack) -> bool:
    """Any value keeps, an unreadable one too; only a clear `false` does not."""
    value = stack.tags.get(KEEP_TAG)
    return value is not None and value.strip().lower() != "false"


def _without_lease(
    stack: Stack, account: Account, policy: Policy, now: datetime, refusal: str
) -> Decision:
    if refusal and not refusal.startswith("kept by its owner"):
        return Decision(Action.KEEP, f"not leased: {refusal}")
    if stack.in_progress or stack.status == GONE_STATUS:
        return Decision(Action.KEEP, f"not leased: {stack.status}")
    lease = _new_lease(stack, policy, now)
    why = f"a feature stack: {judge_scope(stack, account, policy).reason}"
    if refusal:
        return Decision(Action.REGISTER, f"{why}; {refusal}", _as_exempt(lease, refusal))
    active = _active(lease, policy)
    return Decision(Action.REGISTER, f"{why}; {active.reason}", active, until=lease.expires_at)


def _new_lease(stack: Stack, policy: Policy, now: datetime) -> Lease:
    expiry = expiry_of(stack, stack.touched_at, policy)
    return Lease(
        stack_id=stack.stack_id,
        unit=stack.unit,
        stack_name=stack.name,
        state=LeaseState.ACTIVE,
        reason="",
        created_at=stack.created_at,
        registered_at=now,
        deployed_at=stack.touched_at,
        seen_update=stack.touched_at,
        expires_at=expiry.at,
        expiry_source=expiry.source,
        warning=expiry.warning,
    )


def _expires(at: datetime, source: str, policy: Policy) -> str:
    return f"expires {spoken(at, policy.windows.zone)} by {source}"


def _active(lease: Lease, policy: Policy) -> Lease:
    """`lease` with the reason it has as long as it is neither stale nor exempt."""
    reason = f"active: {_expires(lease.expires_at, lease.expiry_source, policy)}"
    return replace(lease, state=LeaseState.ACTIVE, reason=reason)


def _as_exempt(lease: Lease, reason: str) -> Lease:
    return replace(
        _unmarked(lease),
        state=LeaseState.EXEMPT,
        reason=reason,
        attempt=None,
        tried=(),
        retry_at=None,
    )


def _unmarked(lease: Lease) -> Lease:
    return replace(lease, marked_at=None, delete_after=None, tag=mirror_wanted(lease.tag, ""))


def _exempt(lease: Lease, refusal: str) -> Decision:
    action = Action.UNMARK if lease.marked_at else Action.KEEP
    return Decision(action, refusal, _as_exempt(lease, refusal))


def _is_awaited(stack: Stack, lease: Lease, attempt: Attempt, now: datetime) -> bool:
    """Whether it is still open how a delete ends, or its next try has not come.

    A stack that is updated after all lives on: its delete was lost or cancelled.
    """
    if stack.touched_at > lease.seen_update and stack.status != DELETE_FAILED:
        return False
    if attempt.failure:
        return attempt.retry_at is not None and now < attempt.retry_at
    if attempt.accepted_at is None:
        return now < attempt.started_at + REQUEST_LOST_AFTER
    return stack.status == DELETE_FAILED or now < attempt.accepted_at + CANCEL_SHOWS_AFTER


def _is_cancelled(attempt: Attempt) -> bool:
    return attempt.accepted_at is not None and not attempt.failure


def _resumed(lease: Lease, now: datetime) -> Lease:
    """`lease` back in its ordinary life, where deploys, dates and notices count.

    One whose delete came to nothing is marked as before. An exempt one starts a new generation,
    so that it is announced.
    """
    if lease.state is LeaseState.REAPING:
        return replace(lease, state=LeaseState.MARKED)
    if lease.state is not LeaseState.EXEMPT:
        return lease
    return next_generation(replace(lease, state=LeaseState.ACTIVE, registered_at=now))


def _observed(
    stack: Stack, lease: Lease, policy: Policy, now: datetime, *, own_update: bool
) -> Lease:
    """`lease` with what the stack shows now: deploys, tags, our reverted update, the expiry."""
    touched = stack.touched_at > lease.seen_update
    deployed = touched and not own_update
    lease = replace(
        lease,
        seen_update=max(stack.touched_at, lease.seen_update),
        deployed_at=stack.touched_at if deployed else lease.deployed_at,
        tag=_tag_after(stack, lease.tag, reverted=touched and own_update),
    )
    expiry = expiry_of(stack, lease.deployed_at, policy, lease.extension)
    alive = deployed and now < stack.created_at + policy.lease.max_lifetime
    renewed = _with_expiry(lease, expiry)
    if alive or expiry.at != lease.expires_at:
        return next_generation(freed(renewed))
    return renewed


def _tag_after(stack: Stack, tag: TagMirror, *, reverted: bool) -> TagMirror:
    if reverted and stack.status in REVERTED_STATUSES:
        return TagMirror(TagStatus.REVERTED, tag.value, "CloudFormation rolled the tag update back")
    return tag


def _with_expiry(lease: Lease, expiry: Expiry) -> Lease:
    return replace(lease, expires_at=expiry.at, expiry_source=expiry.source, warning=expiry.warning)


def freed(lease: Lease) -> Lease:
    """A sign of life or a new date frees a blocked lease and forgets its failed attempts."""
    state = LeaseState.ACTIVE if lease.state is LeaseState.BLOCKED else lease.state
    return replace(lease, state=state, attempt=None, tried=(), retry_at=None)


def _judge_life(lease: Lease, account: Account, policy: Policy, now: datetime) -> Decision:
    """What is due in the life of a lease that nothing exempts."""
    mode = effective_mode(account, policy)
    if lease.state is LeaseState.BLOCKED and not _may_retry(lease, now):
        return Decision(Action.KEEP, f"blocked: {lease.reason}", lease, until=lease.retry_at)
    if lease.marked_at and _far_from_deletion(lease, policy, now):
        return _unmark(lease, policy)
    stage = due_stage(lease, policy, now)
    if stage is not None and (lease.marked_at or lease.registered_at < now):
        return _announce(lease, stage, mode, policy, now)
    if lease.marked_at is None:
        active = _active(lease, policy)
        until = lease.expires_at - policy.notices[0]
        return Decision(Action.KEEP, active.reason, active, until=until)
    return _await_or_reap(lease, mode, policy, now)


def _may_retry(lease: Lease, now: datetime) -> bool:
    return lease.retry_at is not None and lease.retry_at <= now


def _far_from_deletion(lease: Lease, policy: Policy, now: datetime) -> bool:
    return not lease.notices and due_stage(lease, policy, now) is None


def _unmark(lease: Lease, policy: Policy) -> Decision:
    reason = f"no longer stale: {_expires(lease.expires_at, lease.expiry_source, policy)}"
    after = _active(_unmarked(lease), policy)
    return Decision(Action.UNMARK, reason, after, until=lease.expires_at)


def _announce(
    lease: Lease, stage: timedelta, mode: Mode, policy: Policy, now: datetime
) -> Decision:
    """The owner has to be told; the first notice of a generation marks the lease."""
    action = Action.NOTIFY if lease.notices else Action.MARK
    deletion = planned_deletion(lease, policy, now)
    if deletion is None:
        return Decision(
            Action.REPORT, "no deletion window opens within 400 days: change windows", lease
        )
    when = spoken(deletion, policy.windows.zone)
    reason = (
        f"{_expires(lease.expires_at, lease.expiry_source, policy)}; "
        f"deleted not before {when}; the {format_duration(stage)} notice is due"
    )
    if not mode.allows(Mode.NOTIFY):
        return Decision(Action.REPORT, f"would {action}: {reason}", lease, until=deletion)
    marked = replace(
        lease,
        state=LeaseState.MARKED,
        reason=reason,
        notices=(*lease.notices, LeaseNotice(stage, now)),
        marked_at=lease.marked_at or now,
        delete_after=deletion,
    )
    if action is Action.MARK:
        marked = replace(marked, tag=mirror_wanted(marked.tag, iso(deletion)))
    return Decision(action, reason, marked, until=deletion, stage=stage)


def _await_or_reap(lease: Lease, mode: Mode, policy: Policy, now: datetime) -> Decision:
    if lease.awaits_delivery:
        return Decision(Action.KEEP, "marked: a notice is queued and not delivered yet", lease)
    deletion = planned_deletion(lease, policy, now)
    if deletion is None:
        return Decision(
            Action.REPORT, "no deletion window opens within 400 days: change windows", lease
        )
    planned = replace(lease, delete_after=deletion)
    if not (earliest_deletion(lease, policy, now) <= now and fully_told(lease, policy, now)):
        when = spoken(deletion, policy.windows.zone)
        reason = f"marked: the owner was told; deleted not before {when}"
        return Decision(Action.KEEP, reason, planned, until=deletion)
    if not is_open(policy.windows, now):
        reason = "marked: expired and told; waits for the next deletion window"
        return Decision(Action.KEEP, reason, planned, until=next_open(policy.windows, now))
    due = f"expired, told and due: {_expires(lease.expires_at, lease.expiry_source, policy)}"
    reason = f"{due}{_tried_before(lease)}"
    if not mode.allows(Mode.REAP):
        return Decision(Action.REPORT, f"would reap (mode {mode}): {reason}", planned)
    return Decision(Action.REAP, reason, planned)


def _tried_before(lease: Lease) -> str:
    if lease.state is LeaseState.BLOCKED:
        return f"; tried again, it was blocked: {lease.reason}"
    failure = lease.attempt.failure if lease.attempt else ""
    return f"; tried again, the last delete failed: {failure}" if failure else ""


def _while_reaping(stack: Stack, lease: Lease, attempt: Attempt) -> Decision:
    """A delete was requested: wait for its outcome."""
    if attempt.failure:
        reason = f"the delete failed: {attempt.failure}; next try {attempt.retry_step}"
        return Decision(Action.KEEP, reason, lease, until=attempt.retry_at)
    if attempt.accepted_at is None:
        lost_at = attempt.started_at + REQUEST_LOST_AFTER
        return Decision(Action.KEEP, "a delete was requested a moment ago", lease, until=lost_at)
    if stack.status == DELETE_FAILED:
        return Decision(Action.KEEP, "the delete failed; its cause is read next", lease)
    shows_at = attempt.accepted_at + CANCEL_SHOWS_AFTER
    return Decision(Action.KEEP, "a delete was accepted a moment ago", lease, until=shows_at)


def _block_cancelled(stack: Stack, lease: Lease, now: datetime) -> Decision:
    return block(
        lease,
        f"CloudFormation cancelled the delete and the stack is back to {stack.status}, as it does "
        "when another stack imports its exports",
        retry_at=now + RECHECK,
    )


def block(lease: Lease, reason: str, *, retry_at: datetime | None = None) -> Decision:
    """Stop at `lease` and tell a person; without `retry_at` until its stack changes."""
    blocked = replace(lease, state=LeaseState.BLOCKED, reason=reason, retry_at=retry_at)
    return Decision(Action.REPORT, f"blocked: {reason}", blocked, until=retry_at)


def gone(lease: Lease, now: datetime) -> Decision:
    """The stack is proven to be deleted: by us if we were reaping it, else by its owner."""
    if lease.state in ENDED_STATES:
        return Decision(Action.KEEP, lease.reason, lease)
    by_us = lease.state is LeaseState.REAPING
    state = LeaseState.REAPED if by_us else LeaseState.GONE
    reason = f"deleted by {'Steward' if by_us else 'its owner'}; seen {iso(now)}"
    return Decision(Action.REPORT, reason, replace(lease, state=state, reason=reason))
