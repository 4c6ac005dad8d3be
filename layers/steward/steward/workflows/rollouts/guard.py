"""Looks at deployments while they run: ends one whose new version is worse or whose hook is dead.

Each look asks for the next one, by a message that comes later. Looking twice changes nothing, so
loops may be begun twice, by a hook, by CodeDeploy's event and by the schedule; all but one end.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from steward.aws.app_specs import UnusableRevision
from steward.aws.codedeploy import UnknownDeployment, read_deployment, read_revision, read_target
from steward.aws.errors import NotAllowed
from steward.aws.guard_queue import send_look
from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.deployments import Deployment, LifecycleEvent, Target, TargetState
from steward.domain.rollouts.guarding import (
    LAMBDA,
    GuardRecord,
    agreed,
    interest_in,
    is_duplicate,
    is_lost,
    reason_to_end,
)
from steward.domain.rollouts.watching import HookLimits, watch_hook
from steward.ledger.unit_guards import UnitGuards
from steward.ledger.unit_records import UnitRecords
from steward.messages import GuardLook
from steward.settings import RolloutGuardSettings
from steward.workflows.rollouts.guard_shift import ShiftGuard
from steward.workflows.rollouts.watchdog import Watchdog


@dataclass(frozen=True, slots=True)
class Sight:
    """What CodeDeploy says of a deployment now. `target` is None where nothing names it."""

    deployment: Deployment
    state: TargetState | None
    target: Target | None
    hooks: Mapping[LifecycleEvent, str]


class Guard:
    """One unit's guard. `clock`: the wall's."""

    def __init__(
        self,
        settings: RolloutGuardSettings,
        clock: Callable[[], datetime],
        unit: UnitClients | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._unit = unit or UnitClients()
        self._clock = clock
        self._queue_url = settings.guard_queue_url
        self._between = timedelta(seconds=settings.look_seconds)
        self._limits = HookLimits(
            timedelta(seconds=settings.hook_grace_seconds),
            timedelta(seconds=settings.hook_event_age_seconds),
        )
        table, retention = settings.rollouts_table, settings.record_retention
        self._records = UnitRecords(self._unit.dynamodb(), table, retention)
        self._guards = UnitGuards(self._unit.dynamodb(), table, retention)
        self._watchdog = Watchdog(self._unit, self._records)
        self._shifts = ShiftGuard(self._unit, self._records, self._between, clock, sleep)

    def begin(self, deployment_id: str) -> str:
        """Have a deployment looked at from now on, unless it is or is not ours; say which."""
        now = self._clock()
        record = self._guards.read(deployment_id)
        if record is not None and not is_lost(record, now, self._between):
            return f"{deployment_id} is looked at already, or no longer: {record.note}"
        if record is None:
            reason = self._why_not(deployment_id)
            if reason:
                return f"{deployment_id} is not watched: {reason}"
        begun = record or GuardRecord(deployment_id, since=now, beat_at=now)
        # Send, then save: a crash looks twice, which the count of looks makes one; the other order
        # would leave a deployment that counts as looked at and is not.
        self._ask(begun, timedelta())
        self._guards.save(replace(begun, beat_at=now, note="a look is asked for"), record)
        return f"{deployment_id} is looked at from now on"

    def look(self, message: GuardLook) -> str:
        """One look, and what it came to. Whatever is raised, the same look is made again."""
        now = self._clock()
        deployment_id = message.deployment_id
        before = self._guards.read(deployment_id)
        record = before or GuardRecord(deployment_id, since=message.since, beat_at=now)
        if record.ended_at is not None:
            return f"{deployment_id}: its guard has ended: {record.note}"
        if is_duplicate(record, message.looks):
            return f"{deployment_id}: another look was faster; {record.looks} are done"
        looked = replace(self._looked(record, now), beat_at=now)
        if looked.stopped_at != record.stopped_at:
            # At once: if what follows fails, the look is made again and must not stop again.
            self._guards.save(looked, before)
            before = looked
        done = replace(looked, looks=max(record.looks, message.looks) + 1)
        if done.ended_at is None:
            # Send, then save: what is sent twice is looked at once, what is not sent never.
            self._ask(done, self._between)
        self._guards.save(done, before)
        return f"{deployment_id}: {done.note}"

    def _looked(self, record: GuardRecord, now: datetime) -> GuardRecord:
        try:
            # Who hides the AppSpec does not hide a dead hook that is on record.
            sight = self._sight(record.deployment_id, (UnusableRevision, NotAllowed))
        except UnknownDeployment as error:
            return replace(record, ended_at=now, note=str(error))
        reason = reason_to_end(record, sight.deployment, now)
        if reason:
            return replace(record, ended_at=now, note=reason)
        watched = self._watch(record, sight, now)
        shifted = self._shifts.look(watched, sight.deployment, sight.target, sight.state)
        return replace(shifted, note="; ".join(filter(None, (watched.note, shifted.note))))

    def _watch(self, record: GuardRecord, sight: Sight, now: datetime) -> GuardRecord:
        attempts = self._records.attempts(record.deployment_id)
        decision = watch_hook(
            sight.deployment,
            sight.hooks,
            sight.state,
            attempts,
            now,
            self._limits,
            is_stopped=record.stopped_at is not None,
        )
        stopped = self._watchdog.act(record.deployment_id, decision, now)
        return replace(
            record,
            stopped_at=now if stopped else record.stopped_at,
            note=decision.reason,
        )

    def _why_not(self, deployment_id: str) -> str:
        """Why a deployment is not to be looked at; empty when it is."""
        try:
            sight = self._sight(deployment_id, (UnusableRevision,))
        except UnknownDeployment as error:
            return str(error)
        if sight.deployment.is_finished:
            return f"it has ended: {sight.deployment.status}"
        has_attempts = bool(self._records.attempts(deployment_id))
        interest = interest_in(sight.deployment, sight.hooks, has_attempts=has_attempts)
        return "" if interest.is_ours else interest.reason

    def _sight(self, deployment_id: str, let_pass: tuple[type[Exception], ...]) -> Sight:
        """`let_pass`: what reading the AppSpec may raise; CodeDeploy's own view then stands in."""
        codedeploy = self._unit.codedeploy()
        deployment = read_deployment(codedeploy, deployment_id)
        if deployment.compute_platform != LAMBDA or deployment.is_finished:
            return Sight(deployment, None, None, {})
        state = read_target(codedeploy, deployment_id)
        try:
            revision = read_revision(codedeploy, deployment_id)
        except let_pass:
            return Sight(deployment, state, state.target if state else None, {})
        seen = state.target if state else None
        return Sight(deployment, state, agreed(revision.target, seen), revision.hooks)

    def _ask(self, record: GuardRecord, delay: timedelta) -> None:
        look = GuardLook(deployment_id=record.deployment_id, since=record.since, looks=record.looks)
        seconds = int(delay.total_seconds())
        send_look(self._unit.queues(), self._queue_url, look, seconds)
