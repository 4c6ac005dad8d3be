"""Judge one stack and carry out what was decided: the ledger first, then the world.

The ledger is written before anything is tagged or queued: a crash in between repeats an effect
that is harmless twice; the other order would act on a stack whose lease does not say so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import MetricUnit

from steward.aws.stack_events import delete_failure, last_update_token, leftovers
from steward.aws.stacks import read_stack
from steward.domain.audit import AuditEvent
from steward.domain.decisions import Action, Decision, decide, effective_mode, gone
from steward.domain.instants import iso
from steward.domain.ladder import after_failure
from steward.domain.leases import ENDED_STATES, Lease, LeaseState, TagStatus
from steward.domain.modes import Mode
from steward.domain.outbox import Notice, NoticeKind, event_notice, stage_notice
from steward.domain.policy import Policy
from steward.domain.stacks import DELETE_FAILED, GONE_STATUS, Account, Protection, Stack, Unit
from steward.domain.tagging import is_own_token
from steward.ledger.ledger import Ledger
from steward.observability import metrics
from steward.workflows.owning import OwnerSearch

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

# A list call may leave termination protection out; these act on the answer, so it is read again.
_ACTS = frozenset({Action.MARK, Action.NOTIFY, Action.REAP})


@dataclass(frozen=True, slots=True)
class Bench:
    """Where stacks of one unit are judged: the facts all of them share, and the doors to the world.

    `reader` may only read in the unit. `mirror` writes or removes the mark's tags and returns the
    lease as saved; `reap` queues a delete. Both are absent where only the ledger may be written.
    """

    unit: Unit
    account: Account
    policy: Policy
    fingerprint: str
    actor: str
    now: datetime
    ledger: Ledger
    reader: "CloudFormationClient"
    scope_since: datetime
    mirror: Callable[[Lease], Lease] | None = None
    reap: Callable[[Lease], None] | None = None
    owner_search: OwnerSearch = field(default_factory=OwnerSearch)


def judge(bench: Bench, stack: Stack, lease: Lease | None) -> Decision:
    """Decide about `stack` as it was listed, and carry the decision out."""
    if lease is not None and stack.status == GONE_STATUS:
        return end(bench, lease)
    if lease is not None and _failed_unread(stack, lease):
        return _climb_ladder(bench, stack, lease)
    decision = _decide(bench, stack, lease)
    if decision.action in _ACTS and stack.protection is Protection.UNKNOWN:
        fresh = read_stack(bench.reader, bench.unit, stack.stack_id)
        if fresh is None or fresh.status == GONE_STATUS:
            return end(bench, lease) if lease else decision
        stack, decision = fresh, _decide(bench, fresh, lease)
    return _carry_out(bench, stack, lease, decision)


def end(bench: Bench, lease: Lease) -> Decision:
    """Close the lease of a stack that is proven to be gone, with a receipt if we deleted it."""
    decision = gone(lease, bench.now)
    ended = decision.lease or lease
    left = _left_behind(bench, lease) if ended.state is LeaseState.REAPED else ()
    notices = _receipt(bench, ended, left)
    bench.ledger.save(lease, ended, _event(bench, decision, None), notices)
    if ended.state is LeaseState.REAPED:
        metrics.add_metric("StacksReaped", MetricUnit.Count, 1)
    return decision


def _left_behind(bench: Bench, lease: Lease) -> tuple[str, ...]:
    if lease.attempt is None:
        return ()
    return leftovers(bench.reader, lease.stack_id)


def _receipt(bench: Bench, ended: Lease, left: tuple[str, ...]) -> list[Notice]:
    if ended.state is not LeaseState.REAPED:
        return []
    stored = replace(ended, version=ended.version + 1)
    return [event_notice(stored, NoticeKind.DELETED, ended.reason, bench.now, left)]


def _failed_unread(stack: Stack, lease: Lease) -> bool:
    """Whether a delete that CloudFormation took has failed and nobody has read why yet."""
    attempt = lease.attempt
    return (
        lease.state is LeaseState.REAPING
        and stack.status == DELETE_FAILED
        and attempt is not None
        and attempt.accepted_at is not None
        and not attempt.failure
    )


def _climb_ladder(bench: Bench, stack: Stack, lease: Lease) -> Decision:
    token = lease.attempt.token if lease.attempt else ""
    failure = delete_failure(bench.reader, stack.stack_id, token)
    decision = after_failure(lease, failure, bench.policy.deletion, bench.now)
    metrics.add_metric("ReapFailures", MetricUnit.Count, 1)
    return _carry_out(bench, stack, lease, decision)


def _decide(bench: Bench, stack: Stack, lease: Lease | None) -> Decision:
    updated = lease is not None and stack.touched_at > lease.seen_update
    own = updated and is_own_token(last_update_token(bench.reader, stack))
    return decide(stack, lease, bench.account, bench.policy, bench.now, own_update=own)


def _carry_out(bench: Bench, stack: Stack, lease: Lease | None, decision: Decision) -> Decision:
    after = decision.lease
    if after is None:
        return decision
    after = _completed(bench, stack, lease, after)
    if after != lease:
        notices = _notices(bench, lease, after, decision)
        after = bench.ledger.save(lease, after, _event(bench, decision, stack), notices)
    _act(bench, after, decision)
    return replace(decision, lease=after)


def _completed(bench: Bench, stack: Stack, before: Lease | None, after: Lease) -> Lease:
    """The lease with what the decision does not look at: its owners, and what selected it."""
    owners, creator = bench.owner_search.find(bench, stack, before)
    older = stack.created_at < bench.scope_since
    selected_by = bench.policy.scope.fingerprint if before is None and older else after.selected_by
    return replace(
        after,
        owners=owners.addresses,
        owner_source=owners.source,
        creator=creator,
        selected_by=selected_by,
    )


def _notices(bench: Bench, before: Lease | None, after: Lease, decision: Decision) -> list[Notice]:
    if decision.stage is not None:
        return [stage_notice(after, decision.stage, bench.now)]
    newly_blocked = after.state is LeaseState.BLOCKED and (
        before is None or before.state is not LeaseState.BLOCKED
    )
    if not newly_blocked:
        return []
    stored = replace(after, version=after.version + 1)
    return [event_notice(stored, NoticeKind.BLOCKED, after.reason, bench.now)]


def _act(bench: Bench, lease: Lease, decision: Decision) -> None:
    mode = effective_mode(bench.account, bench.policy)
    wants_tags = lease.tag.status is TagStatus.WANTED and lease.state not in ENDED_STATES
    if bench.mirror and wants_tags and mode.allows(Mode.NOTIFY):
        lease = bench.mirror(lease)
    if bench.reap and decision.action is Action.REAP:
        bench.reap(lease)


def _event(bench: Bench, decision: Decision, stack: Stack | None) -> AuditEvent:
    lease = decision.lease
    evidence = {} if stack is None else _evidence(stack)
    return AuditEvent(
        stack_id=lease.stack_id if lease else "",
        at=bench.now,
        actor=bench.actor,
        what=str(lease.state) if decision.action is Action.REPORT and lease else decision.action,
        why=decision.reason,
        policy=bench.fingerprint,
        version=0,
        evidence=evidence,
    )


def _evidence(stack: Stack) -> dict[str, str]:
    shown = {f"tag {key}": value for key, value in stack.tags.items() if len(value) <= 256}
    return {
        "name": stack.name,
        "status": stack.status,
        "created_at": iso(stack.created_at),
        "touched_at": iso(stack.touched_at),
        "termination_protection": stack.protection,
        **shown,
    }
