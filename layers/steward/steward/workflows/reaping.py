"""Delete one stack: prove it anew, take a permit, write it down, then ask CloudFormation.

The order is the safety: the ledger says REAPING before the stack is touched, so a crash leaves a
trace; the request's token is the same after a crash, so a repeat deletes nothing twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics import MetricUnit

from steward.aws.errors import NotAllowed, denials
from steward.aws.kill_switch import read_kill_switch
from steward.aws.policies import PolicyFeed
from steward.aws.sessions import AccountUnreachable, Sessions
from steward.aws.stacks import importers, read_stack
from steward.clock import ClockSkew, destructive_time
from steward.domain.audit import AuditEvent
from steward.domain.decisions import RECHECK, Decision, block
from steward.domain.ladder import DeleteFailure, after_failure
from steward.domain.leases import Attempt, Lease, LeaseState, Step
from steward.domain.outbox import NoticeKind, event_notice
from steward.domain.proof import Evidence, KillSwitch, Proof, Refusal, prove
from steward.domain.stacks import GONE_STATUS, Stack
from steward.domain.tagging import delete_token
from steward.ledger.ledger import Ledger
from steward.messages import ReapWork
from steward.observability import logger, metrics
from steward.settings import ReaperSettings
from steward.workflows.connections import open_ledger, open_sessions
from steward.workflows.deleting import DeleteNotTaken, request_delete
from steward.workflows.policies import NoPolicy, PolicyInForce, policy_in_force

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

ACTOR = "lease_reaper"
_GOING = frozenset({LeaseState.MARKED, LeaseState.REAPING})
_DELETABLE = _GOING | {LeaseState.BLOCKED}


@dataclass(frozen=True, slots=True)
class ReapCase:
    """One delete to try. `read_kill_switch` is called anew for each proof.

    `own_role_arn` is the CloudFormation execution role of the account, for stacks without one.
    """

    work: ReapWork
    in_force: PolicyInForce
    now: datetime
    ledger: Ledger
    sessions: Sessions
    reap_role: str
    own_role_arn: str
    read_kill_switch: Callable[[], KillSwitch]


def reap(case: ReapCase) -> str:
    """Delete the stack if every check still holds; return the sentence of what happened."""
    if case.work.sweep.held:
        return f"not deleted: {case.work.sweep.held}"
    lease = case.ledger.lease(case.work.unit, case.work.stack_id)
    if lease is None:
        return "nothing to do: no live lease"
    if _is_under_way(lease, case.now):
        return "nothing to do: its delete is under way"
    if lease.generation != case.work.generation or lease.state not in _DELETABLE:
        return f"not deleted: the lease is {lease.state}, generation {lease.generation} by now"
    try:
        client = case.sessions.cloudformation(case.work.unit, case.reap_role)
    except AccountUnreachable as error:
        return _blocked(case, lease, str(error))
    return _with_access(case, client, lease)


def _is_under_way(lease: Lease, now: datetime) -> bool:
    attempt = lease.attempt
    if lease.state is not LeaseState.REAPING or attempt is None or attempt.accepted_at is None:
        return False
    return attempt.retry_at is None or now < attempt.retry_at


def _with_access(case: ReapCase, client: "CloudFormationClient", lease: Lease) -> str:
    try:
        with denials():
            stack = read_stack(client, case.work.unit, case.work.stack_id)
            imported_by = importers(client, stack.exports if stack else ())
    except NotAllowed as error:
        return _blocked(case, lease, str(error))
    if stack is None or stack.status == GONE_STATUS:
        return "nothing to do: the stack is gone; the next sweep closes its lease"
    verdict = prove(_evidence(case, stack, lease, imported_by))
    match verdict:
        case Refusal() if verdict.only_stopped:
            metrics.add_metric("ReapsStopped", MetricUnit.Count, 1)
            return f"not deleted: {verdict.reason}"
        case Refusal() if verdict.only_imported and not _all_going(case, imported_by):
            return _blocked(case, lease, verdict.reason)
        case Refusal():
            return f"not deleted: {verdict.reason}"
        case Proof():
            return _permitted(case, client, stack, lease)


def _evidence(case: ReapCase, stack: Stack, lease: Lease, imported_by: tuple[str, ...]) -> Evidence:
    return Evidence(
        stack=stack,
        lease=lease,
        account=case.work.account.account(),
        policy=case.in_force.policy,
        generation=case.work.generation,
        kill_switch=case.read_kill_switch(),
        importers=imported_by,
        now=case.now,
    )


def _all_going(case: ReapCase, names: tuple[str, ...]) -> bool:
    """Whether every importer is on its way out too, so that waiting is enough."""
    going = {
        lease.stack_name for lease in case.ledger.leases_of(case.work.unit) if lease.state in _GOING
    }
    return going.issuperset(names)


def _permitted(case: ReapCase, client: "CloudFormationClient", stack: Stack, lease: Lease) -> str:
    sweep = case.work.sweep
    permit = case.ledger.take_permit(
        sweep.sweep_id, case.work.account.account_id, stack.stack_id, sweep.caps, case.now
    )
    if not permit.granted:
        if case.ledger.tripped(sweep.sweep_id):
            metrics.add_metric("BreakerTripped", MetricUnit.Count, 1)
        return f"not deleted: {permit.reason}"
    reaping = _begun(case, lease)
    attempt = reaping.attempt
    if attempt is None:
        raise AssertionError("a reaping lease has an attempt")
    try:
        request_delete(case.sessions, client, stack, attempt, case.reap_role, case.own_role_arn)
    except DeleteNotTaken as error:
        return _not_taken(case, lease, reaping, str(error))
    return _accepted(case, reaping, attempt)


def _not_taken(case: ReapCase, known: Lease, lease: Lease, why: str) -> str:
    """A service role that is gone has a rung of its own; any other refusal needs a person."""
    failure = DeleteFailure(why)
    if not failure.role_is_gone or Step.OWN_ROLE in lease.tried:
        return _blocked(case, lease, why, known=known)
    decision = after_failure(lease, failure, case.in_force.policy.deletion, case.now)
    _saved(case, lease, decision.lease or lease, "delete refused", decision.reason)
    return decision.reason


def _begun(case: ReapCase, lease: Lease) -> Lease:
    """Write down that the delete is being asked for; after a crash the same attempt goes on."""
    before = lease.attempt
    if before is not None and _is_resumed(lease, before):
        attempt = replace(before, started_at=case.now)
    else:
        attempt = _next_attempt(lease, case.now)
    reaping = replace(
        lease,
        state=LeaseState.REAPING,
        reason=f"being deleted ({attempt.step})",
        attempt=attempt,
        retry_at=None,
    )
    return _saved(case, lease, reaping, "reap", f"proof held; attempt {attempt.number}")


def _is_resumed(lease: Lease, attempt: Attempt) -> bool:
    asked = lease.state is LeaseState.REAPING and attempt.accepted_at is None
    return asked and not attempt.failure


def _next_attempt(lease: Lease, now: datetime) -> Attempt:
    before = lease.attempt
    number = before.number + 1 if before else 1
    step = (before.retry_step if before else None) or Step.PLAIN
    return Attempt(number, step, delete_token(lease, number), now)


def _accepted(case: ReapCase, lease: Lease, attempt: Attempt) -> str:
    taken = replace(lease, attempt=replace(attempt, accepted_at=case.now))
    why = f"CloudFormation took the delete ({attempt.step}, token {attempt.token})"
    _saved(case, lease, taken, "delete accepted", why)
    metrics.add_metric("ReapsStarted", MetricUnit.Count, 1)
    return f"being deleted: {why}"


def _blocked(case: ReapCase, lease: Lease, why: str, *, known: Lease | None = None) -> str:
    """Stop, and tell the owner once; the same reason again is no news.

    `known` is the lease as it was before this try, when the try has already changed it.
    """
    decision: Decision = block(lease, why, retry_at=case.now + RECHECK)
    blocked = decision.lease or lease
    before = known or lease
    is_news = before.state is not LeaseState.BLOCKED or before.reason != why
    stored = replace(blocked, version=lease.version + 1)
    notices = [event_notice(stored, NoticeKind.BLOCKED, why, case.now)] if is_news else []
    event = _event(case, "blocked" if is_news else "still blocked", why)
    case.ledger.save(lease, blocked, event, notices)
    return f"blocked: {why}"


def _saved(case: ReapCase, before: Lease, after: Lease, what: str, why: str) -> Lease:
    return case.ledger.save(before, after, _event(case, what, why))


def _event(case: ReapCase, what: str, why: str) -> AuditEvent:
    return AuditEvent(
        stack_id=case.work.stack_id,
        at=case.now,
        actor=ACTOR,
        what=what,
        why=why,
        policy=case.in_force.fingerprint,
        version=0,
        evidence={"sweep": case.work.sweep.sweep_id},
    )


class Reaper:
    """Deletes the stacks it is handed, each with rights for that stack alone."""

    def __init__(self, settings: ReaperSettings) -> None:
        self._settings = settings
        self._sessions = open_sessions(settings)
        self._feed = PolicyFeed(self._sessions, *settings.appconfig)
        self._ledger = open_ledger(self._sessions, settings)

    def run(self, work: ReapWork, wall: datetime) -> str:
        """Try one delete. A stale request is dropped: the next sweep judges that stack again."""
        try:
            now = destructive_time(work.sweep.swept_at, wall, self._settings.max_clock_skew)
            in_force = policy_in_force(self._feed.latest, self._ledger, now)
        except (ClockSkew, NoPolicy) as error:
            outcome = f"not deleted: {error}"
        else:
            outcome = reap(self._case(work, in_force, now))
        logger.info(outcome, stack_id=work.stack_id)
        return outcome

    def _case(self, work: ReapWork, in_force: PolicyInForce, now: datetime) -> ReapCase:
        return ReapCase(
            work=work,
            in_force=in_force,
            now=now,
            ledger=self._ledger,
            sessions=self._sessions,
            reap_role=self._settings.reap_role_name,
            own_role_arn=_role_arn(work, self._settings.cloudformation_role_name),
            read_kill_switch=partial(
                read_kill_switch, self._sessions.ssm(), self._settings.kill_switch_parameter
            ),
        )


def _role_arn(work: ReapWork, role_name: str) -> str:
    partition = work.stack_id.split(":", 2)[1]
    return f"arn:{partition}:iam::{work.account.account_id}:role/{role_name}"
