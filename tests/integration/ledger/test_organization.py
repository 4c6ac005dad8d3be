from dataclasses import replace
from datetime import timedelta

from steward.domain.stacks import Unit
from steward.ledger.ledger import Ledger
from steward.ledger.organization import Gap
from tests.factories import NOW, UNIT, make_account
from tests.integration.ledger.wire import Wire

LATER = NOW + timedelta(hours=1)
ACCOUNTS = [make_account(f"{number:012d}", tags={"team": "cart"}) for number in range(205)]


def test_an_account_is_remembered_with_all_its_facts(ledger: Ledger) -> None:
    account = make_account(tags={"steward:mode": "notify", "team": ""}, is_management=True)
    ledger.save_accounts([account])
    assert ledger.account(account.account_id) == account
    assert ledger.account("999999999999") is None


def test_many_accounts_are_saved_in_few_calls(ledger: Ledger, wire: Wire) -> None:
    ledger.save_accounts(ACCOUNTS)
    assert wire.sent == {"Query": 1, "TransactWriteItems": 3}
    assert ledger.account(ACCOUNTS[-1].account_id) == ACCOUNTS[-1]


def test_accounts_that_are_known_cost_no_write(ledger: Ledger, wire: Wire) -> None:
    ledger.save_accounts(ACCOUNTS)
    wire.clear()
    ledger.save_accounts(ACCOUNTS)
    assert wire.writes == 0


def test_only_the_account_that_changed_is_written(ledger: Ledger, wire: Wire) -> None:
    ledger.save_accounts(ACCOUNTS)
    moved = replace(ACCOUNTS[7], ou_path=("ou-abcd-22222222",))
    wire.clear()
    ledger.save_accounts([*ACCOUNTS[:7], moved, *ACCOUNTS[8:]])
    (writing,) = [body for body in wire.bodies if "TransactItems" in body]
    assert len(writing["TransactItems"]) == 1
    assert ledger.account(moved.account_id) == moved


def test_a_gap_is_known_until_it_is_closed(ledger: Ledger) -> None:
    other = Unit("333333333333", "us-east-1")
    ledger.note_gap(UNIT, "AccessDenied", NOW)
    ledger.note_gap(other, "region disabled", NOW)
    assert ledger.gaps() == {UNIT: Gap("AccessDenied", NOW), other: Gap("region disabled", NOW)}
    ledger.close_gap(UNIT)
    ledger.close_gap(UNIT)
    assert set(ledger.gaps()) == {other}


def test_a_gap_keeps_its_first_date_when_its_reason_changes(ledger: Ledger) -> None:
    ledger.note_gap(UNIT, "AccessDenied", NOW)
    ledger.note_gap(UNIT, "the role is gone", LATER)
    assert ledger.gaps() == {UNIT: Gap("the role is gone", NOW)}


def test_the_same_gap_again_costs_no_write(ledger: Ledger, wire: Wire) -> None:
    ledger.note_gap(UNIT, "AccessDenied", NOW)
    wire.clear()
    ledger.note_gap(UNIT, "AccessDenied", LATER)
    assert wire.writes == 0
