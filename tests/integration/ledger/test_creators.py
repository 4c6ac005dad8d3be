from datetime import timedelta

from steward.domain.leases import Creator
from steward.ledger.creators import ContactOnRecord
from steward.ledger.ledger import Ledger
from tests.factories import NOW, make_stack_id
from tests.integration.ledger.conftest import RETENTION, TableReader
from tests.integration.ledger.wire import Wire

STACK_ID = make_stack_id()
DEV = Creator("dev@example.com", "CloudTrail CreateStack by role Developer")
HOSTILE = Creator("\u202e<b>\n" + "x" * 250, "")


def test_a_creator_is_remembered_as_long_as_the_audit(ledger: Ledger, items: TableReader) -> None:
    assert ledger.creator_of(STACK_ID) is None
    assert ledger.note_creator(STACK_ID, DEV, NOW)
    assert ledger.creator_of(STACK_ID) == DEV
    kept_until = items.one(f"CREATOR#{STACK_ID}", "CREATOR")["expires_epoch_seconds"]["N"]
    assert int(kept_until) == int((NOW + RETENTION).timestamp())


def test_the_first_report_of_a_creator_stands(ledger: Ledger) -> None:
    ledger.note_creator(STACK_ID, DEV, NOW)
    assert not ledger.note_creator(STACK_ID, HOSTILE, NOW)
    assert ledger.creator_of(STACK_ID) == DEV


def test_whatever_a_creator_is_called_is_kept_as_it_is(ledger: Ledger) -> None:
    ledger.note_creator(STACK_ID, HOSTILE, NOW)
    assert ledger.creator_of(STACK_ID) == HOSTILE


def test_the_creator_of_another_incarnation_is_another(ledger: Ledger) -> None:
    ledger.note_creator(STACK_ID, DEV, NOW)
    assert ledger.creator_of(make_stack_id(incarnation=2)) is None


def test_a_contact_and_that_there_is_none_are_remembered(ledger: Ledger, wire: Wire) -> None:
    account_id = "222222222222"
    assert ledger.contact_of(account_id) is None
    ledger.note_contact(account_id, "", NOW)
    assert ledger.contact_of(account_id) == ContactOnRecord("", NOW)
    later = NOW + timedelta(days=8)
    ledger.note_contact(account_id, "ops@example.com", later)
    assert ledger.contact_of(account_id) == ContactOnRecord("ops@example.com", later)
    assert ledger.contact_of("333333333333") is None
    assert wire.writes == 2
