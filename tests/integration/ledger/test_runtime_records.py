"""Exceptions, acknowledgements, snapshots, dates and what was heard of, on moto."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from steward.domain.runtimes.exceptions import GrantedException, ScopeKind
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import DateOnRecord
from steward.ledger.ledger import Ledger
from tests.factories import NOW
from tests.integration.ledger.conftest import RETENTION, TableReader
from tests.integration.ledger.wire import Wire
from tests.runtime_records import (
    BLOCK,
    GROUP,
    TODAY,
    make_acknowledgement,
    make_date,
    make_exception,
    make_snapshot,
)

DAY = timedelta(days=1)
BY = "ops@example.com"


def ttl_of(day: date) -> dict[str, str]:
    forgotten = datetime(day.year, day.month, day.day, tzinfo=UTC) + RETENTION
    return {"N": str(int(forgotten.timestamp()))}


def what_happened(ledger: Ledger, exception: GrantedException) -> list[str]:
    key = (exception.kind, exception.scope, exception.runtime)
    return [event.what for event in ledger.exception_history(*key)]


def test_exceptions_are_kept_apart_by_kind_scope_and_runtime(ledger: Ledger) -> None:
    granted = [
        make_exception(),
        make_exception(runtime="python3.8"),
        make_exception(scope="carts"),
        make_exception(kind=ScopeKind.OWNER, scope="dev@example.com"),
    ]
    for each in granted:
        ledger.save_exception(each, BY, NOW)
    key = [(each.kind, each.scope, each.runtime) for each in ledger.exceptions()]
    assert key == sorted((each.kind, each.scope, each.runtime) for each in granted)


def test_a_second_exception_for_the_same_takes_the_place_of_the_first(ledger: Ledger) -> None:
    longer = make_exception(expires=TODAY + timedelta(days=90))
    ledger.save_exception(make_exception(), BY, NOW)
    ledger.save_exception(longer, BY, NOW + DAY)
    assert ledger.exceptions() == [longer]
    assert what_happened(ledger, longer) == ["granted", "granted"]


def test_a_revoked_exception_is_gone_and_its_events_say_who(ledger: Ledger) -> None:
    exception = make_exception()
    ledger.save_exception(exception, BY, NOW)
    key = (exception.kind, exception.scope, exception.runtime)
    assert ledger.end_exception(*key, "cto@example.com", NOW + DAY)
    assert ledger.exceptions() == []
    granted, revoked = ledger.exception_history(*key)
    assert (granted.what, granted.actor) == ("granted", BY)
    assert (revoked.what, revoked.actor) == ("revoked", "cto@example.com")
    assert revoked.evidence["reason"] == exception.reason


def test_what_was_never_granted_cannot_be_revoked(ledger: Ledger, wire: Wire) -> None:
    assert not ledger.end_exception(ScopeKind.STACK, "orders", "python3.9", BY, NOW)
    assert wire.writes == 0


def test_an_exception_granted_anew_meanwhile_is_not_revoked(ledger: Ledger, wire: Wire) -> None:
    anew = make_exception(expires=TODAY + timedelta(days=90))
    ledger.save_exception(make_exception(), BY, NOW)
    wire.before("TransactWriteItems", lambda: ledger.save_exception(anew, BY, NOW + DAY))
    assert not ledger.end_exception(anew.kind, anew.scope, anew.runtime, BY, NOW + DAY)
    assert ledger.exceptions() == [anew]


def test_an_exception_is_kept_for_the_audit_after_it_ended(
    ledger: Ledger, items: TableReader
) -> None:
    exception = make_exception()
    ledger.save_exception(exception, BY, NOW)
    (item,) = [each for each in items.all() if each["pk"]["S"] == "RUNTIMEEXCEPTION"]
    assert item["expires_epoch_seconds"] == ttl_of(exception.expires)


def test_the_longest_scope_that_a_request_may_have_fits(ledger: Ledger) -> None:
    exception = make_exception(scope="\N{EURO SIGN}" * 500)
    ledger.save_exception(exception, BY, NOW)
    assert ledger.exceptions() == [exception]


def test_the_newest_acknowledgement_of_a_group_counts(ledger: Ledger) -> None:
    known = make_acknowledgement()
    newer = replace(known, at=NOW + DAY, note="done on Friday")
    for each in (newer, known, make_acknowledgement(group="|application|carts")):
        ledger.save_acknowledgement(each)
    found = ledger.acknowledgements()
    assert (found[GROUP], len(found)) == (newer, 2)


@pytest.mark.parametrize("day", [BLOCK, None], ids=["with-a-day", "without"])
def test_an_acknowledgement_is_forgotten_long_after_its_day(
    ledger: Ledger, items: TableReader, day: date | None
) -> None:
    ledger.save_acknowledgement(make_acknowledgement(day=day))
    (item,) = items.all()
    assert item.get("expires_epoch_seconds") == (ttl_of(day) if day else None)


def test_counts_that_did_not_change_are_not_written_again(ledger: Ledger, wire: Wire) -> None:
    assert ledger.save_snapshot(make_snapshot())
    wire.clear()
    assert not ledger.save_snapshot(make_snapshot(day=TODAY + DAY))
    assert wire.writes == 0
    assert ledger.save_snapshot(make_snapshot(day=TODAY + 2 * DAY, covered=13))
    assert [each.day for each in ledger.snapshots()] == [TODAY, TODAY + 2 * DAY]


def test_a_day_has_one_snapshot_the_last(ledger: Ledger) -> None:
    for covered in (11, 12):
        assert ledger.save_snapshot(make_snapshot(covered=covered))
    assert ledger.snapshots() == [make_snapshot(covered=12)]


def test_counts_that_fall_and_come_back_are_both_on_record(ledger: Ledger) -> None:
    counts = [make_snapshot(day=TODAY + n * DAY, covered=12 - n % 2) for n in range(3)]
    assert [ledger.save_snapshot(each) for each in counts] == [True] * 3
    assert ledger.snapshots() == counts


def test_only_dates_that_changed_are_written(ledger: Ledger, wire: Wire) -> None:
    dates = [
        make_date(runtime_id=f"python3.{minor}", milestone=milestone, region=region)
        for minor in range(30)
        for milestone in Milestone
        for region in ("", "cn-north-1")
    ]
    ledger.save_dates(dates)
    assert sorted(ledger.dates(), key=repr) == sorted(dates, key=repr)
    wire.clear()
    moved = replace(dates[0], day=BLOCK + DAY, since=TODAY, moved=True)
    ledger.save_dates([moved, *dates[1:]])
    assert (wire.writes, len(wire.bodies[-1]["TransactItems"])) == (1, 1)
    ledger.save_dates(ledger.dates())
    assert wire.writes == 1


def test_a_date_known_since_later_is_not_undone(ledger: Ledger) -> None:
    late = make_date(day=BLOCK + DAY, since=TODAY, moved=True)
    other = make_date(runtime_id="python3.8")
    ledger.save_dates([late])
    ledger.save_dates([make_date(), other])
    assert sorted(ledger.dates(), key=lambda each: each.runtime_id) == [other, late]


def test_a_date_that_is_not_scheduled_any_more_is_kept_as_such(ledger: Ledger) -> None:
    gone = make_date(day=None, since=TODAY, moved=True)
    ledger.save_dates([make_date()])
    ledger.save_dates([gone])
    assert ledger.dates() == [gone]


def test_no_dates_are_no_write(ledger: Ledger, wire: Wire) -> None:
    empty: list[DateOnRecord] = []
    ledger.save_dates(empty)
    assert wire.writes == 0


def test_an_event_is_heard_of_once_for_each_account(ledger: Ledger) -> None:
    assert ledger.heard_of("communication-1", "222222222222", NOW)
    assert not ledger.heard_of("communication-1", "222222222222", NOW + DAY)
    assert ledger.heard_of("communication-1", "333333333333", NOW)
    assert ledger.heard_of("communication-2", "222222222222", NOW)


@pytest.mark.parametrize(
    ("after", "is_news"),
    [
        pytest.param(timedelta(days=14), False, id="exactly-14-days"),
        pytest.param(timedelta(days=14, seconds=1), True, id="one-second-more"),
    ],
)
def test_an_event_is_forgotten_after_14_days_even_if_its_item_is_left(
    ledger: Ledger, items: TableReader, after: timedelta, is_news: bool
) -> None:
    ledger.heard_of("communication-1", "", NOW)
    assert items.all()[0]["expires_epoch_seconds"] == {
        "N": str(int((NOW + timedelta(days=14)).timestamp()))
    }
    assert ledger.heard_of("communication-1", "", NOW + after) is is_news


def test_a_communication_of_any_length_is_heard_of(ledger: Ledger) -> None:
    assert ledger.heard_of("c" * 5000, "222222222222", NOW)
