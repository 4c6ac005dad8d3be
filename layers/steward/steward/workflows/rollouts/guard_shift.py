"""The guard of one shift: compares the versions once a look, and stops what fails in a row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from steward.aws.codedeploy import stop
from steward.aws.errors import NotAllowed
from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.deployments import Deployment, EventState, Target, TargetState
from steward.domain.rollouts.guarding import (
    GuardAction,
    GuardDecision,
    GuardRecord,
    judge_look,
    out_of_reach,
)
from steward.domain.rollouts.results import (
    Cause,
    CheckMode,
    CheckResult,
    Phase,
    Status,
    Verdict,
)
from steward.ledger.unit_records import UnitRecords
from steward.workflows.rollouts.bench import CheckBench, ShiftWindow
from steward.workflows.rollouts.configuration import Resolved
from steward.workflows.rollouts.guard_news import tell
from steward.workflows.rollouts.shifting import ShiftLook, look_at_shift, running_shift

# All checks of a look together; five looks fit into one call of the function.
LOOK_LIMIT = timedelta(seconds=15)
ENFORCED = (Status.FAILED, CheckMode.ENFORCE)
OBSERVED = (Status.SUCCEEDED, CheckMode.OBSERVE)


class ShiftGuard:
    """Looks at shifts of one unit. `between`: two looks."""

    def __init__(
        self,
        unit: UnitClients,
        records: UnitRecords,
        between: timedelta,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._unit = unit
        self._records = records
        self._between = between
        self._clock = clock
        self._sleep = sleep

    def look(
        self,
        record: GuardRecord,
        deployment: Deployment,
        target: Target | None,
        state: TargetState | None,
    ) -> GuardRecord:
        """The record with what this look adds; its note says what was seen and done."""
        if out_of_reach(record, deployment):
            return replace(record, note="")
        latched = self._records.verdict(record.deployment_id, Phase.SHIFT)
        if latched is not None and latched.status is Status.FAILED:
            # Decided before and not known to be done; good looks since then undo nothing.
            return self._stopped(record, latched)
        looked = self._looked(deployment, target, state)
        if not looked.results or looked.resolved is None:
            return replace(record, enforced=0, observed=0, note=looked.note)
        decision = judge_look(
            record, looked.results, breaches=looked.resolved.config.shift.breaches
        )
        return self._act(record, looked.results, looked.resolved, decision)

    def _looked(
        self, deployment: Deployment, target: Target | None, state: TargetState | None
    ) -> ShiftLook:
        if target is None:
            return ShiftLook(note="nothing says which function is deployed")
        try:
            shift = running_shift(self._unit, target, state)
        except NotAllowed as error:
            return ShiftLook(note=str(error))
        if shift is None or shift.started_at is None:
            return ShiftLook(note="no traffic is shifting")
        bench = self._bench(deployment, target, shift, shift.started_at)
        return look_at_shift(bench, deployment, self._between)

    def _bench(
        self, deployment: Deployment, target: Target, shift: EventState, started_at: datetime
    ) -> CheckBench:
        return CheckBench(
            phase=Phase.SHIFT,
            target=target,
            clients=self._unit,
            clock=self._clock,
            sleep=self._sleep,
            deadline=self._clock() + LOOK_LIMIT,
            window=ShiftWindow(started_at, shift.ended_at),
            deployment_id=deployment.deployment_id,
        )

    def _act(
        self,
        record: GuardRecord,
        results: tuple[CheckResult, ...],
        resolved: Resolved,
        decision: GuardDecision,
    ) -> GuardRecord:
        counted = replace(
            record,
            enforced=decision.enforced,
            observed=decision.observed,
            note=decision.reason,
        )
        match decision.action:
            case GuardAction.LOOK_AGAIN:
                return counted
            case GuardAction.WARN:
                return self._warned(counted, self._verdict(counted, results, resolved, OBSERVED))
            case GuardAction.STOP:
                failed = self._verdict(counted, results, resolved, ENFORCED)
                return self._stopped(counted, self._latched(failed))
            case _:
                assert_never(decision.action)

    def _warned(self, record: GuardRecord, warning: Verdict) -> GuardRecord:
        self._records.latch(warning)
        tell(self._unit, warning, "guard")
        return replace(record, warned_at=self._clock())

    def _latched(self, failed: Verdict) -> Verdict:
        """A warning on record gives way to a failure; a failure to nothing."""
        counts = self._records.latch(failed)
        if counts.status is Status.SUCCEEDED:
            self._records.overrule(failed)
            return failed
        return counts

    def _stopped(self, record: GuardRecord, failed: Verdict) -> GuardRecord:
        # The verdict is on record already: a crash in between stops at the next look.
        stop(self._unit.codedeploy(), record.deployment_id)
        tell(self._unit, failed, "guard")
        return replace(record, stopped_at=self._clock(), note=f"stopped: {failed.reason}")

    def _verdict(
        self,
        record: GuardRecord,
        results: tuple[CheckResult, ...],
        resolved: Resolved,
        how: tuple[Status, CheckMode],
    ) -> Verdict:
        status, mode = how
        return Verdict(
            deployment_id=record.deployment_id,
            phase=Phase.SHIFT,
            status=status,
            cause=Cause.GUARD,
            reason=record.note,
            decided_at=self._clock(),
            results=results,
            configuration=resolved.sources,
            notes=resolved.notes,
            mode=mode,
            owner=resolved.config.owner,
            notify=tuple(each.value for each in resolved.config.notify),
        )
