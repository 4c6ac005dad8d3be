"""A metric of the workload's own choice, against bounds or against the same hours of the past."""

from datetime import timedelta

from steward.aws.errors import NotAllowed
from steward.aws.metric_series import (
    MOST_LISTED,
    SeriesQuery,
    UnreadableSeries,
    known_dimensions,
    read_series,
    written,
)
from steward.domain.rollouts.config_checks import MetricCheck
from steward.domain.rollouts.results import Evidence, Finding, Outcome
from steward.domain.rollouts.windows import (
    MINUTE,
    Minutes,
    Series,
    last_minutes,
    weighted_mean,
)
from steward.workflows.rollouts.bench import CheckBench

# "GetMetricData", Amazon CloudWatch API Reference: data a minute are kept for 15 days, data of
# five minutes for 63; an hour's room, since old ones are not dropped at the stroke of the clock.
_MINUTES_KEPT = timedelta(days=15) - timedelta(hours=1)
_FIVE_MINUTES = timedelta(minutes=5)


def check_metric(check: MetricCheck, bench: CheckBench) -> Finding:
    """The metric over the last whole minutes, against the check's bounds. Raise NotAllowed."""
    window = last_minutes(bench.clock(), check.window_minutes)
    try:
        value = _value(check, bench, window)
        if value is None:
            return _missing(check, bench, window)
        if check.compare_to_hours is None:
            return _bounded(check, value, _evidence(check, window, value))
        return _against_past(check, bench, window, value, check.compare_to_hours)
    except UnreadableSeries as error:
        return Finding(Outcome.INCONCLUSIVE, str(error), _evidence(check, window, None))


def _against_past(
    check: MetricCheck, bench: CheckBench, window: Minutes, value: float, hours: int
) -> Finding:
    past = window.earlier(timedelta(hours=hours))
    before = _value(check, bench, past)
    evidence = {
        **_evidence(check, window, value),
        "past_window": past.written(),
        "past_value": before,
    }
    if not before:
        had = "has no data" if before is None else "was 0"
        reason = (
            f"{_name(check)} is {value:g} and {had} {hours} hours earlier, so there is no ratio; "
            "choose other hours, or bounds of the value itself"
        )
        return Finding(Outcome.INCONCLUSIVE, reason, evidence)
    ratio = value / before
    told = f" times what it was {hours} hours earlier ({value:g} after {before:g})"
    return _bounded(check, ratio, {**evidence, "ratio": ratio}, told)


def _value(check: MetricCheck, bench: CheckBench, minutes: Minutes) -> float | None:
    """One number for the whole window; None where there are no data."""
    age = bench.clock() - minutes.start
    period = MINUTE if age < _MINUTES_KEPT else _FIVE_MINUTES
    match check.stat:
        case "Sum" | "SampleCount":
            found = _series(check, bench, minutes, check.stat, period)
            return sum(found.values()) if found else None
        case "Minimum":
            return min(_series(check, bench, minutes, check.stat, period).values(), default=None)
        case "Maximum":
            return max(_series(check, bench, minutes, check.stat, period).values(), default=None)
        case _:
            # Whole periods only: 7 minutes of old data are asked for as 10.
            return _mean(check, bench, minutes, -(-minutes.length // period) * period)


def _mean(
    check: MetricCheck, bench: CheckBench, minutes: Minutes, period: timedelta
) -> float | None:
    """Averages and percentiles cannot be added up: they are asked of the window as a whole, whose
    periods CloudWatch may still cut in two."""
    found = read_series(
        bench.clients.cloudwatch(),
        {stat: _query(check, stat, period) for stat in (check.stat, "SampleCount")},
        minutes,
    )
    return weighted_mean(found[check.stat], found["SampleCount"])


def _series(
    check: MetricCheck, bench: CheckBench, minutes: Minutes, stat: str, period: timedelta
) -> Series:
    asked = {stat: _query(check, stat, period)}
    return read_series(bench.clients.cloudwatch(), asked, minutes)[stat]


def _query(check: MetricCheck, stat: str, period: timedelta) -> SeriesQuery:
    return SeriesQuery(check.namespace, check.metric_name, check.dimensions, stat, period)


def _bounded(check: MetricCheck, observed: float, evidence: Evidence, told: str = "") -> Finding:
    said = f"{_name(check)} is {observed:g}{told}"
    if check.minimum is not None and observed < check.minimum:
        return Finding(Outcome.FAIL, f"{said}, below the minimum {check.minimum:g}", evidence)
    if check.maximum is not None and observed > check.maximum:
        return Finding(Outcome.FAIL, f"{said}, above the maximum {check.maximum:g}", evidence)
    return Finding(Outcome.PASS, f"{said}, within {_bounds(check)}", evidence)


def _bounds(check: MetricCheck) -> str:
    bounds = (
        f"at least {check.minimum:g}" if check.minimum is not None else "",
        f"at most {check.maximum:g}" if check.maximum is not None else "",
    )
    return " and ".join(filter(None, bounds))


def _missing(check: MetricCheck, bench: CheckBench, window: Minutes) -> Finding:
    last = f"in the last {check.window_minutes} minutes"
    reason = f"{_name(check)} has no data {last}; {_known(check, bench)}"
    return Finding(Outcome.INCONCLUSIVE, reason, _evidence(check, window, None))


def _known(check: MetricCheck, bench: CheckBench) -> str:
    """What the metric is known by: a dimension too many or too few finds nothing, silently."""
    try:
        known = known_dimensions(bench.clients.cloudwatch(), check.namespace, check.metric_name)
    except NotAllowed as error:
        return f"what dimensions it has cannot be listed: {error}"
    if not known:
        return f"CloudWatch knows no metric {check.metric_name} in {check.namespace} at all"
    if dict(check.dimensions) in [dict(each) for each in known]:
        return "CloudWatch knows it by these dimensions, so nothing was published"
    others = " (and maybe others)" if len(known) == MOST_LISTED else ""
    return f"CloudWatch knows it by {'; '.join(map(written, known))}{others}"


def _name(check: MetricCheck) -> str:
    return f"{check.stat} of {check.namespace} {check.metric_name} {written(check.dimensions)}"


def _evidence(check: MetricCheck, window: Minutes, value: float | None) -> dict[str, object]:
    return {
        "namespace": check.namespace,
        "metric": check.metric_name,
        "dimensions": dict(check.dimensions),
        "stat": check.stat,
        "window": window.written(),
        "value": value,
        "minimum": check.minimum,
        "maximum": check.maximum,
    }
