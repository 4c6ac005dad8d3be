from dataclasses import replace
from typing import Any

import pytest

from steward.domain.leases import LeaseState
from steward.domain.stacks import Unit
from steward.ledger.attributes import UnreadableItem
from steward.ledger.census import Census
from steward.ledger.ledger import Ledger
from tests.factories import UNIT, make_event, make_lease, make_notice
from tests.integration.ledger.conftest import TABLE
from tests.integration.ledger.wire import Wire

ELSEWHERE = Unit("333333333333", "us-east-1")


def test_an_empty_ledger_counts_nothing(ledger: Ledger) -> None:
    assert ledger.census() == Census(0, {}, frozenset(), {})


def test_live_leases_are_counted_by_what_selected_them(ledger: Ledger) -> None:
    for name, unit, selected_by in (
        ("feat-a", UNIT, "aaaaaaaaaaaa"),
        ("feat-b", UNIT, "aaaaaaaaaaaa"),
        ("feat-c", ELSEWHERE, "bbbbbbbbbbbb"),
        ("feat-d", ELSEWHERE, ""),
    ):
        lease = make_lease(name, unit, selected_by=selected_by)
        ledger.save(None, lease, make_event(lease), [make_notice(lease)])
    counted = {"aaaaaaaaaaaa": 2, "bbbbbbbbbbbb": 1}
    states = {LeaseState.ACTIVE: 4}
    assert ledger.census() == Census(4, counted, frozenset({UNIT, ELSEWHERE}), states)


def test_an_ended_lease_is_not_counted(ledger: Ledger) -> None:
    live = ledger.save(None, make_lease(), make_event(make_lease()))
    ledger.save(live, replace(live, state=LeaseState.GONE), make_event(live))
    assert ledger.census() == Census(0, {}, frozenset(), {})


def test_a_count_reads_the_index_and_no_lease(ledger: Ledger, wire: Wire) -> None:
    ledger.save(None, make_lease(), make_event(make_lease()))
    wire.clear()
    ledger.census()
    assert [body.get("IndexName") for body in wire.bodies] == ["by-state"]


def test_what_the_census_needs_is_projected(table_properties: dict[str, Any]) -> None:
    (index,) = table_properties["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "by-state"
    projected = set(index["Projection"]["NonKeyAttributes"])
    assert {"account_id", "region", "selected_by"} <= projected


def test_an_item_that_cannot_be_counted_is_named(ledger: Ledger, client: Any) -> None:
    broken = {"pk": "UNIT#x", "sk": "LEASE#y", "gsi1pk": "LEASE#LIVE", "gsi1sk": "z"}
    client.put_item(TableName=TABLE, Item={key: {"S": value} for key, value in broken.items()})
    with pytest.raises(UnreadableItem, match="pk=UNIT#x sk=LEASE#y: attribute account_id"):
        ledger.census()
