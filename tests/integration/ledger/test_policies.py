from datetime import timedelta
from typing import Any

import pytest

from steward.ledger.attributes import UnreadableItem
from steward.ledger.ledger import Ledger
from tests.factories import NOW
from tests.integration.ledger.conftest import TABLE, TableReader
from tests.integration.ledger.wire import Wire

OLD, NEW = "aaaaaaaaaaaa", "bbbbbbbbbbbb"
LATER = NOW + timedelta(hours=1)


def test_without_any_policy_there_is_no_good_one(ledger: Ledger) -> None:
    assert ledger.last_good() is None
    assert ledger.policy_document(OLD) is None


def test_the_newest_policy_is_the_last_good_one(ledger: Ledger) -> None:
    assert ledger.save_policy(OLD, "{old}", NOW)
    assert ledger.save_policy(NEW, "{new}", LATER)
    assert ledger.last_good() == (NEW, "{new}")
    assert ledger.policy_document(OLD) == "{old}"


def test_a_policy_that_is_in_force_already_costs_no_write(ledger: Ledger, wire: Wire) -> None:
    ledger.save_policy(OLD, "{old}", NOW)
    wire.clear()
    assert not ledger.save_policy(OLD, "{old}", LATER)
    assert wire.writes == 0


def test_a_policy_that_comes_back_keeps_its_first_document(
    ledger: Ledger, items: TableReader
) -> None:
    ledger.save_policy(OLD, "{old}", NOW)
    ledger.save_policy(NEW, "{new}", LATER)
    assert ledger.save_policy(OLD, "{old, written otherwise}", LATER)
    assert ledger.last_good() == (OLD, "{old}")
    assert items.one("POLICY", OLD)["saved_at"] == {"S": "2026-11-23T09:00:00.000000+00:00"}


def test_a_pointer_to_nothing_is_refused(ledger: Ledger, client: Any) -> None:
    ledger.save_policy(OLD, "{old}", NOW)
    client.delete_item(TableName=TABLE, Key={"pk": {"S": "POLICY"}, "sk": {"S": OLD}})
    with pytest.raises(UnreadableItem, match=f"names {OLD}, which is not there"):
        ledger.last_good()


def test_a_scope_is_known_since_it_was_first_seen(ledger: Ledger) -> None:
    assert ledger.scope_since(OLD, NOW) == NOW
    assert ledger.scope_since(OLD, LATER) == NOW
    assert ledger.scope_since(NEW, LATER) == LATER


def test_a_known_scope_costs_no_write(ledger: Ledger, wire: Wire) -> None:
    ledger.scope_since(OLD, NOW)
    wire.clear()
    ledger.scope_since(OLD, LATER)
    assert wire.sent == {"GetItem": 1}


def test_of_two_that_see_a_scope_first_one_date_stays(ledger: Ledger, wire: Wire) -> None:
    wire.before("TransactWriteItems", lambda: ledger.scope_since(OLD, NOW))
    assert ledger.scope_since(OLD, LATER) == NOW
