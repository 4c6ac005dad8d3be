"""Close the books of earlier sweeps: count what was answered, and say what was not."""

from datetime import datetime

from aws_lambda_powertools.metrics import MetricUnit

from steward.domain.coverage import SweepCoverage, SweepState
from steward.ledger.ledger import Ledger
from steward.observability import logger, metrics

# Five days of hourly sweeps: a planner that was out of order for longer leaves the rest as it is.
_MOST_SWEEPS = 120
_MOST_UNITS_SAID = 20


def close_books(ledger: Ledger, now: datetime) -> tuple[SweepCoverage, ...]:
    """Close every sweep that is complete or out of time; return those that this call closed.

    Tell, then close: a crash tells twice; the other order may tell nobody.
    """
    ended = [
        coverage
        for coverage in ledger.open_sweeps(_MOST_SWEEPS)
        if coverage.state(now) is not SweepState.RUNNING
    ]
    for coverage in ended:
        _tell(coverage, now)
        ledger.close_sweep(coverage, now)
    return tuple(ended)


def summary(coverage: SweepCoverage, now: datetime) -> dict[str, object]:
    """What the planner answers about one sweep that it closed."""
    return {
        "sweep": coverage.sweep_id,
        "state": coverage.state(now),
        "planned": coverage.planned,
        "swept": coverage.swept,
        "unreachable": len(coverage.unreachable),
        "unanswered": len(coverage.unanswered),
        "coverage": coverage.sentence(now),
    }


def _tell(coverage: SweepCoverage, now: datetime) -> None:
    """An account may be out of reach for weeks, which is said but wakes nobody; a unit without an
    answer means that Steward itself did not do its job."""
    metrics.add_metric("UnitsSwept", MetricUnit.Count, coverage.swept)
    metrics.add_metric("UnitsUnreachable", MetricUnit.Count, len(coverage.unreachable))
    metrics.add_metric("UnitsUnanswered", MetricUnit.Count, len(coverage.unanswered))
    if coverage.unanswered or coverage.unreadable:
        metrics.add_metric("SweepsPartial", MetricUnit.Count, 1)
    tell = logger.info if coverage.whole else logger.warning
    tell(
        "sweep closed",
        sweep_id=coverage.sweep_id,
        state=coverage.state(now),
        coverage=coverage.sentence(now),
        unanswered=_named(coverage),
    )


def _named(coverage: SweepCoverage) -> list[str]:
    units = [
        f"{unit}: {coverage.failed[unit]}" if unit in coverage.failed else str(unit)
        for unit in sorted(coverage.unanswered)
    ]
    more = len(units) - _MOST_UNITS_SAID
    return units if more <= 0 else [*units[:_MOST_UNITS_SAID], f"{more} more"]
