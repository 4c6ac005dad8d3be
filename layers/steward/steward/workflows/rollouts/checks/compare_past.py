"""The target version against the alias's own past, where no other version had traffic beside it.

Other hours have other traffic, so this decides nothing: it only says what it would say.
"""

from dataclasses import dataclass

from steward.aws.version_metrics import WHOLE_ALIAS, AliasMetrics
from steward.domain.rollouts.comparing.durations import compare_durations
from steward.domain.rollouts.comparing.errors import compare_errors
from steward.domain.rollouts.config_checks import CompareCheck
from steward.domain.rollouts.results import Finding, Outcome
from steward.domain.rollouts.windows import WEEK, Minutes, minutes_after, minutes_before
from steward.workflows.rollouts.bench import CheckBench, ShiftWindow
from steward.workflows.rollouts.checks.compare_arms import (
    alias_metrics,
    duration_rule,
    error_arm,
    error_rule,
    require_counts,
    slow_arm,
)


@dataclass(frozen=True, slots=True)
class _Side:
    """`version` may be WHOLE_ALIAS."""

    version: str
    minutes: Minutes


def compare_with_past(
    check: CompareCheck, bench: CheckBench, shift: ShiftWindow, why: str
) -> Finding:
    """Compare with as long a time just before the shift, and with the same minutes a week earlier.

    Worse than both is worth saying; never a failure. Raise UnreadableSeries, NotAllowed.
    """
    metrics = alias_metrics(bench)
    side = _since_shift(metrics, bench, shift)
    if side is None:
        return Finding(
            Outcome.INCONCLUSIVE,
            f"{why}, and version {bench.target.target_version} has had none since it has all",
            {"baseline": "historical"},
        )
    before = _Side(WHOLE_ALIAS, minutes_before(shift.started_at, side.minutes.length))
    week = _Side(WHOLE_ALIAS, side.minutes.earlier(WEEK))
    return _said(
        why, side, _against(check, metrics, side, before), _against(check, metrics, side, week)
    )


def _since_shift(metrics: AliasMetrics, bench: CheckBench, shift: ShiftWindow) -> _Side | None:
    """What the target version did since it had traffic; None where nothing of it is known.

    An alias that routes to one version may report no ExecutedVersion; all its traffic is that
    version's once the shift has ended.
    """
    since_start = minutes_after(shift.started_at, bench.clock())
    if since_start.is_empty:
        return None
    target = bench.target.target_version
    if _has_traffic(metrics, target, since_start):
        return _Side(target, since_start)
    if shift.ended_at is None:
        return None
    since_end = minutes_after(shift.ended_at, bench.clock())
    if since_end.is_empty or not _has_traffic(metrics, WHOLE_ALIAS, since_end):
        return None
    return _Side(WHOLE_ALIAS, since_end)


def _has_traffic(metrics: AliasMetrics, version: str, minutes: Minutes) -> bool:
    return any(metrics.traffic((version,), minutes)[version].invocations.values())


def _against(check: CompareCheck, metrics: AliasMetrics, side: _Side, past: _Side) -> Finding:
    if check.metric == "errors":
        return _errors(check, metrics, side, past)
    return _durations(check, metrics, side, past)


def _errors(check: CompareCheck, metrics: AliasMetrics, side: _Side, past: _Side) -> Finding:
    now = metrics.traffic((side.version,), side.minutes)[side.version]
    then = metrics.traffic((past.version,), past.minutes)[past.version]
    return compare_errors(
        error_arm(now, now.invocations), error_arm(then, then.invocations), error_rule(check)
    )


def _durations(check: CompareCheck, metrics: AliasMetrics, side: _Side, past: _Side) -> Finding:
    now = metrics.durations((side.version,), side.minutes, check.quantile)[side.version]
    then = metrics.durations((past.version,), past.minutes, check.quantile)[past.version]
    threshold = then.quantile_ms or 0.0
    slow_now = metrics.slow((side.version,), side.minutes, threshold)[side.version]
    slow_then = metrics.slow((past.version,), past.minutes, threshold)[past.version]
    if any(then.samples.values()):
        require_counts((slow_now, slow_then), threshold)
    return compare_durations(
        slow_arm(now, slow_now, now.samples),
        slow_arm(then, slow_then, then.samples),
        duration_rule(check),
    )


def _said(why: str, side: _Side, before: Finding, week: Finding) -> Finding:
    worse = before.outcome is Outcome.FAIL and week.outcome is Outcome.FAIL
    would = "it would fail against both" if worse else "it would not fail against both"
    reason = (
        f"{why}, so it is compared with the alias's past, which decides nothing; {would}. "
        f"Just before the shift: {before.reason}. A week earlier: {week.reason}"
    )
    evidence = {
        "baseline": "historical",
        "window": side.minutes.written(),
        "would_fail": worse,
        "before": {"outcome": before.outcome.value, **before.evidence},
        "week_earlier": {"outcome": week.outcome.value, **week.evidence},
    }
    return Finding(Outcome.INCONCLUSIVE, reason, evidence)
