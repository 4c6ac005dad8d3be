"""A report of one scan: when it is written, what it holds, and that no function is missing."""

import json
from datetime import timedelta

import pytest

from functions.runtime_report import app
from steward.domain.runtimes.exceptions import GrantedException, ScopeKind
from steward.domain.runtimes.places import report_key, result_key
from steward.domain.runtimes.states import RuntimeState
from tests.factories import UNIT
from tests.integration.functions.hub import Hub
from tests.integration.functions.runtime_reports import (
    DAY,
    OTHER,
    SCANNED_AT,
    ReportHub,
    open_report_hub,
    row,
    scan_at,
)
from tests.integration.functions.samples import sample

SCAN = scan_at(SCANNED_AT)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
BUCKETS = {"fine", "affected", "excepted", "unknown", "image", "custom", "not covered"}


@pytest.fixture
def reports(hub: Hub) -> ReportHub:
    return open_report_hub(hub, app)


def excepted(**changes: object) -> GrantedException:
    facts = {
        "kind": ScopeKind.STACK,
        "scope": "billing",
        "runtime": "python3.9",
        "reason": "the vendor is late",
        "approver": "cto@example.com",
        "created": SCANNED_AT.date(),
        "expires": SCANNED_AT.date() + 60 * DAY,
        "granted_in": RuntimeState.DEPRECATED,
    }
    return GrantedException.model_validate(facts | changes)


def test_the_sample_message_writes_a_report(reports: ReportHub) -> None:
    reports.plan(SCAN, UNIT)
    reports.leave(SCAN, UNIT, [row()])
    assert reports.function(sample("runtime_report")) == {"batchItemFailures": []}
    assert reports.latest() == {
        "scan_id": "20261123T050000Z",
        "scanned_at": "2026-11-23T05:00:00Z",
        "written_at": "2026-11-23T05:05:00Z",
        "keys": {
            form: report_key(SCAN.scan_id, form) for form in ("csv", "json", "html", "overview")
        },
        "headline": "1 function affected in 1 of 1 account regions",
        "partial": False,
    }
    assert [each["name"] for each in reports.document(SCAN)["functions"]] == ["orders-get"]
    assert [each["name"] for each in reports.table(SCAN)] == ["orders-get"]
    assert b"orders-get" in reports.file(SCAN, "html")


def test_r14_every_function_is_in_exactly_one_bucket(reports: ReportHub) -> None:
    exception = excepted()
    reports.hub.ledger.save_exception(exception, "ops@example.com", SCANNED_AT)
    rows = [
        row("late"),
        row("fine", "python3.14"),
        row("new", "python9.9"),
        row("none", None),
        row("image", None, package_type="Image"),
        row("own", "custom"),
        row("billing-run", stack="billing", exceptions=[exception]),
        row("late", version="7"),
    ]
    overview = reports.scanned(SCANNED_AT, {UNIT: rows, OTHER: []})
    assert overview.buckets == {
        "fine": 1,
        "affected": 1,
        "excepted": 1,
        "unknown": 2,
        "image": 1,
        "custom": 1,
        "not covered": 0,
    }
    assert overview.total == 7
    assert overview.versions == {"read": 0, "ending": 1, "in use": 1}
    assert overview.headline == (
        "1 function affected in 2 of 2 account regions; 1 excepted; 2 unknown"
    )
    assert [(each.functions, each.holds) for each in overview.exceptions] == [(1, True)]


def test_units_that_are_not_done_are_waited_for(reports: ReportHub) -> None:
    reports.plan(SCAN, UNIT, OTHER)
    reports.leave(SCAN, UNIT, [row()])
    assert reports.report(SCAN, tries=2) == []
    assert reports.latest() == {}
    (sent,) = reports.hub.exchange.sent("SendMessage")
    assert json.loads(sent["MessageBody"])["tries"] == 3
    assert sent["DelaySeconds"] == 90


