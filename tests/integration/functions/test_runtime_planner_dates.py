"""Dates that moved since the last scan: told once, put on record, and nothing else is written."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from steward.domain.runtimes.claims import Speaker
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.moved import DateMoved
from steward.domain.runtimes.records import DateOnRecord
from tests.integration.functions.exchange import Crash
from tests.integration.functions.hub import SWEPT_AT, Hub
from tests.integration.functions.runtime_scans import Scans, open_scans

SCAN = "20261123T080000Z"
BLOCK = Milestone.UPDATE_BLOCK
TABLE_DAY = date(2027, 3, 3)  # python3.9's update block in the bundled table
LATER_DAY = date(2027, 9, 1)
DAY_AFTER = SWEPT_AT.date() + timedelta(days=1)
MOVED = DateMoved("python3.9", BLOCK, TABLE_DAY, LATER_DAY, Speaker.CATALOG)


@pytest.fixture
def scans(hub: Hub) -> Scans:
    return open_scans(hub)


def catalog_says(scans: Scans, day: date) -> None:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    scans.health.catalog = {"python3.9": {"BLOCK_RESOURCE_UPDATE": at}}


def on_record(scans: Scans) -> DateOnRecord:
    (found,) = [
        each
        for each in scans.hub.ledger.dates()
        if (each.runtime_id, each.milestone) == ("python3.9", BLOCK)
    ]
    return found


def override(**changes: Any) -> dict[str, Any]:
    row = {
        "runtime": "python3.9",
        "update_block": LATER_DAY.isoformat(),
        "reason": "agreed with AWS in case 1",
        "created": "2026-11-01",
        "expires": "2027-02-01",
    }
    return row | changes


def test_the_first_scan_puts_all_dates_on_record_and_tells_nothing(scans: Scans) -> None:
    scans.plan()
    dates = scans.dates(SCAN)
    assert (dates.moved, dates.known_since) == ((), {})
    found = on_record(scans)
    assert (found.day, found.region, found.moved) == (TABLE_DAY, "", False)
    assert (found.speaker, found.since) == ("bundled table", SWEPT_AT.date())


def test_r2_a_date_that_moved_is_told_put_on_record_and_counted(
    scans: Scans, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    scans.plan()
    catalog_says(scans, LATER_DAY)
    capsys.readouterr()
    with caplog.at_level("INFO"):
        later = scans.day_after()["scan_id"]
    assert scans.dates(later).moved == (MOVED,)
    assert scans.dates(later).known_since == {"python3.9": {"update block": DAY_AFTER}}
    found = on_record(scans)
    assert (found.day, found.speaker, found.since, found.moved) == (
        LATER_DAY,
        "version catalog",
        DAY_AFTER,
        True,
    )
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [each["RuntimeDatesChanged"] for each in counted] == [[1.0]]
    (said,) = [vars(each) for each in caplog.records if "moved" in each.message]
    assert (said["runtime"], said["before"], said["after"]) == (
        "python3.9",
        "2027-03-03",
        "2027-09-01",
    )


def test_r2_a_moved_date_is_told_once_and_its_day_is_kept(scans: Scans) -> None:
    scans.plan()
    catalog_says(scans, LATER_DAY)
    scans.day_after()
    scans.hub.exchange.calls.clear()
    later = scans.day_after(2)["scan_id"]
    assert scans.dates(later).moved == ()
    assert scans.dates(later).known_since == {"python3.9": {"update block": DAY_AFTER}}
    assert scans.hub.exchange.writes == []


def test_only_what_changed_is_written(scans: Scans) -> None:
    scans.plan()
    catalog_says(scans, LATER_DAY)
    scans.hub.exchange.calls.clear()
    scans.day_after()
    (write,) = scans.hub.exchange.sent("TransactWriteItems")
    assert len(write["TransactItems"]) == 1


def test_another_speaker_of_the_same_date_is_put_on_record_and_told_to_nobody(
    scans: Scans,
) -> None:
    scans.plan()
    catalog_says(scans, TABLE_DAY)
    later = scans.day_after()["scan_id"]
    assert scans.dates(later).moved == ()
    found = on_record(scans)
    assert (found.speaker, found.since, found.moved) == (
        "version catalog",
        SWEPT_AT.date(),
        False,
    )


def test_the_same_scan_planned_twice_still_tells_what_moved(scans: Scans) -> None:
    scans.plan()
    catalog_says(scans, LATER_DAY)
    scans.day_after()
    scans.planner.restart()
    again = scans.day_after()["scan_id"]
    assert scans.dates(again).moved == (MOVED,)


def test_a_crash_before_dates_are_on_record_tells_of_them_again(scans: Scans) -> None:
    scans.plan()
    catalog_says(scans, LATER_DAY)

    def crash() -> None:
        raise Crash

    scans.hub.exchange.before("TransactWriteItems", crash)
    with pytest.raises(Crash):
        scans.day_after()
    later = scans.day_after()["scan_id"]
    assert scans.dates(later).moved == (MOVED,)
    assert on_record(scans).day == LATER_DAY


def test_r2_an_operators_override_beats_the_catalog_until_it_expires(scans: Scans) -> None:
    scans.plan()
    catalog_says(scans, date(2027, 5, 1))
    scans.deploy(runtimes={"dates": [override()]})
    later = scans.day_after()["scan_id"]
    (moved,) = scans.dates(later).moved
    assert (moved.after, moved.speaker) == (LATER_DAY, Speaker.OVERRIDE)
    assert {claim.speaker for claim in scans.dates(later).claims} == {
        Speaker.OVERRIDE,
        Speaker.CATALOG,
    }


def test_an_override_that_is_over_does_not_count_and_is_said(scans: Scans) -> None:
    scans.deploy(runtimes={"dates": [override(expires="2026-11-23")]})
    scans.plan()
    (ignored,) = scans.dates(SCAN).ignored
    assert ignored.startswith("python3.9: operator override")
    assert "over since 2026-11-23" in ignored
    assert on_record(scans).day == TABLE_DAY


def test_an_override_of_one_region_is_on_record_for_that_region(scans: Scans) -> None:
    scans.plan()
    scans.deploy(runtimes={"dates": [override(regions=["us-east-1"])]})
    later = scans.day_after()["scan_id"]
    assert [move.after for move in scans.dates(later).moved] == [LATER_DAY]
    rows = {
        each.region: each.day
        for each in scans.hub.ledger.dates()
        if (each.runtime_id, each.milestone) == ("python3.9", BLOCK)
    }
    assert rows == {"": TABLE_DAY, "us-east-1": LATER_DAY}
    scans.hub.exchange.calls.clear()
    assert scans.dates(scans.day_after(2)["scan_id"]).moved == ()
    assert scans.hub.exchange.writes == []


def test_a_date_that_is_no_longer_scheduled_is_a_move_too(scans: Scans) -> None:
    scans.plan()
    scans.deploy(runtimes={"dates": [override(update_block=None)]})
    later = scans.day_after()["scan_id"]
    (moved,) = scans.dates(later).moved
    assert (moved.before, moved.after) == (TABLE_DAY, None)
