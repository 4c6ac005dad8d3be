"""Answers CodeDeploy in the place of a hook that died, so that nobody waits an hour for it."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from steward.aws.codedeploy import report, stop
from steward.aws.errors import NotAllowed
from steward.aws.refusals import NotAccepted, accepting
from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.results import Cause, Phase, Status, Verdict
from steward.domain.rollouts.watching import WatchAction, WatchDecision
from steward.ledger.unit_records import UnitRecords
from steward.observability import logger
from steward.workflows.rollouts.guard_news import tell


class Watchdog:
    """Carries out what was decided of one hook."""

    def __init__(self, unit: UnitClients, records: UnitRecords) -> None:
        self._unit = unit
        self._records = records

    def act(self, deployment_id: str, decision: WatchDecision, now: datetime) -> bool:
        """Whether the deployment was told to stop.

        Raise what AWS answers besides a refusal: the look is then repeated as a whole.
        """
        match decision.action:
            case WatchAction.WAIT:
                return False
            case WatchAction.REPORT_SUCCEEDED:
                self._report_succeeded(deployment_id, decision)
                return False
            case WatchAction.REPORT_FAILED:
                return self._report_failed(deployment_id, decision, now)
            case WatchAction.STOP:
                verdict, _ = self._blame(deployment_id, decision, now)
                self._stop(verdict)
                return True
            case _:
                assert_never(decision.action)

    def _report_succeeded(self, deployment_id: str, decision: WatchDecision) -> None:
        try:
            self._report(deployment_id, decision, Status.SUCCEEDED)
        except (NotAccepted, NotAllowed):
            logger.exception("a rollback waits for its hook", deployment=deployment_id)

    def _report_failed(self, deployment_id: str, decision: WatchDecision, now: datetime) -> bool:
        # Record, then report: a crash between repeats both; the other order forgets why it failed.
        verdict, before = self._blame(deployment_id, decision, now)
        try:
            done = self._report(deployment_id, decision, Status.FAILED)
        except (NotAccepted, NotAllowed):
            logger.exception("hook not answered for; stopping", deployment=deployment_id)
            self._stop(verdict)
            return True
        if not done and before is not None:
            # The hook was only late: what it said itself is what CodeDeploy knows.
            self._records.overrule(before, decision.execution_id)
        if done:
            tell(self._unit, verdict, "watchdog")
        return False

    def _report(self, deployment_id: str, decision: WatchDecision, status: Status) -> bool:
        with accepting():
            return report(self._unit.codedeploy(), deployment_id, decision.execution_id, status)

    def _stop(self, verdict: Verdict) -> None:
        stop(self._unit.codedeploy(), verdict.deployment_id)
        tell(self._unit, verdict, "watchdog")

    def _blame(
        self, deployment_id: str, decision: WatchDecision, now: datetime
    ) -> tuple[Verdict, Verdict | None]:
        """The verdict on record from now on, and the one it replaced, if any.

        A hook that decided Succeeded and died before it said so has failed all the same.
        """
        phase = decision.phase or Phase.PRE
        blamed = Verdict(deployment_id, phase, Status.FAILED, Cause.WATCHDOG, decision.reason, now)
        counted = self._records.latch(blamed, decision.execution_id)
        if counted.status is Status.FAILED:
            return counted, None
        replaced = _instead_of(counted, blamed)
        self._records.overrule(replaced, decision.execution_id)
        return replaced, counted


def _instead_of(decided: Verdict, blamed: Verdict) -> Verdict:
    """The blame, with everything that the hook had found."""
    return replace(
        decided,
        status=blamed.status,
        cause=blamed.cause,
        reason=f"{blamed.reason}; before that it had decided: {decided.reason}",
        decided_at=blamed.decided_at,
    )