@pytest.mark.parametrize(
    ("after", "tries", "is_written"),
    [
        pytest.param(60 * MINUTE - SECOND, 0, False, id="a second before the hour"),
        pytest.param(60 * MINUTE, 0, True, id="exactly an hour"),
        pytest.param(MINUTE, 39, False, id="one try left"),
        pytest.param(MINUTE, 40, True, id="all tries"),
    ],
)
def test_after_an_hour_or_forty_tries_what_there_is_is_reported_as_partial(
    reports: ReportHub, after: timedelta, tries: int, is_written: bool
) -> None:
    reports.plan(SCAN, UNIT, OTHER)
    reports.leave(SCAN, UNIT, [row()])
    reports.hub.clock = SCANNED_AT + after
    assert reports.report(SCAN, tries=tries) == []
    assert (reports.latest() != {}) is is_written
    if is_written:
        overview = reports.overview(SCAN)
        assert overview.coverage.partial
        assert (overview.coverage.covered, overview.coverage.total) == (1, 2)
        (missing,) = overview.coverage.uncovered
        assert "not scanned in this scan" in missing.reason
        assert "dead-letter queue" in missing.reason
        assert "PARTIAL" in overview.headline
        assert reports.latest()["partial"]


def test_r3_none_affected_is_not_proven_where_something_was_not_covered(
    reports: ReportHub,
) -> None:
    reports.plan(SCAN, UNIT, OTHER)
    reports.leave(SCAN, UNIT, [row("fine", "python3.14")])
    reports.leave(SCAN, OTHER, covered=False, reason="denied; deploy the member roles")
    assert reports.report(SCAN) == []
    assert reports.overview(SCAN).headline == (
        "0 functions affected in 1 of 2 account regions; not proven for what was not covered"
    )


def test_functions_of_a_unit_that_is_not_covered_any_more_are_not_forgotten(
    reports: ReportHub,
) -> None:
    reports.scanned(
        SCANNED_AT, {UNIT: [row()], OTHER: [row("far", unit=OTHER), row("f2", "python3.14", OTHER)]}
    )
    later = scan_at(SCANNED_AT + DAY)
    reports.hub.clock = later.scanned_at + MINUTE
    reports.plan(later, UNIT, OTHER)
    reports.leave(later, UNIT, [row()])
    reports.leave(later, OTHER, covered=False, reason="denied; deploy the member roles")
    assert reports.report(later) == []
    overview = reports.overview(later)
    assert (overview.total, overview.buckets["not covered"], overview.buckets["affected"]) == (
        3,
        2,
        1,
    )
    (unit,) = overview.coverage.uncovered
    assert (unit.functions, unit.last_read, unit.reason) == (
        2,
        SCANNED_AT,
        "denied; deploy the member roles",
    )
    (far,) = [each for each in reports.table(later) if each["name"] == "far"]
    assert far["bucket"] == "not covered"
    assert "as of 2026-11-23" in far["reason"]


def test_a_scan_of_one_unit_reports_the_whole_organization(reports: ReportHub) -> None:
    reports.scanned(SCANNED_AT, {UNIT: [row()], OTHER: [row("far", unit=OTHER)]})
    overview = reports.scanned(SCANNED_AT + DAY, {OTHER: []}, full=False)
    assert (overview.coverage.covered, overview.coverage.total) == (2, 2)
    assert (overview.total, overview.buckets["affected"]) == (1, 1)


def test_a_first_scan_of_one_unit_does_not_pass_for_the_whole(reports: ReportHub) -> None:
    overview = reports.scanned(SCANNED_AT, {UNIT: [row()]}, full=False)
    assert any("never scanned" in problem for problem in overview.coverage.problems)


def test_a_unit_that_a_whole_scan_does_not_plan_any_more_is_gone(reports: ReportHub) -> None:
    reports.scanned(SCANNED_AT, {UNIT: [row()], OTHER: [row("far", unit=OTHER)]})
    reports.scanned(SCANNED_AT + DAY, {UNIT: [row()]})
    overview = reports.scanned(SCANNED_AT + DAY + 60 * MINUTE, {UNIT: []}, full=False)
    assert (overview.coverage.total, overview.total) == (1, 0)


def test_of_two_scans_the_newer_one_wins_unit_by_unit(reports: ReportHub) -> None:
    whole = scan_at(SCANNED_AT)
    reports.plan(whole, UNIT, OTHER)
    reports.leave(whole, UNIT, [row()])
    reports.scanned(SCANNED_AT + MINUTE, {UNIT: []}, full=False)
    reports.leave(whole, OTHER, [row("far", unit=OTHER)])
    assert reports.report(whole) == []
    overview = reports.overview(whole)
    assert (overview.total, overview.coverage.covered) == (1, 2)
    assert reports.latest()["scan_id"] == whole.scan_id


