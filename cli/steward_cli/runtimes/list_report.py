"""Functions of the latest report, as the JSON document of `steward runtimes list`.

docs/guide/cli.md describes it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.reporting.overview import CoverageBox
from steward.domain.runtimes.results import ReportedFunction
from steward_cli.plan_report import Part
from steward_cli.reports.document import is_whole
from steward_cli.reports.files import Report
from steward_cli.runtimes.filters import Filters, urgency


class FunctionList(Part):
    """`asked_for`: the filters. `fine_left_out`: functions they admit that need nothing."""

    format: Literal["steward.runtimes.list/1"] = "steward.runtimes.list/1"
    at: datetime
    scan_id: str
    scanned_at: datetime
    whole: bool
    asked_for: Mapping[str, tuple[str, ...]]
    total: int
    fine_left_out: int
    coverage: CoverageBox
    functions: tuple[ReportedFunction, ...]


def function_list(report: Report, filters: Filters, with_fine: bool, now: datetime) -> FunctionList:
    """The functions that `filters` admit, the most urgent first.

    Fine ones are only counted, unless they are asked for. None but those that are listed is kept.
    """
    overview = report.overview
    keep_fine = with_fine or Bucket.FINE in filters.buckets
    kept: list[ReportedFunction] = []
    fine = 0
    for row in report.functions():
        if not filters.admits(row):
            continue
        if row.bucket is Bucket.FINE and not keep_fine:
            fine += 1
        else:
            kept.append(row)
    return FunctionList(
        at=now,
        scan_id=overview.scan_id,
        scanned_at=overview.scanned_at,
        whole=is_whole(overview),
        asked_for=filters.written(),
        total=overview.total,
        fine_left_out=fine,
        coverage=overview.coverage,
        functions=tuple(sorted(kept, key=urgency)),
    )
