"""What one version did, from CloudWatch's counts; and the rules that a check declares for it."""

from collections.abc import Iterable
from datetime import datetime

from steward.aws.metric_series import UnreadableSeries
from steward.aws.version_metrics import AliasMetrics, Durations, Traffic
from steward.domain.rollouts.comparing.durations import DurationRule, SlowArm
from steward.domain.rollouts.comparing.errors import Arm, ErrorRule
from steward.domain.rollouts.config_checks import CompareCheck
from steward.domain.rollouts.windows import Series, total
from steward.workflows.rollouts.bench import CheckBench


def alias_metrics(bench: CheckBench) -> AliasMetrics:
    """The metrics of what the bench's deployment shifts."""
    return AliasMetrics(bench.clients.cloudwatch(), bench.target.function, bench.target.alias)


def error_rule(check: CompareCheck) -> ErrorRule:
    """What the check declares of errors."""
    return ErrorRule(check.alpha, check.min_delta, check.min_events, check.min_samples)


def duration_rule(check: CompareCheck) -> DurationRule:
    """What the check declares of durations."""
    return DurationRule(
        alpha=check.alpha,
        min_ratio=check.min_ratio,
        min_delta_ms=check.min_delta_ms,
        min_samples=check.min_samples,
        quantile=check.quantile,
    )


def error_arm(traffic: Traffic, minutes: Iterable[datetime]) -> Arm:
    """Where there were invocations, errors that are missing are none.

    The two metrics are not written at one instant, so for a moment errors may outnumber them.
    """
    counted = tuple(minutes)
    invocations = total(traffic.invocations, counted)
    return Arm(invocations, min(total(traffic.errors, counted), invocations))


def slow_arm(durations: Durations, slow: Series, minutes: Iterable[datetime]) -> SlowArm:
    """`slow`: invocations a minute above the threshold. Raise UnreadableSeries."""
    counted = tuple(minutes)
    samples = total(durations.samples, counted)
    if samples and durations.quantile_ms is None:
        raise UnreadableSeries(
            f"CloudWatch counts {samples} durations of a version but gives no quantile of them"
        )
    return SlowArm(samples, min(total(slow, counted), samples), durations.quantile_ms or 0.0)


def require_counts(counts: Iterable[Series], threshold_ms: float) -> None:
    """Raise UnreadableSeries when no version has any: the threshold is a quantile of one of them,
    so some invocations are above it, and CloudWatch does not count them here."""
    if not any(counts):
        raise UnreadableSeries(
            f"CloudWatch gives no trimmed count, TC({threshold_ms:g}:), of any version's Duration, "
            "so slow invocations cannot be counted"
        )
