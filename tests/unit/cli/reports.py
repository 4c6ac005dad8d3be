"""Reports on runtimes for tests: sane defaults, and keywords for what a test is about."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.reconciliation import Outcome
from steward.domain.runtimes.reporting.overview import CoverageBox, Overview, WorkItem
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.states import RuntimeState

SCANNED = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SCAN = "20261123T050000Z"
BLOCK = date(2027, 2, 1)


def make_row(name: str = "orders-api", **overrides: Any) -> ReportedFunction:
    row = ReportedFunction(
        account_id="222222222222",
        account_name="payments-dev",
        region="eu-west-1",
        name=name,
        runtime_id="python3.9",
        bucket=Bucket.AFFECTED,
        state=RuntimeState.DEPRECATED,
        reason="python3.9 is deprecated since 2025-12-15; create block on 2027-02-01, in 70 days",
        milestone=Milestone.CREATE_BLOCK,
        day=BLOCK,
        level=Level.CRITICAL,
        severity_reason="python3.9 is deprecated since 2025-12-15",
        outcome=Outcome.OPEN,
        owner="payments@example.com",
        owned=True,
        stack="orders",
        smallest="python3.12",
        latest="python3.14",
    )
    return row.model_copy(update=overrides)


def make_item(place: str = "orders", **overrides: Any) -> WorkItem:
    item = WorkItem(
        group=f"payments@example.com|application|{place}",
        owner="payments@example.com",
        origin="application",
        place=place,
        milestone=Milestone.CREATE_BLOCK,
        day=BLOCK,
        days_left=70,
        level=Level.CRITICAL,
        functions=1,
        versions=0,
        units=("222222222222/eu-west-1",),
        runtimes=("python3.9",),
        targets=("python3.12",),
        remedy=f"change python3.9 to python3.12 in stack {place}",
    )
    return item.model_copy(update=overrides)


def make_coverage(**overrides: Any) -> CoverageBox:
    return CoverageBox(covered=2, total=2, live=1).model_copy(update=overrides)


def make_overview(**overrides: Any) -> Overview:
    overview = Overview(
        scan_id=SCAN,
        scanned_at=SCANNED,
        written_at=SCANNED,
        today=SCANNED.date(),
        why="the daily schedule",
        headline="1 function affected in 2 of 2 account regions",
        coverage=make_coverage(),
        total=1,
        buckets={"affected": 1},
        states={"DEPRECATED": 1},
        levels={"CRITICAL": 1},
        versions={},
        work=(make_item(),),
    )
    return overview.model_copy(update=overrides)


def report_json(overview: Overview, rows: Iterable[ReportedFunction]) -> bytes:
    """`runtimes.json` as the hub lays it out: its head, then a line for each function."""
    lines = ",\n".join(row.model_dump_json() for row in rows)
    return f'{{"overview": {overview.model_dump_json()},\n"functions": [{lines}]}}\n'.encode()


def as_value(overview: Overview) -> Any:
    return json.loads(overview.model_dump_json())