def test_a_scan_that_a_newer_whole_one_has_overtaken_is_not_reported(reports: ReportHub) -> None:
    old = scan_at(SCANNED_AT - 60 * MINUTE)
    reports.plan(old, UNIT)
    reports.leave(old, UNIT, [row()])
    reports.scanned(SCANNED_AT, {UNIT: []})
    assert reports.report(old) == []
    assert reports.latest()["scan_id"] == SCAN.scan_id
    assert reports.store.read(report_key(old.scan_id, "json")) is None


def test_a_message_that_comes_again_changes_nothing(reports: ReportHub) -> None:
    reports.scanned(SCANNED_AT, {UNIT: [row()]})
    before = reports.file(SCAN, "json")
    notices, snapshots = reports.hub.ledger.runtime_notices(), reports.hub.ledger.snapshots()
    reports.hub.exchange.calls.clear()
    reports.hub.clock += 10 * MINUTE
    assert reports.report(SCAN) == []
    assert reports.file(SCAN, "json") == before
    assert reports.hub.exchange.writes == []
    assert reports.hub.exchange.sent("PutObject") == []
    assert (reports.hub.ledger.runtime_notices(), reports.hub.ledger.snapshots()) == (
        notices,
        snapshots,
    )


def test_a_second_day_without_news_writes_nothing_to_the_ledger_but_what_days_change(
    reports: ReportHub,
) -> None:
    rows = {UNIT: [row()], OTHER: []}
    reports.scanned(SCANNED_AT, rows)
    reports.hub.exchange.calls.clear()
    reports.scanned(SCANNED_AT + DAY, rows)
    assert reports.hub.exchange.writes == []


def test_the_table_escapes_formulas_and_keeps_what_is_quoted(reports: ReportHub) -> None:
    wild = row("x", owner='=cmd("a, b")\nc', stack="-orders")
    reports.scanned(SCANNED_AT, {UNIT: [wild]})
    (line,) = reports.table(SCAN)
    assert (line["owner"], line["stack"]) == ('\'=cmd("a, b")\nc', "'-orders")
    assert reports.file(SCAN, "csv").count(b"\r\n") == 2


BROKEN = [
    pytest.param(["{"], 1, "cannot be read", id="header is no JSON"),
    pytest.param([], 1, "it is empty", id="empty file"),
    pytest.param(['{"scan_id": "x"}'], 1, "Field required", id="header says too little"),
]


@pytest.mark.parametrize(("lines", "uncovered", "says"), BROKEN)
def test_a_result_that_cannot_be_read_is_one_unit_that_is_not_covered(
    reports: ReportHub, lines: list[str], uncovered: int, says: str
) -> None:
    reports.plan(SCAN, UNIT, OTHER)
    reports.leave(SCAN, UNIT, [row()])
    reports.put(SCAN, OTHER, lines)
    assert reports.report(SCAN) == []
    overview = reports.overview(SCAN)
    assert len(overview.coverage.uncovered) == uncovered
    assert says in overview.coverage.uncovered[0].reason
    assert overview.buckets["affected"] == 1


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("{", id="no JSON"),
        pytest.param('{"name": "x"}', id="too little"),
        pytest.param("", id="empty"),
    ],
)
def test_a_line_that_cannot_be_read_is_one_function_that_is_not_covered(
    reports: ReportHub, line: str
) -> None:
    reports.plan(SCAN, UNIT)
    reports.leave(SCAN, UNIT, [row(), row("lost")])
    header, first, _lost = reports.store.lines(result_key(SCAN.scan_id, UNIT))
    reports.put(SCAN, UNIT, [header, first, line])
    assert reports.report(SCAN) == []
    overview = reports.overview(SCAN)
    assert (overview.total, overview.buckets["not covered"]) == (2, 1)
    assert any("line 3" in problem for problem in overview.coverage.problems)


