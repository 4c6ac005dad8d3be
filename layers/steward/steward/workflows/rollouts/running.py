"""Running the checks of a phase: side by side, each with its own limit, and none that can raise."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, assert_never

from pydantic import TypeAdapter

from steward.domain.one_line import one_line
from steward.domain.rollouts.config_checks import (
    AlarmsCheck,
    AnyCheck,
    CompareCheck,
    ConfigCheck,
    InvokeCheck,
    MetricCheck,
    ProbeCheck,
)
from steward.domain.rollouts.results import CheckMode, CheckResult, Evidence, Finding, Outcome
from steward.observability import logger
from steward.workflows.rollouts.bench import CheckBench
from steward.workflows.rollouts.bounded import Started, TookTooLong

# A check that waits for its deadline has so much longer to say so itself.
_LAST_WORD = timedelta(seconds=1)
_LONGEST_REASON = 2_000


def run_checks(
    checks: Mapping[str, AnyCheck],
    mode: CheckMode,
    bench: CheckBench,
    settle: timedelta = timedelta(),
) -> tuple[CheckResult, ...]:
    """The result of every check that is enabled, in their order.

    `mode` holds for checks without one of their own. Nothing starts before `settle` is over: what
    CloudWatch counts comes late.
    """
    enabled = {name: check for name, check in checks.items() if check.enabled}
    if enabled and settle > timedelta():
        bench.sleep(settle.total_seconds())
    running = [_Running(name, check, check.mode or mode, bench) for name, check in enabled.items()]
    return tuple(each.result() for each in running)


class _Running:
    """One check under way."""

    def __init__(self, name: str, check: AnyCheck, mode: CheckMode, bench: CheckBench) -> None:
        self._name, self._check, self._mode, self._clock = name, check, mode, bench.clock
        self._started_at = bench.clock()
        timeout = timedelta(seconds=check.timeout_seconds)
        self._limit = min(timeout, bench.deadline - self._started_at)
        own = replace(bench, deadline=self._started_at + self._limit)
        self._call = (
            Started(name, lambda: _timed(check, own)) if self._limit > timedelta() else None
        )

    def result(self) -> CheckResult:
        finding, took = self._finding()
        return CheckResult(
            name=self._name,
            type=self._check.type,
            mode=self._mode,
            outcome=finding.outcome,
            reason=one_line(finding.reason, _LONGEST_REASON),
            evidence=finding.evidence,
            started_at=self._started_at,
            took=took,
            fails=_fails(self._check, finding.outcome),
        )

    def _finding(self) -> tuple[Finding, timedelta]:
        if self._call is None:
            return Finding(
                Outcome.ERROR, "the time of this phase was over before it began"
            ), timedelta()
        try:
            finding, ended_at = self._call.answer(self._limit + _LAST_WORD)
            return finding, ended_at - self._started_at
        except TookTooLong:
            reason = f"took longer than {self._limit.total_seconds():g} s"
            return Finding(Outcome.ERROR, reason), self._limit
        # SystemExit too: what one check meets must neither end nor decide the others.
        except BaseException as error:
            logger.warning("check failed", check=self._name, exc_info=error)
            return _broken(error), max(timedelta(), self._clock() - self._started_at)


def _timed(check: AnyCheck, bench: CheckBench) -> tuple[Finding, datetime]:
    found = _found(check, bench)
    return replace(found, evidence=_plain(found.evidence)), bench.clock()


def _found(check: AnyCheck, bench: CheckBench) -> Finding:
    """Each type is imported when it is needed: most hooks need three of them."""
    match check:
        case InvokeCheck():
            from steward.workflows.rollouts.checks.invoke import check_invoke

            return check_invoke(check, bench)
        case ConfigCheck():
            from steward.workflows.rollouts.checks.config import check_config

            return check_config(check, bench)
        case AlarmsCheck():
            from steward.workflows.rollouts.checks.alarms import check_alarms

            return check_alarms(check, bench)
        case MetricCheck():
            from steward.workflows.rollouts.checks.metric import check_metric

            return check_metric(check, bench)
        case CompareCheck():
            from steward.workflows.rollouts.checks.compare import check_compare

            return check_compare(check, bench)
        case ProbeCheck():
            from steward.workflows.rollouts.checks.probe import check_probe

            return check_probe(check, bench)
        case _:
            assert_never(check)


def _broken(error: BaseException) -> Finding:
    name = type(error).__name__
    return Finding(Outcome.ERROR, f"{name}: {error}".rstrip(": "), {"error": name})


def _fails(check: AnyCheck, outcome: Outcome) -> bool:
    match outcome:
        case Outcome.FAIL:
            return True
        case Outcome.ERROR:
            return check.fail_on_error
        case Outcome.INCONCLUSIVE:
            return check.fail_on_inconclusive
        case Outcome.PASS | Outcome.SKIPPED:
            return False
        case _:
            assert_never(outcome)


@cache
def _values() -> TypeAdapter[Any]:
    return TypeAdapter(Any)


def _plain(evidence: Evidence) -> Evidence:
    """Evidence as JSON values only, so that the record is what the check saw and can be read."""
    plain = _values().dump_python(dict(evidence), mode="json", fallback=str)
    return plain if isinstance(plain, dict) else {"evidence": str(plain)}
