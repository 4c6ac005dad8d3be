"""What a report says of functions that are new on a runtime that ends, and whom it tells."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from functions.runtime_report import app
from steward.domain.outbox import NoticeState
from steward.domain.runtimes.claims import Claim, Speaker
from steward.domain.runtimes.exceptions import GrantedException, ScopeKind
from steward.domain.runtimes.findings import Bucket
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import RuntimeNotice, RuntimeNoticeKind
from steward.domain.runtimes.reporting.overview import RegressionLine
from steward.domain.runtimes.reporting.regressions import MOST_KEPT
from steward.domain.runtimes.results import ReportedFunction
from steward.domain.runtimes.states import RuntimeState
from steward.domain.stacks import Unit
from tests.factories import UNIT, make_policy
from tests.integration.functions.hub import Hub
from tests.integration.functions.runtime_reports import (
    DAY,
    FALLBACK,
    OTHER,
    OWNER,
    SCANNED_AT,
    TODAY,
    ReportHub,
    open_report_hub,
    row,
    scan_at,
)

KIND = RuntimeNoticeKind.REGRESSION
HOUR = timedelta(hours=1)
LATER = SCANNED_AT + DAY
EXCEPTION = GrantedException(
    kind=ScopeKind.STACK,
    scope="orders",
    runtime="python3.9",
    reason="the vendor is late",
    approver="cto@example.com",
    created=TODAY,
    expires=TODAY + 60 * DAY,
    granted_in=RuntimeState.DEPRECATED,
)


@pytest.fixture
def reports(hub: Hub) -> ReportHub:
    """A function is known on an old runtime."""
    reports = open_report_hub(hub, app)
    reports.scanned(SCANNED_AT, {UNIT: [found()], OTHER: []})
    return reports


def found(name: str = "orders-get", on: datetime = SCANNED_AT, **facts: Any) -> ReportedFunction:
    """A function whose finding the scan `on` opened."""
    at = facts.pop("seen", on)
    return row(name, today=at.date(), **facts).model_copy(update={"opened_on": on.date()})


def regressed(reports: ReportHub, at: datetime = LATER, **changes: Any) -> list[str]:
    """The names that the report of a scan with one new function says."""
    rows = [found(seen=at), found("orders-put", at)]
    overview = reports.scanned(at, {UNIT: rows, OTHER: []}, **changes)
    assert overview.regressed == len(overview.regressions)
    return [each.name for each in overview.regressions]


def test_r14_a_new_function_is_named_with_all_that_is_known(reports: ReportHub) -> None:
    rows = [found(seen=LATER), found("orders-put", LATER), found("tidy", LATER, owned=False)]
    overview = reports.scanned(LATER, {UNIT: rows, OTHER: []})
    assert overview.regressed == 2
    line = RegressionLine(
        account_id=UNIT.account_id,
        account_name="team-2",
        region=UNIT.region,
        name="orders-put",
        runtime="python3.9",
        owner=OWNER,
        stack="orders",
        read_before=TODAY,
    )
    assert overview.regressions == (line, line.model_copy(update={"name": "tidy", "owner": ""}))


def test_r14_the_page_tells_of_it_before_the_work(reports: ReportHub) -> None:
    assert b"New on a runtime that ends" not in reports.file(scan_at(SCANNED_AT), "html")
    regressed(reports)
    page = reports.file(scan_at(LATER), "html").decode()
    section = page.partition("New on a runtime that ends")[2].partition("</section>")[0]
    assert "orders-put" in section
    assert "orders-get" not in section
    assert page.index("New on a runtime that ends") < page.index('id="work-title"')


def test_r14_in_a_first_report_nothing_is_new(reports: ReportHub) -> None:
    unit = Unit("444444444444", "eu-west-1")
    rows = [found("orders-put", LATER, unit=unit)]
    overview = reports.scanned(LATER, {UNIT: [found(seen=LATER)], OTHER: [], unit: rows})
    assert (overview.regressed, overview.buckets[Bucket.AFFECTED]) == (0, 2)


def test_r14_it_is_new_for_a_day(reports: ReportHub) -> None:
    assert regressed(reports) == ["orders-put"]
    after = LATER + DAY
    rows = [found(seen=after), found("orders-put", LATER, seen=after)]
    assert reports.scanned(after, {UNIT: rows, OTHER: []}).regressed == 0


def test_r14_a_second_scan_of_a_day_finds_what_came_since_the_first(reports: ReportHub) -> None:
    reports.scanned(LATER, {UNIT: [found(seen=LATER)], OTHER: []})
    assert regressed(reports, LATER + HOUR) == ["orders-put"]
    assert regressed(reports, LATER + 2 * HOUR) == ["orders-put"]


def test_r14_what_came_while_its_account_could_not_be_read_is_new(reports: ReportHub) -> None:
    denied = scan_at(LATER)
    reports.hub.clock = LATER + HOUR
    reports.plan(denied, UNIT, OTHER)
    reports.leave(denied, UNIT, covered=False, reason="denied")
    reports.leave(denied, OTHER)
    assert reports.report(denied) == []
    assert reports.overview(denied).regressed == 0
    assert regressed(reports, LATER + DAY) == ["orders-put"]
    (line,) = reports.overview(scan_at(LATER + DAY)).regressions
    assert line.read_before == TODAY


def test_r14_a_scan_of_another_unit_takes_nothing_back(reports: ReportHub) -> None:
    assert regressed(reports) == ["orders-put"]
    event = reports.scanned(LATER + HOUR, {OTHER: []}, full=False)
    assert [each.name for each in event.regressions] == ["orders-put"]


def test_r14_what_grows_old_into_a_window_is_none(reports: ReportHub) -> None:
    windows = {"info": 60, "low": 50, "medium": 40, "high": 30, "block": 20}
    policy = make_policy(runtimes={"windows": windows})
    fingerprint = reports.put_in_force(policy)
    deprecated = date(2027, 3, 31)
    for left, expected in ((60, []), (59, ["orders-put"])):
        at = datetime.combine(deprecated - left * DAY, SCANNED_AT.time(), SCANNED_AT.tzinfo)
        rows = [found("orders-put", at, runtime_id="ruby3.3")]
        overview = reports.scanned(at, {UNIT: rows, OTHER: []}, policy=fingerprint)
        assert [each.name for each in overview.regressions] == expected


def test_r14_a_date_that_moves_makes_nothing_new(reports: ReportHub) -> None:
    claim = Claim(
        Speaker.OVERRIDE, "python3.14", Milestone.DEPRECATED, TODAY + 90 * DAY, LATER.date()
    )
    rows = [found("f", LATER).model_copy(update={"runtime_id": "python3.14"})]
    known = {"claims": (claim,), "known_since": {"python3.14": {"deprecated": LATER.date()}}}
    assert reports.scanned(LATER, {UNIT: rows, OTHER: []}, **known).regressed == 0
    since = {"python3.14": {"deprecated": TODAY}}
    again = {"claims": (claim,), "known_since": since}
    assert reports.scanned(LATER + HOUR, {UNIT: rows, OTHER: []}, **again).regressed == 1


def test_r14_all_are_counted_and_some_are_kept(
    reports: ReportHub, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [found(f"f-{number:03d}", LATER) for number in range(MOST_KEPT + 5)]
    overview = reports.scanned(LATER, {UNIT: rows, OTHER: []})
    assert (overview.regressed, len(overview.regressions)) == (MOST_KEPT + 5, MOST_KEPT)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    counted = [each["RuntimeRegressions"] for each in lines if "RuntimeRegressions" in each]
    assert counted[-1] == [MOST_KEPT + 5.0]


def told(reports: ReportHub) -> list[RuntimeNotice]:
    return sorted(reports.notices(KIND), key=lambda each: each.key)


def test_r14_an_owner_is_told_of_what_is_new_alone(reports: ReportHub) -> None:
    reports.mail_all(SCANNED_AT)
    regressed(reports)
    (notice,) = told(reports)
    assert (notice.group, notice.key) == (f"{OWNER}|application|orders", "regression|2026-11-24")
    assert (notice.owners, notice.audience) == ((OWNER,), "owner")
    assert notice.headline == "new on python3.9 since the last report"
    assert (notice.count, notice.functions) == (1, (f"orders-put (python3.9, {UNIT})",))
    assert (notice.milestone, notice.day) == (Milestone.CREATE_BLOCK, date(2027, 2, 1))
    # It is beside the stages: none is due, and none counts as told by it.
    assert notice.settles == ()
    assert [each.state for each in reports.notices()] == [NoticeState.SENT]


def test_r14_whom_nobody_owns_the_fallback_hears_of(reports: ReportHub) -> None:
    rows = [found("tidy", LATER, owner=FALLBACK, owned=False, stack="")]
    reports.scanned(LATER, {UNIT: rows, OTHER: []})
    assert [(each.owners, each.place) for each in told(reports)] == [
        ((FALLBACK,), f"{UNIT.account_id}/tidy")
    ]


def test_r14_a_group_is_told_once_a_day(reports: ReportHub) -> None:
    regressed(reports)
    reports.mail_all(LATER)
    regressed(reports, LATER + HOUR)
    assert [each.state for each in told(reports)] == [NoticeState.SENT]
    after = LATER + DAY
    reports.scanned(after, {UNIT: [found("orders-list", after)], OTHER: []})
    assert [each.key for each in told(reports)] == [
        "regression|2026-11-24",
        "regression|2026-11-25",
    ]


def test_r14_of_an_excepted_one_nobody_is_told(reports: ReportHub) -> None:
    rows = [found("orders-put", LATER, exceptions=[EXCEPTION])]
    overview = reports.scanned(LATER, {UNIT: rows, OTHER: []})
    assert (overview.buckets[Bucket.EXCEPTED], overview.regressed, told(reports)) == (1, 0, [])


def test_r14_what_was_changed_back_before_it_was_told_is_not_told(reports: ReportHub) -> None:
    regressed(reports)
    reports.scanned(LATER + HOUR, {UNIT: [row("orders-put", "python3.14")], OTHER: []})
    assert [each.state for each in told(reports)] == [NoticeState.CANCELLED]


def test_r14_one_that_waits_is_not_outdated_by_a_stage(reports: ReportHub) -> None:
    regressed(reports)
    after = LATER + 30 * DAY
    reports.scanned(after, {UNIT: [found(seen=after)], OTHER: []})
    assert [each.state for each in told(reports)] == [NoticeState.PENDING]
