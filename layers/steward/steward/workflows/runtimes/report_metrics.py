"""The metrics of a report: by state, by owner, and for the whole."""

from aws_lambda_powertools import single_metric
from aws_lambda_powertools.metrics import MetricUnit

from steward.domain.runtimes.reporting.assembled import open_by_owner
from steward.domain.runtimes.reporting.overview import Overview
from steward.domain.runtimes.reporting.summary import Summary
from steward.observability import metrics

# Every value of a dimension is a metric of its own, and is charged as one.
MOST_OWNERS = 50


def count_report(overview: Overview, summary: Summary) -> None:
    """Publish the counts of one report."""
    box = overview.coverage
    totals = {
        "RuntimeReportsWritten": 1,
        "RuntimeUnitsCovered": box.covered,
        "RuntimeUnitsPlanned": box.total,
        "UnknownRuntimes": len(summary.unknown),
        "UnownedFunctions": overview.unowned,
        "RuntimeRegressions": overview.regressed,
    }
    for name, value in totals.items():
        metrics.add_metric(name, MetricUnit.Count, value)
    for owner, functions in open_by_owner(overview, MOST_OWNERS).items():
        _count("FunctionsAffected", "Owner", owner, functions)
    for state, functions in sorted(overview.states.items()):
        _count("FunctionsByState", "State", state, functions)


def _count(name: str, dimension: str, value: str, count: int) -> None:
    """A dimension holds ASCII only. "Dimension", Amazon CloudWatch API Reference."""
    shown = value.encode("ascii", "backslashreplace").decode()[:250]
    with single_metric(name, MetricUnit.Count, count, namespace=metrics.namespace) as metric:
        metric.add_dimension(dimension, shown)
