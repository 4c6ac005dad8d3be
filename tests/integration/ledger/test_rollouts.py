"""The history of deployments in the table: found by unit, by id and by month; never overwritten."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.domain.rollouts.records import Rollout
from steward.domain.stacks import Unit
from steward.ledger.attributes import TTL, UnreadableItem
from steward.ledger.ledger import Ledger
from steward.ledger.rollout_items import (
    document_of,
    on_record,
    rollout_from,
    rollout_item,
)
from steward.ledger.rollouts import MOST_BYTES
from tests.factories import NOW, UNIT
from tests.integration.ledger.conftest import RETENTION, TABLE, TableReader
from tests.integration.ledger.wire import Wire
from tests.rollout_values import FAILED, make_result, make_rollout, make_verdict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAY = timedelta(days=1)


def saved(ledger: Ledger, rollout: Rollout) -> Rollout:
    assert ledger.save_rollout(ledger.rollout(rollout.unit, rollout.deployment_id), rollout)
    return rollout


def between(ledger: Ledger, start: datetime, end: datetime) -> list[str]:
    found = list(ledger.rollouts_between(start, end))
    return [each.deployment_id for each in found if isinstance(each, Rollout)]


def test_a_deployment_reads_as_it_was_saved(ledger: Ledger) -> None:
    verdict = make_verdict(owner=("a@example.com",), notes=("an odd thing",))
    rollout = saved(ledger, make_rollout(verdicts=(verdict,), hooks={"BeforeAllowTraffic": "x"}))
    found = ledger.rollout(UNIT, FAILED)
    assert found is not None
    assert found.rollout == rollout
    assert found == on_record(rollout)


def test_what_was_never_saved_is_not_there(ledger: Ledger) -> None:
    assert ledger.rollout(UNIT, FAILED) is None
    assert ledger.rollouts_named(FAILED) == []


def test_it_lies_under_its_alias_and_goes_after_the_retention(
    ledger: Ledger, items: TableReader
) -> None:
    saved(ledger, make_rollout())
    place, rollout = sorted(items.all(), key=lambda item: len(item))
    assert rollout["pk"]["S"] == "ROLLOUTS#222222222222#eu-west-1#shop-checkout#live"
    assert rollout["sk"]["S"] == f"2026-11-23T09:00:00.000000+00:00#{FAILED}"
    assert rollout["gsi1pk"]["S"] == "ROLLOUTS#2026-11"
    assert (place["pk"]["S"], place["sk"]["S"]) == (f"ROLLOUT#{FAILED}", "222222222222#eu-west-1")
    for item in (place, rollout):
        assert int(item[TTL]["N"]) == int((NOW + RETENTION).timestamp())


def test_what_has_not_changed_is_no_write(ledger: Ledger, wire: Wire) -> None:
    saved(ledger, make_rollout())
    wire.clear()
    saved(ledger, make_rollout())
    assert wire.writes == 0


def test_a_change_to_what_was_read_is_written(ledger: Ledger, items: TableReader) -> None:
    saved(ledger, make_rollout(status="InProgress"))
    saved(ledger, make_rollout(status="Succeeded"))
    (found,) = ledger.rollouts_named(FAILED)
    assert found.status == "Succeeded"
    assert len(items.all()) == 2


def test_what_changed_since_it_was_read_is_left_alone(ledger: Ledger) -> None:
    saved(ledger, make_rollout(status="Created"))
    read = ledger.rollout(UNIT, FAILED)
    saved(ledger, make_rollout(status="Failed"))
    assert not ledger.save_rollout(read, make_rollout(status="InProgress"))
    assert not ledger.save_rollout(None, make_rollout(status="InProgress"))
    (found,) = ledger.rollouts_named(FAILED)
    assert found.status == "Failed"


def test_a_function_that_becomes_known_moves_the_record(ledger: Ledger, items: TableReader) -> None:
    saved(ledger, make_rollout(function="", alias=""))
    assert _is_by_group(items)
    saved(ledger, make_rollout())
    assert not _is_by_group(items)
    assert len(items.all()) == 2
    assert between(ledger, NOW - DAY, NOW + DAY) == [FAILED]


def _is_by_group(items: TableReader) -> bool:
    return any("#@" in item["pk"]["S"] for item in items.all())


def test_one_id_in_two_accounts_is_two_deployments(ledger: Ledger) -> None:
    other = Unit("333333333333", "us-east-1")
    saved(ledger, make_rollout())
    saved(ledger, make_rollout(account_id=other.account_id, region=other.region))
    assert {each.unit for each in ledger.rollouts_named(FAILED)} == {UNIT, other}
    assert ledger.rollout(other, FAILED) is not None


def test_a_period_is_listed_latest_first_across_months(ledger: Ledger) -> None:
    days = [datetime(2026, month, day, 12, tzinfo=UTC) for month in (9, 10, 11) for day in (1, 30)]
    for number, day in enumerate(days):
        saved(ledger, make_rollout(f"d-{number}", created_at=day))
    found = between(ledger, days[1], days[5] + timedelta(seconds=1))
    assert found == ["d-5", "d-4", "d-3", "d-2", "d-1"]


@pytest.mark.parametrize(
    ("start", "end", "listed"),
    [
        pytest.param(NOW, NOW + DAY, True, id="from-its-start"),
        pytest.param(NOW - DAY, NOW, False, id="not-at-its-end"),
        pytest.param(NOW - DAY, NOW + timedelta(microseconds=1), True, id="just-before-its-end"),
        pytest.param(NOW + timedelta(microseconds=1), NOW + DAY, False, id="just-after-its-start"),
    ],
)
def test_a_period_has_its_start_and_not_its_end(
    ledger: Ledger, start: datetime, end: datetime, listed: bool
) -> None:
    saved(ledger, make_rollout())
    assert between(ledger, start, end) == ([FAILED] if listed else [])


@pytest.mark.parametrize("month", range(1, 13))
def test_no_month_of_a_period_is_left_out(ledger: Ledger, month: int) -> None:
    within = datetime(2027, month, 15, tzinfo=UTC)
    saved(ledger, make_rollout(created_at=within))
    for start, end in ((within - 14 * DAY, within + 14 * DAY), (within - 31 * DAY, within + DAY)):
        first_after = (end + 31 * DAY).replace(day=1)
        assert between(ledger, start, end) == between(ledger, start, first_after) == [FAILED]


def test_many_are_read_in_few_calls(ledger: Ledger, wire: Wire) -> None:
    for number in range(150):
        saved(ledger, make_rollout(f"d-{number:03}", created_at=NOW + timedelta(minutes=number)))
    wire.clear()
    found = between(ledger, NOW, NOW + DAY)
    assert found == [f"d-{number:03}" for number in reversed(range(150))]
    assert (wire.sent["BatchGetItem"], wire.sent["GetItem"]) == (2, 0)


def test_what_dynamodb_leaves_for_later_is_read_later(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    for number in range(4):
        saved(ledger, make_rollout(f"d-{number}", created_at=NOW + timedelta(minutes=number)))
    whole = ledger.client.batch_get_item

    def one_at_a_time(RequestItems: Any) -> Any:
        asked = dict(RequestItems[TABLE])
        first, *rest = asked["Keys"]
        now: Any = {TABLE: asked | {"Keys": [first]}}
        answer = whole(RequestItems=now)
        left: Any = {TABLE: asked | {"Keys": rest}} if rest else {}
        return answer | {"UnprocessedKeys": left}

    monkeypatch.setattr(ledger.client, "batch_get_item", one_at_a_time)
    assert between(ledger, NOW, NOW + DAY) == ["d-3", "d-2", "d-1", "d-0"]
    assert len(pauses) == 3


def test_a_table_that_never_answers_is_said(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(ledger, make_rollout())

    def nothing(RequestItems: Any) -> Any:
        return {"Responses": {}, "UnprocessedKeys": RequestItems}

    monkeypatch.setattr(ledger.client, "batch_get_item", nothing)
    with pytest.raises(TimeoutError, match="try again with a shorter --since"):
        between(ledger, NOW, NOW + DAY)


def test_one_that_cannot_be_read_stops_no_other(
    ledger: Ledger, client: "DynamoDBClient", items: TableReader
) -> None:
    saved(ledger, make_rollout("d-GOOD"))
    saved(ledger, make_rollout("d-BAD"))
    (bad,) = [item for item in items.all() if "document" in item and "d-BAD" in item["sk"]["S"]]
    client.put_item(TableName=TABLE, Item=bad | {"document": {"S": '{"status": 1}'}})
    kinds = {type(each) for each in ledger.rollouts_between(NOW, NOW + DAY)}
    assert kinds == {Rollout, UnreadableItem}
    with pytest.raises(UnreadableItem, match=r"document is no deployment: .*Field required"):
        ledger.rollout(UNIT, "d-BAD")


def test_evidence_without_end_is_cut_to_what_an_item_holds(
    ledger: Ledger, items: TableReader
) -> None:
    results = tuple(
        make_result(f"check-{number}", evidence={"answer": "é" * 40_000}) for number in range(10)
    )
    saved(ledger, make_rollout(verdicts=(make_verdict(results=results),)))
    (document,) = [item["document"]["S"] for item in items.all() if "document" in item]
    assert len(document.encode()) <= MOST_BYTES
    (found,) = ledger.rollouts_named(FAILED)
    assert len(found.verdicts[0].results) == 10
    assert "was too large for this record" in found.problems[0]


PLAIN = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats() | st.text()
EVIDENCE = st.dictionaries(
    st.text(), st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3), max_leaves=5)
)


@settings(max_examples=100)
@given(EVIDENCE.filter(lambda each: "\ud800" not in str(each)))
def test_whatever_the_evidence_the_record_reads_back_as_the_same(evidence: Any) -> None:
    rollout = make_rollout(verdicts=(make_verdict(results=(make_result(evidence=evidence),)),))
    item = rollout_item(rollout, RETENTION)
    found = rollout_from(item)
    assert document_of(found.rollout) == document_of(rollout)
    assert found.digest == on_record(rollout).digest == on_record(found.rollout).digest
