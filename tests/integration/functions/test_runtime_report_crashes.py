"""A report that breaks off anywhere and is tried again comes to the same end."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from functions.runtime_report import app
from steward.domain.runtimes.places import LATEST_REPORT, MANIFEST, report_key
from tests.factories import UNIT
from tests.integration.digest_hub import aws
from tests.integration.functions.exchange import WRITES, Crash
from tests.integration.functions.hub import Hub
from tests.integration.functions.runtime_reports import (
    BUCKET,
    DAY,
    OTHER,
    OWNER,
    SCANNED_AT,
    TODAY,
    ReportHub,
    open_report_hub,
    row,
    scan_at,
)

LATER = scan_at(SCANNED_AT + 3 * DAY)
REPORT = [
    report_key(LATER.scan_id, form) for form in ("json", "csv", "html", "overview", "finished")
]
FILES = [MANIFEST, LATEST_REPORT, *REPORT]


@pytest.fixture
def reports(hub: Hub) -> ReportHub:
    """A first report, of which one notice was sent, and a second scan with all sorts of news."""
    reports = open_report_hub(hub, app)
    reports.scanned(SCANNED_AT, {UNIT: [row(), row("b", stack="billing")], OTHER: []})
    (told,) = [each for each in reports.notices() if each.place == "billing"]
    hub.ledger.record_news_sent(told, SCANNED_AT, {OWNER: "message-1"})
    today = TODAY + 3 * DAY
    reports.plan(LATER, UNIT, OTHER)
    rows = [row("b", stack="billing", today=today), row("new", "python9.9", today=today)]
    reports.leave(LATER, UNIT, rows)
    far = row("far", unit=OTHER, stack="x", today=today)
    reports.leave(LATER, OTHER, [far.model_copy(update={"opened_on": today})])
    hub.clock = LATER.scanned_at + timedelta(minutes=5)
    return reports


@dataclass
class State:
    """Ledger and bucket at one moment."""

    items: list[dict[str, Any]]
    files: dict[str, bytes | None]

    @classmethod
    def of(cls, reports: ReportHub) -> "State":
        ledger = reports.hub.ledger
        found = ledger.client.scan(TableName=ledger.name)["Items"]
        items = sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
        return cls(items, {key: reports.store.read(key) for key in FILES})

    def put_back(self, reports: ReportHub) -> None:
        ledger = reports.hub.ledger
        for item in State.of(reports).items:
            place = {"pk": item["pk"], "sk": item["sk"]}
            ledger.client.delete_item(TableName=ledger.name, Key=place)
        for item in self.items:
            ledger.client.put_item(TableName=ledger.name, Item=item)
        for key, body in self.files.items():
            if body is None:
                aws().client("s3").delete_object(Bucket=BUCKET, Key=key)
            else:
                reports.store.write(key, body, "application/json")
        reports.function.restart()


def writes_of(reports: ReportHub) -> list[tuple[str, int]]:
    """The writes of a report that nothing disturbs: each one's operation and number of its kind."""
    calls = reports.hub.exchange.calls
    calls.clear()
    assert reports.report(LATER) == []
    seen: Counter[str] = Counter()
    found = []
    for call in calls:
        if call.operation in {*WRITES, "PutObject"}:
            found.append((call.operation, seen[call.operation]))
            seen[call.operation] += 1
    return found


def crash() -> None:
    raise Crash


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_at_any_write_and_a_second_try_come_to_the_same_end(
    hub: Hub, reports: ReportHub, moment: str
) -> None:
    begin = State.of(reports)
    writes = writes_of(reports)
    calm = State.of(reports)
    # Seven files; the snapshot; one notice each of what is to do, new, unknown and unanswered; and
    # one that is withdrawn.
    assert len(writes) == 7 + 1 + 4 + 1
    for operation, number in writes:
        begin.put_back(reports)
        interrupt: Callable[..., None] = getattr(hub.exchange, moment)
        interrupt(operation, crash, skip=number)
        with pytest.raises(Crash):
            reports.report(LATER)
        hub.exchange.heal()
        reports.function.restart()
        assert reports.report(LATER) == []
        assert State.of(reports) == calm, f"{moment} {operation} {number}"


def test_the_first_files_are_those_that_later_steps_point_to(hub: Hub, reports: ReportHub) -> None:
    """Whoever is told, or reads which report is the latest, finds it."""
    hub.exchange.calls.clear()
    assert reports.report(LATER) == []
    order = [
        call.params.get("Key", call.operation)
        for call in hub.exchange.calls
        if call.operation in {*WRITES, "PutObject"}
    ]
    *files, manifest, latest, snapshot = order[:7]
    assert set(files) == {*REPORT} - {report_key(LATER.scan_id, "finished")}
    assert (manifest, latest) == (MANIFEST, LATEST_REPORT)
    assert snapshot in WRITES
    assert order[-1] == report_key(LATER.scan_id, "finished")
