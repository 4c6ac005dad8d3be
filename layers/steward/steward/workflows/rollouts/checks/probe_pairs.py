"""Pairs of calls: one of the version that has the traffic, one of the version that is to get it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from steward.aws.function_calls import Answer, NoAnswerInTime
from steward.domain.rollouts.config_checks import ProbeCheck
from steward.domain.rollouts.results import Finding, Outcome
from steward.workflows.rollouts.bench import CheckBench
from steward.workflows.rollouts.checks.calling import called, kept, milliseconds, time_left

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

# Time for a pair that takes longer than the longest so far.
_SLACK = 1.5


class Side(StrEnum):
    """Which of the two versions."""

    CURRENT = "current"
    TARGET = "target"


class ProbeEnded(Exception):
    """Pairs cannot be compared, whatever they took; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.reason)
        self.finding = finding


@dataclass(slots=True)
class Pairs:
    """What was measured. `durations`: (target, current) in milliseconds, without what warmed up."""

    check: ProbeCheck
    bench: CheckBench
    payload: bytes
    durations: list[tuple[float, float]] = field(default_factory=list)
    discarded: int = 0
    longest: timedelta = timedelta()
    _client: "LambdaClient | None" = field(default=None, init=False)
    _patience: timedelta = field(default=timedelta(), init=False)

    def measure(self) -> None:
        """As many pairs as are wanted, or as there is time for.

        Raise ProbeEnded, and as `called` does but for an answer that does not come in time.
        """
        for number in range(self.check.discard + self.check.iterations):
            if time_left(self.bench) <= self.longest * _SLACK:
                return
            started = self.bench.clock()
            took = self._pair(number)
            self.longest = max(self.longest, self.bench.clock() - started)
            if number < self.check.discard:
                self.discarded += 1
            else:
                self.durations.append(took)

    def _pair(self, number: int) -> tuple[float, float]:
        """The current version is looked at first: what it cannot answer is the payload's fault."""
        order = (Side.CURRENT, Side.TARGET) if number % 2 == 0 else (Side.TARGET, Side.CURRENT)
        answers = dict(self._answers(order))
        for side in Side:
            self._check_answer(side, answers[side])
        return milliseconds(answers[Side.TARGET].took), milliseconds(answers[Side.CURRENT].took)

    def _answers(self, order: tuple[Side, Side]) -> Iterator[tuple[Side, Answer]]:
        for side in order:
            client, version = self._patient_client(), self._version(side)
            try:
                yield side, called(self.check, self.bench, client, version, self.payload)
            except NoAnswerInTime:
                raise ProbeEnded(self._unanswered(side)) from None

    def _patient_client(self) -> "LambdaClient":
        """The same connection for as many calls as can be: making one takes as long as a short
        call, and differs more. None waits for longer than there is time."""
        if self._client is None or self._patience > time_left(self.bench):
            self._patience = time_left(self.bench) / 2
            self._client = self.bench.clients.invoking(self._patience)
        return self._client

    def _check_answer(self, side: Side, answer: Answer) -> None:
        version = self._version(side)
        name = f"{self.bench.target.function}:{version}"
        if answer.executed_version != version:
            by = answer.executed_version or "that Lambda does not name"
            told = f"{name} was invoked, and version {by} answered"
            raise ProbeEnded(Finding(Outcome.ERROR, told, self._evidence(side, answer)))
        if answer.error and side is Side.CURRENT:
            told = f"{name}, which has the traffic, fails with this payload ({answer.error}): "
            todo = "give one that it can answer"
            evidence = self._evidence(side, answer)
            raise ProbeEnded(Finding(Outcome.INCONCLUSIVE, told + todo, evidence))
        if answer.error:
            told = f"{name} fails ({answer.error}) with a payload that the current version answers"
            raise ProbeEnded(Finding(Outcome.FAIL, told, self._evidence(side, answer)))

    def _unanswered(self, side: Side) -> Finding:
        version, pairs = self._version(side), len(self.durations) + self.discarded
        name, seconds = f"{self.bench.target.function}:{version}", self._patience.total_seconds()
        told = f"{name} did not answer within {seconds:.1f} s"
        evidence = {"metric": "probe", "version": version, "pairs": pairs}
        if side is Side.TARGET and pairs:
            longest = f"{milliseconds(self.longest):.0f} ms"
            before = f"{told}, where both versions together took at most {longest} before"
            return Finding(Outcome.FAIL, before, evidence)
        todo = "raise the check's timeout_seconds, or give a payload that is answered sooner"
        return Finding(Outcome.INCONCLUSIVE, f"{told}; {todo}", evidence)

    def _version(self, side: Side) -> str:
        target = self.bench.target
        return target.current_version if side is Side.CURRENT else target.target_version

    def _evidence(self, side: Side, answer: Answer) -> dict[str, object]:
        return {
            "metric": "probe",
            "version": self._version(side),
            "executed_version": answer.executed_version,
            "function_error": answer.error,
            **kept(answer.payload),
        }
