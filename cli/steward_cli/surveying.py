"""What a sweep would decide about every stack of its units, by the sweep's own code."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from steward.aws.stacks import list_stacks
from steward.domain.decisions import Decision, why_not_leasable
from steward.domain.leases import Lease
from steward.domain.modes import Mode
from steward.domain.stacks import Account, Stack, Unit
from steward.messages import Sweep, UnitWork
from steward.workflows.judging import Bench, judge
from steward.workflows.sweeping import ask_after
from steward_cli.aws_failures import EXPECTED, reason_of
from steward_cli.situation import Situation

UNITS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Judged:
    """One stack and what a sweep would do about it.

    `status` is empty for a lease whose stack was not listed. `outside` says why the stack is no
    business of Steward's; empty when it is.
    """

    account: Account
    unit: Unit
    stack_id: str
    name: str
    status: str
    created_at: datetime
    before: Lease | None
    decision: Decision
    outside: str = ""

    @property
    def lease(self) -> Lease | None:
        """The lease as it would be afterwards."""
        return self.decision.lease or self.before

    @property
    def newly_selected_by(self) -> str:
        """The scope that would lease this stack first, when it is younger than the stack."""
        return self.lease.selected_by if self.lease and self.before is None else ""


@dataclass(slots=True)
class Survey:
    """One unit. `not_read`: why it could not be read; then nothing of it is judged.

    `failed`: stacks, by id, that could not be judged, and why.
    """

    unit: Unit
    judged: list[Judged] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    not_read: str = ""


def survey_units(situation: Situation, works: Iterable[UnitWork]) -> Iterator[Survey]:
    """Survey every unit, several at once, in the order in which they are done."""
    threads = ThreadPoolExecutor(UNITS_AT_ONCE)
    surveys = [threads.submit(survey_unit, situation, work) for work in works]
    try:
        for survey in as_completed(surveys):
            yield survey.result()
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def survey_unit(situation: Situation, work: UnitWork) -> Survey:
    """Judge the unit's stacks page by page, then ask after leases whose stack was not listed."""
    survey = Survey(work.unit)
    try:
        account = work.account.account()
        bench = bench_of(situation, account, work.unit, work.sweep, work.scope_since)
        unseen = {lease.stack_id: lease for lease in situation.ledger.leases_of(work.unit)}
        for stack in list_stacks(bench.reader, work.unit):
            lease = unseen.pop(stack.stack_id, None)
            _add(survey, stack.stack_id, partial(judged_stack, bench, stack, lease))
        for lease in unseen.values():
            _add(survey, lease.stack_id, partial(judged_absent, bench, lease))
    except EXPECTED as error:
        return Survey(work.unit, not_read=reason_of(error))
    return survey


def bench_of(
    situation: Situation, account: Account, unit: Unit, sweep: Sweep, scope_since: datetime
) -> Bench:
    """Where the unit is judged as `sweep` would, with nothing to act with."""
    policy = situation.in_force.policy
    return Bench(
        unit=unit,
        account=account,
        policy=policy.with_mode(Mode.OBSERVE if sweep.held else policy.mode),
        fingerprint=situation.in_force.fingerprint,
        actor="steward plan",
        now=situation.now,
        ledger=situation.ledger,
        reader=situation.sessions.cloudformation(unit, situation.read_role),
        scope_since=scope_since,
    )


def judged_stack(bench: Bench, stack: Stack, lease: Lease | None) -> Judged:
    """What the sweep would decide about `stack`."""
    decision = judge(bench, stack, lease)
    return Judged(
        bench.account,
        bench.unit,
        stack.stack_id,
        stack.name,
        stack.status,
        stack.created_at,
        lease,
        decision,
        outside="" if decision.lease else why_not_leasable(stack, bench.account, bench.policy),
    )


def judged_absent(bench: Bench, lease: Lease) -> Judged:
    """What the sweep would decide about a lease whose stack it did not see."""
    decision = ask_after(bench, lease)
    return Judged(
        bench.account,
        bench.unit,
        lease.stack_id,
        lease.stack_name,
        "",
        lease.created_at,
        lease,
        decision,
    )


def _add(survey: Survey, stack_id: str, judge_it: Callable[[], Judged]) -> None:
    try:
        survey.judged.append(judge_it())
    except EXPECTED as error:
        survey.failed[stack_id] = reason_of(error)
