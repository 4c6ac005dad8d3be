"""Keeping attempts and verdicts on record: worth a few seconds, and never worth a verdict."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from steward.domain.rollouts.attempts import Attempt
from steward.domain.rollouts.results import Verdict
from steward.ledger.unit_records import UnitRecords
from steward.observability import logger
from steward.workflows.rollouts.bounded import within

PATIENCE = timedelta(seconds=10)


class Recorder:
    """`notes` says what could not be kept."""

    def __init__(self, records: Callable[[], UnitRecords]) -> None:
        self._records = records
        self.notes: list[str] = []

    def begin(self, attempt: Attempt) -> Verdict | None:
        """Note the attempt; the verdict, when this event was delivered and answered before."""
        return self._kept("the attempt", lambda: self._records().begin(attempt))

    def revise(self, attempt: Attempt) -> None:
        """Note the attempt's later deadline."""
        self._kept("the attempt's deadline", lambda: self._records().revise(attempt))

    def latch(self, verdict: Verdict, execution_id: str) -> Verdict:
        """The verdict that counts: an earlier one, if there is one."""
        counted = self._kept("the verdict", lambda: self._records().latch(verdict, execution_id))
        return counted or replace(verdict, notes=(*verdict.notes, *self.notes[-1:]))

    def _kept[T](self, what: str, call: Callable[[], T]) -> T | None:
        try:
            return within(PATIENCE, what, call)
        # Without records the guard stops a deployment whose hook dies, instead of answering it.
        except BaseException as error:
            logger.exception(f"{what} is not on record")
            self.notes.append(f"{what} is not on record: {type(error).__name__}: {error}")
            return None
