"""Sweep one unit: judge every stack in it, then ask after leases whose stack was not seen."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from aws_lambda_powertools.metrics import MetricUnit

from steward.aws.contacts import operations_contact
from steward.aws.queues import send_reap
from steward.aws.sessions import AccountUnreachable, UnitUnreachable
from steward.aws.stacks import list_stacks, read_stack
from steward.clock import refuse_future
from steward.domain.decisions import Action, Decision
from steward.domain.deliveries import Unreachable
from steward.domain.leases import Lease
from steward.domain.stacks import Unit
from steward.domain.tagging import TAGGABLE_TYPES
from steward.ledger.leases import LeaseChanged
from steward.messages import ReapWork, Sweep, UnitWork
from steward.observability import logger, metrics
from steward.settings import OrganizationMode, WorkerSettings
from steward.workflows.connections import open_ledger, open_sessions
from steward.workflows.judging import Bench, end, judge
from steward.workflows.marking import Mirror
from steward.workflows.owning import OwnerSearch
from steward.workflows.policies import PolicyInForce, policy_of_sweep
from steward.workflows.sweep_metrics import count_unit
from steward.workflows.tallying import Tally
from steward.workflows.tracing import CreatorSearch


@dataclass(slots=True)
class UnitReport:
    """What one scan of a unit did: stacks seen, decisions by action, stacks not judged and why.

    `unreachable`: why the unit could not be read; empty when it was.
    """

    stacks: int = 0
    decisions: Counter[Action] = field(default_factory=Counter)
    failed: dict[str, str] = field(default_factory=dict)
    unreachable: str = ""


class StacksNotJudged(Exception):
    """Some stacks of a unit failed while the others were done; the message is tried again."""

    def __init__(self, unit: str, failed: dict[str, str]) -> None:
        shown = "; ".join(f"{stack_id}: {why}" for stack_id, why in list(failed.items())[:5])
        super().__init__(f"{len(failed)} stacks of {unit} could not be judged: {shown}")


def sweep_unit(bench: Bench) -> UnitReport:
    """Judge the unit's stacks page by page. One stack's failure is one stack's failure.

    Leases are asked after only when every page was read: a scan that broke off proves nothing.
    """
    report = UnitReport()
    unseen = {lease.stack_id: lease for lease in bench.ledger.leases_of(bench.unit)}
    for stack in list_stacks(bench.reader, bench.unit):
        report.stacks += 1
        lease = unseen.pop(stack.stack_id, None)
        _alone(bench, report, stack.stack_id, partial(judge, bench, stack, lease))
    for lease in unseen.values():
        _alone(bench, report, lease.stack_id, partial(ask_after, bench, lease))
    if report.failed:
        raise StacksNotJudged(str(bench.unit), report.failed)
    return report


def ask_after(bench: Bench, lease: Lease) -> Decision:
    """A lease whose stack was not listed: gone only if CloudFormation says so by its StackId."""
    stack = read_stack(bench.reader, bench.unit, lease.stack_id)
    return end(bench, lease) if stack is None else judge(bench, stack, lease)


def _alone(bench: Bench, report: UnitReport, stack_id: str, work: Callable[[], Decision]) -> None:
    try:
        decision = work()
    except LeaseChanged:
        logger.info("the lease was changed meanwhile; the next sweep judges it", stack_id=stack_id)
    except Exception as error:
        logger.exception("stack not judged", stack_id=stack_id)
        report.failed[stack_id] = f"{type(error).__name__}: {error}"
    else:
        report.decisions[decision.action] += 1
        _tell(bench, stack_id, decision)


def _tell(bench: Bench, stack_id: str, decision: Decision) -> None:
    if decision.lease is not None and decision.action is not Action.KEEP:
        logger.info(decision.reason, action=decision.action, stack_id=stack_id, actor=bench.actor)


class Sweeper:
    """Sweeps the units it is handed, with one session for each account."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._sessions = open_sessions(settings)
        self._ledger = open_ledger(self._sessions, settings)
        self._in_force: tuple[Sweep, PolicyInForce] | None = None
        self._unreachable: tuple[Sweep, Mapping[str, Unreachable]] | None = None
        self._tally = Tally()

    def run(self, work: UnitWork, wall: datetime) -> UnitReport:
        """Sweep one unit; one that cannot be reached is put on record as not covered."""
        refuse_future(work.sweep.swept_at, wall, self._settings.max_clock_skew)
        try:
            report = self._sweep(work)
        except Exception as error:
            self._tally.failed(work, f"{type(error).__name__}: {error}")
            raise
        self._tally.answered(work, report.unreachable)
        return report

    def answer(self, invocation: str) -> None:
        """Put on record what became of the units since the last answer, one write a sweep.

        Sweep, then answer: a crash sweeps a unit again; the other order counts one that was not.
        """
        tally, self._tally = self._tally, Tally()
        for sweep, answers in tally.by_sweep():
            self._ledger.save_answers(sweep.sweep_id, sweep.swept_at, invocation, answers)

    def _sweep(self, work: UnitWork) -> UnitReport:
        try:
            report = sweep_unit(self._bench(work))
        except (AccountUnreachable, UnitUnreachable) as error:
            return self._not_covered(work, str(error))
        if work.was_uncovered:
            self._ledger.close_gap(work.unit)
        count_unit(report.stacks, report.decisions)
        logger.info("unit swept", stacks=report.stacks)
        return report

    def _bench(self, work: UnitWork) -> Bench:
        in_force = self._policy(work.sweep)
        return Bench(
            unit=work.unit,
            account=work.account.account(),
            policy=in_force.policy,
            fingerprint=in_force.fingerprint,
            actor="lease_worker",
            now=work.sweep.swept_at,
            ledger=self._ledger,
            reader=self._sessions.cloudformation(work.unit, self._settings.read_role_name),
            scope_since=work.scope_since,
            mirror=self._mirror(work).bring_up_to_date,
            reap=partial(self._reap, work),
            owner_search=self._owner_search(work),
        )

    def _owner_search(self, work: UnitWork) -> OwnerSearch:
        role = self._settings.read_role_name
        return OwnerSearch(
            creators=CreatorSearch(partial(self._sessions.cloudtrail, work.unit, role)),
            contact=partial(self._contact, work.unit),
            unreachable=partial(self._passed_over, work.sweep),
        )

    def _contact(self, unit: Unit) -> str:
        return operations_contact(self._sessions.account(unit, self._settings.read_role_name))

    def _passed_over(self, sweep: Sweep) -> Mapping[str, Unreachable]:
        """Read once for all units of a sweep, so that all of them are judged alike."""
        if self._unreachable is None or self._unreachable[0] != sweep:
            self._unreachable = sweep, self._ledger.unreachable(sweep.swept_at)
        return self._unreachable[1]

    def _policy(self, sweep: Sweep) -> PolicyInForce:
        """Read once for all units of a sweep: a document never changes under its fingerprint."""
        if self._in_force is None or self._in_force[0] != sweep:
            self._in_force = sweep, policy_of_sweep(sweep, self._ledger)
        return self._in_force[1]

    def _mirror(self, work: UnitWork) -> Mirror:
        """In single-account mode there is no role that could tag a stack's resources."""
        connect = partial(self._sessions.cloudformation, work.unit, self._settings.tag_role_name)
        alone = self._settings.organization_mode is OrganizationMode.SINGLE_ACCOUNT
        taggable = frozenset[str]() if alone else TAGGABLE_TYPES
        now, fingerprint = work.sweep.swept_at, work.sweep.policy
        return Mirror(connect, taggable, self._ledger, now, fingerprint)

    def _reap(self, work: UnitWork, lease: Lease) -> None:
        request = ReapWork(
            sweep=work.sweep,
            account=work.account,
            region=work.region,
            stack_id=lease.stack_id,
            generation=lease.generation,
        )
        send_reap(self._sessions.sqs(), self._settings.reaps_queue_url, request)

    def _not_covered(self, work: UnitWork, why: str) -> UnitReport:
        logger.warning("unit not covered", reason=why)
        metrics.add_metric("UnitsNotCovered", MetricUnit.Count, 1)
        self._ledger.note_gap(work.unit, why, work.sweep.swept_at)
        return UnitReport(unreachable=why)
