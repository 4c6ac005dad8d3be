"""A hook of CodeDeploy. Its verdict is Failed until the checks say otherwise, and is reported."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.results import Cause, Phase, Status, Verdict
from steward.ledger.unit_records import UnitRecords
from steward.observability import logger
from steward.settings import RolloutHookSettings
from steward.workflows.rollouts.answering import answer
from steward.workflows.rollouts.bounded import TookTooLong
from steward.workflows.rollouts.hook_calls import HookRun, begin_run
from steward.workflows.rollouts.recording import Recorder

if TYPE_CHECKING:
    from steward.workflows.rollouts.examining import Examiner


class Hook:
    """One of the two functions. `settings` are read when a call is under way: wrong ones fail a
    deployment with a reason, where a function that cannot start would only keep it waiting."""

    def __init__(
        self,
        settings: Callable[[], RolloutHookSettings],
        phase: Phase | Literal["pre", "post"],
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        clients: UnitClients | None = None,
    ) -> None:
        self._settings, self._phase = settings, Phase(phase)
        self._clock, self._sleep = clock, sleep
        self._made = clients

    def run(
        self, event: object, remaining_ms: Callable[[], int], request_id: str
    ) -> dict[str, str]:
        """Check, report, tell. Raise BadHookEvent, and NotReported: then rollout_failsafe answers.

        Nothing else is raised before CodeDeploy has its answer.
        """
        remaining = timedelta(milliseconds=remaining_ms())
        run = begin_run(event, self._phase, request_id, self._clock(), remaining)
        status, is_repeat = Status.FAILED, False
        try:
            verdict, is_repeat = self._decide(run)
            status = verdict.status
        finally:
            accepted = answer(
                lambda: self._clients().codedeploy(), run, status, self._sleep, remaining_ms
            )
        if not is_repeat:
            self._follow(verdict, run)
        return {
            "deploymentId": run.deployment_id,
            "phase": verdict.phase,
            "status": verdict.status,
            "cause": verdict.cause,
            "reason": verdict.reason,
            "answer": "accepted" if accepted else "came too late: the lifecycle event was over",
        }

    def _decide(self, run: HookRun) -> tuple[Verdict, bool]:
        """The verdict that counts, and whether an earlier delivery of this event came to it."""
        recorder = Recorder(self._records)
        verdict, is_repeat = self._examined(run, recorder)
        return (verdict if is_repeat else recorder.latch(verdict, run.execution_id)), is_repeat

    def _examined(self, run: HookRun, recorder: Recorder) -> tuple[Verdict, bool]:
        examiner = None
        try:
            # Imported here: were one of these modules broken, this deployment would be told so.
            from steward.workflows.rollouts.examining import Examiner

            self._settings()
            examiner = Examiner(run, self._clients(), recorder, self._clock, self._sleep)
            return examiner.examine(), examiner.is_repeat
        # SystemExit and the like too: a hook that ends without a word costs an hour.
        except BaseException as error:
            logger.exception("the hook could not come to a verdict")
            return self._failed(run, examiner, error), False

    def _failed(self, run: HookRun, examiner: "Examiner | None", error: BaseException) -> Verdict:
        cause = Cause.DEADLINE if isinstance(error, TookTooLong) else Cause.HOOK
        reason = f"the hook could not check this deployment: {type(error).__name__}: {error}"
        if examiner is not None:
            return examiner.verdict(Status.FAILED, cause, reason)
        return Verdict(
            run.deployment_id, run.phase, Status.FAILED, cause, reason, decided_at=self._clock()
        )

    def _follow(self, verdict: Verdict, run: HookRun) -> None:
        try:
            # Imported now that CodeDeploy no longer waits.
            from steward.workflows.rollouts.aftermath import follow, log_verdict

            log_verdict(verdict, self._clock() - run.started_at)
            follow(verdict, self._clients(), lambda: self._settings().guard_queue_url)
        except Exception:
            logger.exception("what follows a verdict failed; the verdict stands")

    def _clients(self) -> UnitClients:
        self._made = self._made or UnitClients()
        return self._made

    def _records(self) -> UnitRecords:
        settings = self._settings()
        return UnitRecords(
            self._clients().dynamodb(), settings.rollouts_table, settings.record_retention
        )
