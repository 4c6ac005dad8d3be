"""Why a stack is, or was, treated as it is: from the same decision that a sweep makes."""

from collections.abc import Iterator
from dataclasses import dataclass

from steward.aws.kill_switch import read_kill_switch
from steward.domain.decisions import Decision, effective_mode
from steward.domain.leases import ENDED_STATES, Lease, LeaseState
from steward.domain.modes import MODE_TAG, Mode
from steward.domain.notices import planned_deletion
from steward.domain.proof import KillSwitch
from steward.messages import Sweep
from steward.workflows.judging import Bench
from steward.workflows.planning import plan_sweep
from steward_cli.explanation_report import (
    Change,
    Dates,
    Explanation,
    StackFacts,
    Verdict,
    Who,
)
from steward_cli.finding import Found, Search
from steward_cli.past import history, notices
from steward_cli.plan_report import NotRead, policy_used
from steward_cli.remedies import remedies
from steward_cli.situation import Situation
from steward_cli.surveying import Judged, bench_of, judged_absent, judged_stack

# States in which no deletion lies ahead.
_NO_DELETION_AHEAD = frozenset(
    {LeaseState.EXEMPT, LeaseState.BLOCKED, LeaseState.REAPED, LeaseState.GONE}
)


@dataclass(frozen=True, slots=True)
class _Judgement:
    """`decision` is None for a stack that is gone; `lease` is as it would be afterwards."""

    decision: Decision | None
    lease: Lease | None
    held: str


def explain(situation: Situation, search: Search) -> Explanation:
    """Say why, when, who and what would change it; with a ledger also what happened so far."""
    found = search.found
    judgement = _judge(situation, search)
    return Explanation(
        at=situation.now,
        policy=policy_used(situation),
        without_ledger=situation.without_ledger,
        stack=_facts(search),
        verdict=_verdict(search, judgement),
        dates=_dates(situation, judgement.lease),
        who=_who(judgement.lease),
        holds=tuple(_holds(situation, search, judgement)) if found.is_alive else (),
        changes=_changes(situation, search, judgement.lease),
        history=history(situation.ledger, found.stack_id),
        notices=notices(situation.ledger, found.stack_id, found.lease),
        earlier_stacks=tuple(str(each) for each in search.earlier),
        units_not_searched=tuple(
            NotRead(account_id=unit.account_id, region=unit.region, reason=why)
            for unit, why in search.not_searched.items()
        ),
    )


def _judge(situation: Situation, search: Search) -> _Judgement:
    found = search.found
    sweep = _sweep(situation, search)
    is_over = found.lease is None or found.lease.state in ENDED_STATES
    if not found.is_alive and (is_over or found.unit in search.not_searched):
        return _Judgement(None, found.lease, sweep.held)
    scope = situation.in_force.policy.scope.fingerprint
    since = situation.ledger.scope_since(scope, situation.now)
    bench = bench_of(situation, search.account, found.unit, sweep, since)
    judged = _judged(bench, found)
    return _Judgement(judged.decision, judged.lease, sweep.held)


def _judged(bench: Bench, found: Found) -> Judged:
    if found.stack is not None:
        return judged_stack(bench, found.stack, found.lease)
    assert found.lease is not None, "a search finds a stack, a lease or both"
    return judged_absent(bench, found.lease)


def _sweep(situation: Situation, search: Search) -> Sweep:
    return plan_sweep([search.account], situation.in_force, situation.ledger, situation.now).sweep


def _facts(search: Search) -> StackFacts:
    found = search.found
    seen = found.stack or found.lease
    assert seen is not None, "a search finds a stack, a lease or both"
    return StackFacts(
        account_id=found.unit.account_id,
        account_name=search.account.name,
        region=found.unit.region,
        stack_name=found.name,
        stack_id=found.stack_id,
        status=found.stack.status if found.stack else "",
        created_at=seen.created_at,
        updated_at=found.stack.updated_at if found.stack else None,
        tags=dict(found.stack.tags) if found.stack else {},
    )


def _verdict(search: Search, judgement: _Judgement) -> Verdict:
    decision, before = judgement.decision, search.found.lease
    state = before.state if before else ""
    if decision is None:
        reason = before.reason if before else "the stack is deleted; Steward never leased it"
        return Verdict(action="", reason=reason, until=None, lease_state=state)
    return Verdict(
        action=decision.action, reason=decision.reason, until=decision.until, lease_state=state
    )


def _dates(situation: Situation, lease: Lease | None) -> Dates:
    if lease is None:
        return Dates(expires_at=None, expiry_source="", warning="", marked_at=None, not_before=None)
    ahead = lease.state not in _NO_DELETION_AHEAD
    policy = situation.in_force.policy
    return Dates(
        expires_at=lease.expires_at,
        expiry_source=lease.expiry_source,
        warning=lease.warning,
        marked_at=lease.marked_at,
        not_before=planned_deletion(lease, policy, situation.now) if ahead else None,
    )


def _who(lease: Lease | None) -> Who:
    if lease is None:
        return Who(owners=(), source="nobody is told of a stack that is not leased")
    return Who(owners=lease.owners, source=lease.owner_source)


def _changes(situation: Situation, search: Search, lease: Lease | None) -> tuple[Change, ...]:
    stack = search.found.stack
    if stack is None or not search.found.is_alive:
        return ()
    policy = situation.in_force.policy
    return tuple(
        Change(what=remedy.what, tag=remedy.tag, commands=remedy.commands)
        for remedy in remedies(stack, lease, search.account, policy, situation.now)
    )


def _holds(situation: Situation, search: Search, judgement: _Judgement) -> Iterator[str]:
    policy = situation.in_force.policy
    mode = effective_mode(search.account, policy)
    if not policy.mode.allows(Mode.REAP):
        yield f"the policy's mode is {policy.mode}, and only reap deletes"
    elif not mode.allows(Mode.REAP):
        yield f"the account's tag {MODE_TAG} lowers the mode to {mode}, and only reap deletes"
    if judgement.held:
        yield f"the sweep only observes: {judgement.held}"
    if situation.in_force.problem:
        yield f"the last good policy deletes nothing: {situation.in_force.problem}"
    if situation.hub is not None:
        yield from _kill_switch(situation, situation.hub.kill_switch)


def _kill_switch(situation: Situation, parameter: str) -> Iterator[str]:
    match read_kill_switch(situation.sessions.ssm(), parameter):
        case KillSwitch.ON:
            yield f"the kill switch {parameter} is on"
        case KillSwitch.UNREAD:
            yield f"the kill switch {parameter} could not be read with these credentials"
        case KillSwitch.OFF:
            return
