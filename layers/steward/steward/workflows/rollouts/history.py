"""Keep the history of deployments: read each where it is, and put on record what changed.

News only says that there may be something to read. The ledger is read before the deployment and
written if nobody else wrote meanwhile, so that what is on record is never older than what was.
"""

from collections.abc import Iterator
from datetime import datetime

from aws_lambda_powertools.metrics import MetricUnit

from steward.aws.codedeploy import UnknownDeployment
from steward.aws.waking import NotWoken, wake
from steward.domain.rollouts.catching import ENDED_BADLY, failed_verdicts
from steward.domain.rollouts.deployments import FINISHED
from steward.domain.rollouts.history import (
    Description,
    Reading,
    description_of,
    is_settled,
    linked,
    links_of,
    rollout_of,
    with_known,
    with_known_owners,
)
from steward.domain.rollouts.records import Rollout
from steward.domain.stacks import Unit
from steward.ledger.rollout_items import RolloutOnRecord
from steward.observability import logger, metrics, name_work
from steward.settings import RolloutHistorySettings
from steward.workflows.connections import open_ledger, open_sessions
from steward.workflows.rollouts.describing import Describer
from steward.workflows.rollouts.history_events import event_of
from steward.workflows.rollouts.history_reading import RolloutReader
from steward.workflows.rollouts.telling import queue_rollout_notices
from steward.workflows.runtimes.unit_doors import Doors

LAMBDA = "Lambda"
_MOST_TRIES = 3


class Overtaken(Exception):
    """Others put a deployment on record each time this one was about to."""

    def __init__(self, unit: Unit, deployment_id: str) -> None:
        super().__init__(
            f"deployment {deployment_id} of {unit} changed on record {_MOST_TRIES} times while it "
            "was read; the queue tries again"
        )


class RolloutHistory:
    """Metrics: RolloutsRecorded, deployments that were new; RolloutsFailed, those that ended in
    failure or were stopped; RolloutsRolledBack, those that undo another; HookVerdictsFailed,
    verdicts that failed one. Each is counted when it is first put on record.
    """

    def __init__(self, settings: RolloutHistorySettings) -> None:
        self._settings = settings
        self._sessions = open_sessions(settings)
        self._ledger = open_ledger(self._sessions, settings)

    def run(self, body: str, now: datetime) -> None:
        """Put on record what an event is about, and what that undoes or is undone by.

        Raise NoRolloutEvent, AccountUnreachable or NotAllowed: nothing can be put on record then.
        """
        event = event_of(body)
        name_work(event.unit)
        rollout = self._record(event.unit, event.deployment_id, now)
        if rollout is None:
            return
        together = [rollout, *self._linked_with(rollout, now)]
        queued = sum(queue_rollout_notices(self._ledger, each, now) for each in together)
        if queued:
            self._wake_digest(queued)

    def _record(
        self, unit: Unit, deployment_id: str, now: datetime, link: Rollout | None = None
    ) -> Rollout | None:
        """The deployment as it is on record now; None when there is none to record."""
        for _ in range(_MOST_TRIES):
            before = self._ledger.rollout(unit, deployment_id)
            rollout = self._composed(unit, deployment_id, before, now)
            if rollout is None:
                return None
            rollout = linked(rollout, link) if link else rollout
            if self._ledger.save_rollout(before, rollout):
                _count(before.rollout if before else None, rollout)
                return rollout
        raise Overtaken(unit, deployment_id)

    def _composed(
        self, unit: Unit, deployment_id: str, before: RolloutOnRecord | None, now: datetime
    ) -> Rollout | None:
        known = before.rollout if before else None
        doors = Doors(unit, self._sessions, self._settings.read_role_name)
        reader = RolloutReader(doors, self._settings.rollouts_table_name)
        try:
            reading = reader.read(deployment_id, known)
        except UnknownDeployment:
            # CodeDeploy forgets deployments; what is on record of one stays.
            logger.info("deployment is gone", deployment=deployment_id)
            return known
        if reading.deployment.compute_platform != LAMBDA:
            logger.info("deployment is none of Lambda", deployment=deployment_id)
            return None
        about = self._description(doors, reading, known, now)
        return with_known(rollout_of(reading, about), known)

    def _description(
        self, doors: Doors, reading: Reading, known: Rollout | None, now: datetime
    ) -> Description:
        """Once a deployment is over, those who were its owners then remain so."""
        if known is not None and is_settled(known, reading.verdicts):
            return description_of(known)
        undone = self._undone(doors.unit, reading.deployment.rolls_back, now)
        about = Describer(doors, self._ledger, now).describe(reading, undone)
        return with_known_owners(about, known)

    def _undone(self, unit: Unit, deployment_id: str, now: datetime) -> Rollout | None:
        """What a rollback undoes, put on record as it ended: its owners are the rollback's too."""
        if not deployment_id:
            return None
        found = self._ledger.rollout(unit, deployment_id)
        if found and found.rollout.status in FINISHED:
            return found.rollout
        return self._record(unit, deployment_id, now)

    def _linked_with(self, rollout: Rollout, now: datetime) -> Iterator[Rollout]:
        """What it undoes and is undone by, on record as linked with it."""
        for other in links_of(rollout):
            found = self._ledger.rollout(rollout.unit, other)
            if found is None or rollout.deployment_id not in links_of(found.rollout):
                recorded = self._record(rollout.unit, other, now, link=rollout)
            else:
                recorded = found.rollout
            if recorded is not None:
                yield recorded

    def _wake_digest(self, queued: int) -> None:
        """Its schedule sends them too, if this fails."""
        try:
            wake(self._sessions.functions(), self._settings.notice_digest_function)
        except NotWoken as error:
            logger.warning("digest not woken", reason=str(error), queued=queued)


def _count(before: Rollout | None, after: Rollout) -> None:
    if before == after:
        return
    logger.info("rollout on record", deployment=after.deployment_id, status=after.status)
    failed = len(failed_verdicts(after)) - (len(failed_verdicts(before)) if before else 0)
    counts = {
        "RolloutsRecorded": int(before is None),
        "RolloutsFailed": int(_ended_badly(after) and not (before and _ended_badly(before))),
        "RolloutsRolledBack": int(after.is_rollback and not (before and before.is_rollback)),
        "HookVerdictsFailed": failed,
    }
    for name, count in counts.items():
        if count > 0:
            metrics.add_metric(name, MetricUnit.Count, count)


def _ended_badly(rollout: Rollout) -> bool:
    return rollout.status in ENDED_BADLY
