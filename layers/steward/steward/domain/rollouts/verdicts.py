"""From what checks found to what CodeDeploy is told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from steward.domain.instants import iso
from steward.domain.rollouts.override import Override
from steward.domain.rollouts.results import (
    Cause,
    CheckMode,
    CheckResult,
    Outcome,
    Phase,
    Status,
    Verdict,
)

_TELLING_ALL = ("failed", "rolled_back", "overridden", "stuck")
_ORDER = (Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.SKIPPED)
_WORDS = {
    Outcome.PASS: "passed",
    Outcome.FAIL: "failed",
    Outcome.ERROR: "could not be carried out",
    Outcome.INCONCLUSIVE: "inconclusive",
    Outcome.SKIPPED: "skipped",
}


def judge(
    deployment_id: str,
    phase: Phase,
    results: Sequence[CheckResult],
    *,
    mode: CheckMode,
    decided_at: datetime,
    configuration: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    owner: tuple[str, ...] = (),
    notify: tuple[str, ...] = _TELLING_ALL,
    override: Override | None = None,
) -> Verdict:
    """The verdict on a phase: each result has its own mode, and only an enforced one fails it.

    `mode` is the phase's, for the record.
    """
    status, cause, reason = _decided(results, override)
    return Verdict(
        deployment_id=deployment_id,
        phase=phase,
        status=status,
        cause=cause,
        reason=reason,
        decided_at=decided_at,
        results=tuple(results),
        configuration=configuration,
        notes=notes,
        mode=mode,
        owner=owner,
        notify=notify,
    )


def let_through(verdict: Verdict, override: Override) -> Verdict:
    """The verdict under an override: a Failed one passes, and says what it would have been."""
    if verdict.status is Status.SUCCEEDED:
        return verdict
    reason = f"let through by {said_of(override)}; else it would have failed: {verdict.reason}"
    return replace(verdict, status=Status.SUCCEEDED, cause=Cause.OVERRIDE, reason=reason)


def said_of(override: Override) -> str:
    """Who lets deployments through, until when and why."""
    return f"the override of {override.by} until {iso(override.until)} ({override.reason})"


def _decided(
    results: Sequence[CheckResult], override: Override | None
) -> tuple[Status, Cause, str]:
    failing = [each for each in results if each.fails and each.mode is CheckMode.ENFORCE]
    observed = [each for each in results if each.fails and each.mode is CheckMode.OBSERVE]
    if override is not None:
        against = _against(failing, results, "would have failed")
        return Status.SUCCEEDED, Cause.OVERRIDE, f"let through by {said_of(override)}; {against}"
    if failing:
        return Status.FAILED, Cause.CHECKS, _against(failing, results, "failed")
    if observed:
        would = _against(observed, results, "would have failed the deployment")
        return Status.SUCCEEDED, Cause.CHECKS, f"only observed: {would}"
    return Status.SUCCEEDED, Cause.CHECKS, _counted(results)


def _against(failing: Sequence[CheckResult], results: Sequence[CheckResult], did: str) -> str:
    if not failing:
        return _counted(results)
    each = "; ".join(f"{_named(result)}: {result.reason}" for result in failing)
    return f"{len(failing)} of {_checks(len(results))} {did}: {each}"


def _named(result: CheckResult) -> str:
    if result.outcome is Outcome.FAIL:
        return result.name
    return f"{result.name} ({_WORDS[result.outcome]})"


def _counted(results: Sequence[CheckResult]) -> str:
    """Say what did not pass too: a phase in which nothing was decided is not a healthy one."""
    if not results:
        return "this phase has no checks"
    counts = Counter(result.outcome for result in results)
    if counts[Outcome.PASS] == len(results):
        one = len(results) == 1
        return (
            f"the only check passed: {_reasons(results)}"
            if one
            else f"all {len(results)} checks passed"
        )
    said = ", ".join(f"{counts[each]} {_WORDS[each]}" for each in _ORDER if counts[each])
    others = [result for result in results if result.outcome is not Outcome.PASS]
    return f"of {_checks(len(results))}: {said}: {_reasons(others)}"


def _reasons(results: Sequence[CheckResult]) -> str:
    return "; ".join(f"{result.name}: {result.reason}" for result in results)


def _checks(number: int) -> str:
    return "1 check" if number == 1 else f"{number} checks"
