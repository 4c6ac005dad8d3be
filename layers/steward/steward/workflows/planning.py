"""Plan a sweep: every unit that policy or ledger names, under one clock and one policy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools.metrics import MetricUnit

from steward.aws.organizations import accounts, single_account
from steward.aws.policies import PolicyFeed
from steward.aws.queues import send_units
from steward.domain.coverage import PlannedSweep
from steward.domain.instants import iso
from steward.domain.leases import LeaseState
from steward.domain.limits import sweep_caps, why_selection_is_held
from steward.domain.modes import Mode
from steward.domain.scope import why_account_is_out
from steward.domain.stacks import Account, Unit
from steward.ledger.ledger import Ledger
from steward.messages import AccountFacts, Sweep, UnitWork
from steward.observability import logger, metrics
from steward.settings import OrganizationMode, PlannerSettings
from steward.workflows.closing import close_books, summary
from steward.workflows.connections import open_ledger, open_sessions
from steward.workflows.policies import NoPolicy, PolicyInForce, policy_in_force
from steward.workflows.sweep_metrics import count_leases


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """The work of one sweep. `passed_over` says which accounts it leaves out and why.

    `leases`: how many live leases there are in each state.
    """

    sweep: Sweep
    works: tuple[UnitWork, ...]
    passed_over: dict[str, str]
    leases: dict[LeaseState, int]


def plan_sweep(
    members: Iterable[Account], in_force: PolicyInForce, ledger: Ledger, now: datetime
) -> SweepPlan:
    """Make one work item for each unit in scope, and for each unit that still has leases.

    A unit that left the scope is still visited until its leases have been released; one that is
    visited no more is no gap any more.
    """
    census = ledger.census()
    known = {account.account_id: account for account in members}
    sweep = _sweep(in_force, census.live, census.newly_selected, now)
    since = ledger.scope_since(in_force.policy.scope.fingerprint, now)
    passed_over, units = _units(known, in_force, census.units)
    gaps = ledger.gaps()
    ledger.close_gaps(sorted(gaps.keys() - units))
    works = tuple(
        UnitWork(
            sweep=sweep,
            account=AccountFacts.of(known[unit.account_id]),
            region=unit.region,
            scope_since=since,
            was_uncovered=unit in gaps,
        )
        for unit in sorted(units)
    )
    ledger.save_accounts(known.values())
    return SweepPlan(sweep, works, passed_over, census.by_state)


def _sweep(
    in_force: PolicyInForce, live: int, newly_selected: dict[str, int], now: datetime
) -> Sweep:
    policy = in_force.policy
    caps = sweep_caps(policy.limits, live)
    held = why_selection_is_held(policy, newly_selected.get(policy.scope.fingerprint, 0))
    return Sweep(
        sweep_id=iso(now),
        swept_at=now,
        policy=in_force.fingerprint,
        mode=policy.mode,
        held=held,
        most_reaps=caps.total,
        most_reaps_per_account=caps.per_account,
    )


def _units(
    known: dict[str, Account], in_force: PolicyInForce, leased: frozenset[Unit]
) -> tuple[dict[str, str], set[Unit]]:
    scope = in_force.policy.scope
    passed_over = {
        account.account_id: why
        for account in known.values()
        if (why := _why_passed_over(account, in_force))
    }
    gone = {
        unit.account_id: "has leases but is no active account of the organization"
        for unit in leased
        if unit.account_id not in known
    }
    in_scope = {
        Unit(account_id, region)
        for account_id in known
        if account_id not in passed_over
        for region in scope.regions
    }
    still_leased = {unit for unit in leased if unit.account_id in known}
    return passed_over | gone, in_scope | still_leased


def _why_passed_over(account: Account, in_force: PolicyInForce) -> str:
    if account.is_management:
        return "the management account is never reaped"
    return why_account_is_out(account, in_force.policy.scope)


def _on_record(plan: SweepPlan, held: str) -> PlannedSweep:
    sweep = plan.sweep
    return PlannedSweep(
        sweep_id=sweep.sweep_id,
        swept_at=sweep.swept_at,
        policy=sweep.policy,
        mode=sweep.mode,
        held=held,
        units=frozenset(work.unit for work in plan.works),
        passed_over=plan.passed_over,
    )


class Planner:
    """Plans sweeps and queues their work."""

    def __init__(self, settings: PlannerSettings) -> None:
        self._settings = settings
        self._sessions = open_sessions(settings)
        self._feed = PolicyFeed(self._sessions, *settings.appconfig)
        self._ledger = open_ledger(self._sessions, settings)

    def run(self, now: datetime) -> dict[str, object]:
        """Plan the sweep of `now` and queue it; return what its invoker wants to know."""
        try:
            in_force = policy_in_force(self._feed.latest, self._ledger, now)
        except NoPolicy as error:
            return self._nothing(str(error), now)
        plan = plan_sweep(self._accounts(), in_force, self._ledger, now)
        held = plan.sweep.held or in_force.problem
        # Record, then send: a crash leaves units unanswered; the other order sweeps uncounted.
        self._ledger.open_sweep(_on_record(plan, held))
        sent = send_units(self._sessions.sqs(), self._settings.units_queue_url, plan.works)
        metrics.add_metric("SweepsPlanned", MetricUnit.Count, 1)
        metrics.add_metric("UnitsPlanned", MetricUnit.Count, sent)
        metrics.add_metric("SweepsHeld", MetricUnit.Count, int(bool(held)))
        count_leases(plan.leases)
        logger.info("sweep planned", sweep_id=plan.sweep.sweep_id, units=sent, held=held)
        return {
            "sweep": plan.sweep.sweep_id,
            "units": sent,
            "mode": plan.sweep.mode,
            "held": held,
            "passed_over": plan.passed_over,
            "closed": self._closed(now),
        }

    def _nothing(self, why: str, now: datetime) -> dict[str, object]:
        logger.error("nothing is swept", reason=why)
        nothing = PlannedSweep(iso(now), now, "", Mode.OBSERVE, why, frozenset(), {})
        self._ledger.open_sweep(nothing)
        return {"units": 0, "held": why, "closed": self._closed(now)}

    def _closed(self, now: datetime) -> list[dict[str, object]]:
        """Earlier sweeps whose books are closed now, once this one is on its way."""
        return [summary(coverage, now) for coverage in close_books(self._ledger, now)]

    def _accounts(self) -> list[Account]:
        if self._settings.organization_mode is OrganizationMode.SINGLE_ACCOUNT:
            return [single_account(self._settings.hub_account_id)]
        return accounts(self._sessions.organizations())
