"""What `steward report runtimes` says, as the JSON document it prints.

docs/guide/cli.md describes it, and docs/guide/runtimes.md its `overview`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from steward.domain.runtimes.reporting.overview import Overview
from steward_cli.ages import short_age
from steward_cli.plan_report import Part
from steward_cli.reports.linking import PageLink

OLD_AFTER = timedelta(hours=48)


class RuntimesReport(Part):
    """`whole`: all account regions were covered, and the scan was finished when it was written.

    `saved`: the files that `--out` wrote. `link`: what `--link` made; else null.
    """

    format: Literal["steward.report.runtimes/1"] = "steward.report.runtimes/1"
    at: datetime
    whole: bool
    warnings: tuple[str, ...]
    overview: Overview
    saved: tuple[str, ...] = ()
    link: PageLink | None = None


def is_whole(overview: Overview) -> bool:
    """Whether nothing is missing from the report."""
    coverage = overview.coverage
    return coverage.covered >= coverage.total and not coverage.partial


def warnings_of(overview: Overview, now: datetime) -> Iterator[str]:
    """Why the report says less than it seems to, or what is no longer so."""
    coverage = overview.coverage
    if now - overview.scanned_at > OLD_AFTER:
        age = short_age(overview.scanned_at, now)
        yield (
            f"this report is {age} old; ask for a scan with `steward report runtimes --now`, and "
            "see why the daily one does not run"
        )
    if coverage.partial:
        yield "this report is partial: it was written before all units of its scan were read"
    if coverage.covered < coverage.total:
        yield (
            f"this report is not whole: {coverage.covered} of {coverage.total} account regions "
            "are covered"
        )
