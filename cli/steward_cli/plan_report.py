"""What `steward plan` found out, as the JSON document it prints. docs/guide/cli.md describes it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from steward.domain.coverage import latest_finished
from steward.domain.decisions import Action
from steward.domain.durations import format_duration
from steward.domain.limits import why_selection_is_held
from steward.workflows.planning import SweepPlan
from steward_cli.situation import Situation
from steward_cli.surveying import Judged, Survey

# A sweep runs two hours at most, and another begins every hour.
_SWEEPS_READ = 5


class Part(BaseModel):
    """A part of a report; times are UTC."""

    model_config = ConfigDict(frozen=True)


class PolicyUsed(Part):
    fingerprint: str
    source: str
    mode: str
    problem: str


class NotRead(Part):
    account_id: str
    region: str
    reason: str


class PlannedStack(Part):
    account_id: str
    account_name: str
    region: str
    stack_name: str
    stack_id: str
    status: str
    created_at: datetime
    expires_at: datetime | None
    action: str
    reason: str
    until: datetime | None
    notice: str
    lease_state: str
    owners: tuple[str, ...]
    owner_source: str
    warning: str
    outside: str


class Selection(Part):
    """Stacks older than the scope that it selects. `acknowledge`: the number the policy must name
    before it may act; 0 when it need not."""

    newly_selected: int
    acknowledge: int


class Caps(Part):
    reaps: int
    reaps_per_account: int


class PlanReport(Part):
    """`whole` is false when a unit could not be read or a stack not be judged."""

    format: Literal["steward.plan/1"] = "steward.plan/1"
    at: datetime
    policy: PolicyUsed
    ledger: str
    without_ledger: str
    only_accounts: tuple[str, ...]
    held: str
    whole: bool
    units_planned: int
    units_not_read: tuple[NotRead, ...]
    stacks_not_judged: dict[str, str]
    accounts_passed_over: dict[str, str]
    actions: dict[str, int]
    outside: int
    selection: Selection
    caps: Caps
    last_sweep: str = Field(
        default="", description="What the last finished sweep missed; empty: nothing."
    )
    stacks: tuple[PlannedStack, ...] = Field(description="Sorted by account, region and name.")


def plan_report(
    situation: Situation,
    plan: SweepPlan,
    surveys: Iterable[Survey],
    *,
    only_accounts: tuple[str, ...],
    show_outside: bool,
) -> PlanReport:
    """Sum the surveys up; stacks out of scope are listed only with `show_outside`."""
    done = sorted(surveys, key=lambda survey: survey.unit)
    judged = [each for survey in done for each in survey.judged]
    gaps = tuple(not_read(survey) for survey in done if survey.not_read)
    failed = {stack: why for survey in done for stack, why in survey.failed.items()}
    return PlanReport(
        at=situation.now,
        policy=policy_used(situation),
        ledger=situation.ledger.name,
        without_ledger=situation.without_ledger,
        only_accounts=only_accounts,
        held=plan.sweep.held,
        whole=not (gaps or failed),
        units_planned=len(plan.works),
        units_not_read=gaps,
        stacks_not_judged=failed,
        accounts_passed_over=plan.passed_over,
        actions=_actions(judged),
        outside=sum(1 for each in judged if each.outside),
        selection=_selection(situation, judged),
        caps=_caps(plan),
        last_sweep=_last_sweep(situation),
        stacks=_stacks(judged, show_outside=show_outside),
    )


def _stacks(judged: Iterable[Judged], *, show_outside: bool) -> tuple[PlannedStack, ...]:
    listed = [planned_stack(each) for each in judged if show_outside or not each.outside]
    return tuple(sorted(listed, key=_place))


def _place(row: PlannedStack) -> tuple[str, ...]:
    return row.account_name, row.account_id, row.region, row.stack_name, row.stack_id


def planned_stack(judged: Judged) -> PlannedStack:
    """One stack, or the lease of one that is gone, with what would be done about it."""
    decision, lease = judged.decision, judged.lease
    return PlannedStack(
        account_id=judged.unit.account_id,
        account_name=judged.account.name,
        region=judged.unit.region,
        stack_name=judged.name,
        stack_id=judged.stack_id,
        status=judged.status,
        created_at=judged.created_at,
        expires_at=lease.expires_at if lease else None,
        action=decision.action,
        reason=decision.reason,
        until=decision.until,
        notice=format_duration(decision.stage) if decision.stage else "",
        lease_state=judged.before.state if judged.before else "",
        owners=lease.owners if lease else (),
        owner_source=lease.owner_source if lease else "",
        warning=lease.warning if lease else "",
        outside=judged.outside,
    )


def policy_used(situation: Situation) -> PolicyUsed:
    """The policy in force, and where it was read."""
    in_force = situation.in_force
    return PolicyUsed(
        fingerprint=in_force.fingerprint,
        source=situation.policy_source,
        mode=in_force.policy.mode,
        problem=in_force.problem,
    )


def _last_sweep(situation: Situation) -> str:
    """A plan is of now; whether the sweeps before it looked everywhere is another matter."""
    if situation.without_ledger or situation.hub is None:
        return ""
    latest = latest_finished(situation.ledger.sweeps(_SWEEPS_READ), situation.now)
    if latest is None or latest.whole:
        return ""
    return f"sweep {latest.sweep_id}: {latest.sentence(situation.now)}"


def _caps(plan: SweepPlan) -> Caps:
    return Caps(reaps=plan.sweep.most_reaps, reaps_per_account=plan.sweep.most_reaps_per_account)


def not_read(survey: Survey) -> NotRead:
    """The unit that could not be read, and why."""
    unit = survey.unit
    return NotRead(account_id=unit.account_id, region=unit.region, reason=survey.not_read)


def _actions(judged: Iterable[Judged]) -> dict[str, int]:
    counted = Counter(each.decision.action for each in judged if not each.outside)
    return {action: counted[action] for action in Action if counted[action]}


def _selection(situation: Situation, judged: Iterable[Judged]) -> Selection:
    """What the ledger has counted for this scope, and what the next sweep would add to it."""
    policy = situation.in_force.policy
    scope = policy.scope.fingerprint
    new = sum(1 for each in judged if each.newly_selected_by == scope)
    number = situation.ledger.census().newly_selected.get(scope, 0) + new
    held = why_selection_is_held(policy, number)
    return Selection(newly_selected=number, acknowledge=number if held else 0)
