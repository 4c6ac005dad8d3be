"""What only Lambda itself shows, one day in seven, stays in the reports of the other days; and how
a report words what is no plain function."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from functions.runtime_report import app
from steward.domain.runtimes.inventory import Capability, CapabilityName
from steward.domain.runtimes.plans import SourceAge
from steward.domain.runtimes.reporting.overview import Overview
from steward.domain.runtimes.results import Canary
from tests.factories import UNIT
from tests.integration.functions.hub import Hub
from tests.integration.functions.runtime_reports import (
    DAY,
    SCANNED_AT,
    ReportHub,
    open_report_hub,
    row,
    scan_at,
)

HELD = "arn:aws:lambda:eu-west-1::runtime:0123"


@pytest.fixture
def reports(hub: Hub) -> ReportHub:
    return open_report_hub(hub, app)


def reported(reports: ReportHub, day: int, pinned: str = "", **header: Any) -> Overview:
    """The report of a day on which the worker left one function."""
    scan = scan_at(SCANNED_AT + day * DAY)
    reports.hub.clock = scan.scanned_at + timedelta(minutes=5)
    reports.plan(scan, UNIT)
    found = row("fine", "python3.14", today=scan.scanned_at.date())
    reports.leave(scan, UNIT, [found.model_copy(update={"pinned": pinned})], **header)
    assert reports.report(scan) == []
    return reports.overview(scan)


def live_facts(overview: Overview) -> Mapping[str, object]:
    return {
        "pinned": overview.pinned,
        "versions": overview.versions["read"],
        "canaries": [each.name for each in overview.canaries],
    }


def test_what_lambda_showed_stays_until_it_is_read_again(reports: ReportHub) -> None:
    canary = Canary(name="checkout", runtime_version="syn-nodejs-puppeteer-9.1")
    first = reported(reports, 0, HELD, live=True, versions=12, canaries=(canary,))
    assert live_facts(first) == {"pinned": 1, "versions": 12, "canaries": ["checkout"]}
    assert live_facts(reported(reports, 1)) == live_facts(first)
    assert live_facts(reported(reports, 2)) == live_facts(first)
    released = reported(reports, 3, live=True, versions=3)
    assert live_facts(released) == {"pinned": 0, "versions": 3, "canaries": []}
    assert live_facts(reported(reports, 4)) == live_facts(released)


def test_the_function_itself_is_shown_as_pinned_on_every_day(reports: ReportHub) -> None:
    reported(reports, 0, HELD, live=True)
    reported(reports, 1)
    (function,) = reports.document(scan_at(SCANNED_AT + DAY))["functions"]
    assert function["pinned"] == HELD


def test_r10_a_work_item_of_versions_alone_says_that_they_cannot_be_changed(
    reports: ReportHub,
) -> None:
    rows = [row("orders", "python3.14"), row("orders", version="7")]
    (item,) = reports.scanned(SCANNED_AT, {UNIT: rows}).work
    assert (item.functions, item.versions) == (0, 1)
    assert item.remedy == (
        "publish new versions of the functions of orders, move to them what uses versions on "
        "python3.9, and delete those"
    )


def test_r13_a_customer_managed_runtime_is_none_that_the_table_lacks(reports: ReportHub) -> None:
    own = row("php", "custom").model_copy(update={"runtime_id": "custom-php83-stable-1"})
    overview = reports.scanned(SCANNED_AT, {UNIT: [own]})
    (line,) = [each for each in overview.runtimes if each.id == "custom-php83-stable-1"]
    assert line.state == "CUSTOM"
    assert "its publisher sets its dates" in line.note


def test_r2_a_runtimes_dates_name_who_says_them(reports: ReportHub) -> None:
    overview = reports.scanned(SCANNED_AT, {UNIT: [row()]})
    (line,) = [each for each in overview.runtimes if each.id == "python3.9"]
    assert line.update_block == date(2027, 3, 3)
    assert line.said_by["update block"] == "bundled table of 2026-08-22"


def test_a_source_that_was_renewed_during_the_scan_is_not_younger_than_now(
    reports: ReportHub,
) -> None:
    capability = Capability(CapabilityName.CONFIG, True)
    age = SourceAge(source="Config of a unit", age=timedelta(minutes=-9))
    overview = reports.scanned(SCANNED_AT, {UNIT: [row()]}, capabilities=(capability,), ages=(age,))
    ages = {each.name: each.age_hours for each in overview.coverage.sources}
    assert ages == {"Config aggregator": None, "Config of a unit": 0.0}