def test_a_file_that_breaks_off_loses_no_function(reports: ReportHub) -> None:
    rows = [row(f"f{number}") for number in range(50)]
    reports.plan(SCAN, UNIT)
    reports.leave(SCAN, UNIT, rows)
    key = result_key(SCAN.scan_id, UNIT)
    whole = reports.store.read(key) or b""
    reports.store.write(key, whole[: len(whole) * 2 // 3], "application/gzip")
    assert reports.report(SCAN) == []
    overview = reports.overview(SCAN)
    assert overview.total == sum(overview.buckets.values()) == 50
    assert overview.buckets["not covered"] > 0
    assert overview.headline.endswith("not covered")


def test_a_manifest_that_cannot_be_read_is_written_anew_and_said(reports: ReportHub) -> None:
    reports.store.write("inventory/manifest.json", b'{"units": 3}', "application/json")
    overview = reports.scanned(SCANNED_AT, {UNIT: [row()]})
    assert any("manifest.json cannot be read" in each for each in overview.coverage.problems)
    assert reports.scanned(SCANNED_AT + DAY, {UNIT: []}).coverage.problems == ()


@pytest.mark.parametrize(
    ("key", "body", "says"),
    [
        pytest.param("plan.json", None, "is not in the reports bucket", id="no plan"),
        pytest.param("plan.json", b"[]", "cannot be read", id="no such plan"),
        pytest.param("lifecycle.json", None, "is not in the reports bucket", id="no dates"),
        pytest.param("lifecycle.json", b'{"today": "x"}', "cannot be read", id="no such dates"),
    ],
)
def test_a_scan_without_its_documents_fails_with_what_to_do(
    reports: ReportHub, key: str, body: bytes | None, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    reports.plan(SCAN, UNIT)
    reports.leave(SCAN, UNIT, [row()])
    path = f"scans/{SCAN.scan_id}/{key}"
    if body is None:
        reports.store._client.delete_object(Bucket="steward-reports", Key=path)
    else:
        reports.store.write(path, body, "application/json")
    assert reports.report(SCAN) == ["0"]
    logged = caplog.text
    assert says in logged
    assert "start another one" in logged


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("{", id="no JSON"),
        pytest.param('{"scan": {}}', id="no scan"),
        pytest.param('{"scan": null, "more": 1}', id="another message"),
    ],
)
def test_a_message_of_another_shape_fails_alone(reports: ReportHub, body: str) -> None:
    reports.plan(SCAN, UNIT)
    reports.leave(SCAN, UNIT, [row()])
    good = json.dumps({"scan": SCAN.model_dump(mode="json")})
    answer = reports.function(reports.event(body, good))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert reports.latest() != {}


def test_a_scan_from_the_future_is_refused(reports: ReportHub) -> None:
    reports.plan(SCAN, UNIT)
    reports.hub.clock = SCANNED_AT - timedelta(minutes=15, seconds=1)
    assert reports.report(SCAN) == ["0"]
    reports.hub.clock = SCANNED_AT - timedelta(minutes=15)
    assert reports.report(SCAN) == []


def test_metrics_count_states_and_owners_and_lose_nobody(
    reports: ReportHub, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row(f"f{number}", owner=f"o{number}@example.com") for number in range(60)]
    rows += [row("nobodys", owned=False), row("new", "python9.9")]
    reports.scanned(SCANNED_AT, {UNIT: rows, OTHER: []})
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    owners = {each["Owner"]: each["FunctionsAffected"][0] for each in lines if "Owner" in each}
    assert len(owners) == 51
    assert sum(owners.values()) == 61
    assert owners["others"] == 11
    assert {each["State"] for each in lines if "State" in each} == {"DEPRECATED", "UNKNOWN"}
    (whole,) = [each for each in lines if "RuntimeReportsWritten" in each]
    assert (whole["RuntimeUnitsCovered"], whole["RuntimeUnitsPlanned"]) == ([2.0], [2.0])
    assert (whole["UnknownRuntimes"], whole["UnownedFunctions"]) == ([1.0], [1.0])


def test_all_missing_variables_are_named(
    reports: ReportHub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("REPORTS_BUCKET", "REPORT_DELAY_SECONDS"):
        monkeypatch.delenv(name)
    reports.function.restart()
    assert reports.report(SCAN) == ["0"]
    logged = caplog.text
    assert "REPORTS_BUCKET" in logged
    assert "REPORT_DELAY_SECONDS" in logged


def test_each_result_is_fetched_once_to_be_counted_and_written_down(reports: ReportHub) -> None:
    reports.plan(SCAN, UNIT, OTHER)
    reports.leave(SCAN, UNIT, [row()])
    reports.leave(SCAN, OTHER, [row("carts", unit=OTHER)])
    reports.report(SCAN)
    fetched = [params["Key"] for params in reports.hub.exchange.sent("GetObject")]
    for unit in (UNIT, OTHER):
        assert fetched.count(result_key(SCAN.scan_id, unit)) == 1
