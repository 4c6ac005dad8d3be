"""The target version against the current one, over the minutes in which both had live traffic."""

from collections.abc import Mapping
from datetime import datetime

from steward.aws.metric_series import UnreadableSeries
from steward.aws.version_metrics import WHOLE_ALIAS, Traffic
from steward.domain.rollouts.comparing.durations import compare_durations
from steward.domain.rollouts.comparing.errors import compare_errors
from steward.domain.rollouts.config_checks import CompareCheck
from steward.domain.rollouts.results import Evidence, Finding, Outcome, Phase
from steward.domain.rollouts.windows import Minutes, Series, common_minutes, shift_minutes
from steward.workflows.rollouts.bench import CheckBench, ShiftWindow
from steward.workflows.rollouts.checks.compare_arms import (
    alias_metrics,
    duration_rule,
    error_arm,
    error_rule,
    require_counts,
    slow_arm,
)
from steward.workflows.rollouts.checks.compare_past import compare_with_past

type _Invocations = Mapping[str, Series]


def check_compare(check: CompareCheck, bench: CheckBench) -> Finding:
    """Compare errors or durations of the two versions. Raise NotAllowed."""
    if bench.phase is Phase.PRE:
        return Finding(Outcome.SKIPPED, "no traffic has shifted yet, so there is none to compare")
    if bench.window is None:
        return _undecided("CodeDeploy does not say when traffic shifted")
    try:
        return _compare(check, bench, bench.window)
    except UnreadableSeries as error:
        return _undecided(str(error))


def _compare(check: CompareCheck, bench: CheckBench, shift: ShiftWindow) -> Finding:
    minutes = shift_minutes(shift.started_at, shift.ended_at or bench.clock())
    if minutes.is_empty or not bench.target.current_version:
        return _alone(check, bench, shift, "both versions never shared a whole minute of traffic")
    if check.metric == "errors":
        return _errors(check, bench, shift, minutes)
    return _durations(check, bench, shift, minutes)


def _errors(
    check: CompareCheck, bench: CheckBench, shift: ShiftWindow, minutes: Minutes
) -> Finding:
    target, current = bench.target.target_version, bench.target.current_version
    found = alias_metrics(bench).traffic((target, current, WHOLE_ALIAS), minutes)
    invocations = {version: traffic.invocations for version, traffic in found.items()}
    unusual = _unusual(check, bench, shift, invocations)
    if unusual:
        return unusual
    shared = _shared(invocations, target, current)
    finding = compare_errors(
        error_arm(found[target], shared or found[target].invocations),
        error_arm(found[current], shared or found[current].invocations),
        error_rule(check),
        [(error_arm(found[target], (at,)), error_arm(found[current], (at,))) for at in shared],
    )
    throttles = _throttles(found)
    return _with_evidence(finding, bench, minutes, shared, {"throttles_of_alias": throttles})


def _durations(
    check: CompareCheck, bench: CheckBench, shift: ShiftWindow, minutes: Minutes
) -> Finding:
    target, current = bench.target.target_version, bench.target.current_version
    metrics = alias_metrics(bench)
    found = metrics.durations((target, current, WHOLE_ALIAS), minutes, check.quantile)
    samples = {version: durations.samples for version, durations in found.items()}
    unusual = _unusual(check, bench, shift, samples)
    if unusual:
        return unusual
    shared = _shared(samples, target, current)
    threshold = found[current].quantile_ms or 0.0
    slow = metrics.slow((target, current), minutes, threshold) if shared else {}
    if shared:
        require_counts(slow.values(), threshold)
    finding = compare_durations(
        slow_arm(found[target], slow.get(target, {}), shared or samples[target]),
        slow_arm(found[current], slow.get(current, {}), shared or samples[current]),
        duration_rule(check),
        [
            (
                slow_arm(found[target], slow[target], (at,)),
                slow_arm(found[current], slow[current], (at,)),
            )
            for at in shared
        ],
    )
    return _with_evidence(finding, bench, minutes, shared, {"threshold_ms": threshold})


def _unusual(
    check: CompareCheck, bench: CheckBench, shift: ShiftWindow, counts: _Invocations
) -> Finding | None:
    """What there is to say where the two versions cannot be compared with each other."""
    target, current = bench.target.target_version, bench.target.current_version
    alias = f"{bench.target.function}:{bench.target.alias}"
    has = {version: any(value > 0 for value in one.values()) for version, one in counts.items()}
    if has[WHOLE_ALIAS] and not has[target] and not has[current]:
        return _undecided(
            f"CloudWatch has data of {alias}, but none of versions {target} and {current} by the "
            "dimension ExecutedVersion, so their traffic cannot be told apart"
        )
    if has[target] and not has[current]:
        return _alone(check, bench, shift, f"version {current} had no traffic while it shifted")
    if has[target] and has[current] and not _shared(counts, target, current):
        return _undecided(
            f"versions {target} and {current} of {alias} had traffic, but never in the same minute"
        )
    return None


def _alone(check: CompareCheck, bench: CheckBench, shift: ShiftWindow, why: str) -> Finding:
    """While traffic shifts, the other version may still have some; afterwards it will not."""
    if bench.phase is Phase.SHIFT:
        return _undecided(f"{why} so far")
    return compare_with_past(check, bench, shift, why)


def _shared(counts: _Invocations, target: str, current: str) -> tuple[datetime, ...]:
    return common_minutes(counts[target], counts[current])


def _throttles(found: Mapping[str, Traffic]) -> float:
    return sum(found[WHOLE_ALIAS].throttles.values())


def _with_evidence(
    finding: Finding,
    bench: CheckBench,
    minutes: Minutes,
    shared: tuple[datetime, ...],
    more: Evidence,
) -> Finding:
    evidence = {
        "baseline": "current version",
        "target_version": bench.target.target_version,
        "current_version": bench.target.current_version,
        "window": minutes.written(),
        "shared_minutes": len(shared),
    }
    return Finding(finding.outcome, finding.reason, {**evidence, **more, **finding.evidence})


def _undecided(reason: str) -> Finding:
    return Finding(Outcome.INCONCLUSIVE, reason)
