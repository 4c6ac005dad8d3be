"""What the latest report on runtimes covers, or why nothing is known of it."""

from steward.domain.runtimes.reporting.overview import Overview
from steward_cli.coverage_report import RuntimeScan
from steward_cli.failures import Failure
from steward_cli.installation import Installation
from steward_cli.plan_report import NotRead
from steward_cli.reports.files import ReportFiles, latest_report


def runtime_scan(place: Installation) -> RuntimeScan:
    """Read it; a report that is not there or cannot be read hides no sweep."""
    try:
        report = latest_report(ReportFiles.of(place))
    except Failure as failure:
        return RuntimeScan(problem=str(failure))
    if report is None:
        return RuntimeScan(problem="no scan of functions has been reported yet")
    return _scan(report.overview)


def _scan(overview: Overview) -> RuntimeScan:
    coverage = overview.coverage
    uncovered = (
        NotRead(account_id=unit.account_id, region=unit.region, reason=unit.reason)
        for unit in coverage.uncovered
    )
    return RuntimeScan(
        scan_id=overview.scan_id,
        scanned_at=overview.scanned_at,
        covered=coverage.covered,
        total=coverage.total,
        partial=coverage.partial,
        uncovered=tuple(uncovered),
    )
