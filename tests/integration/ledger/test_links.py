"""An extension and the use of its link are one write."""

from dataclasses import replace
from datetime import timedelta

import pytest

from steward.domain.extending import extend
from steward.domain.leases import Lease
from steward.ledger.attributes import TTL, UnreadableItem
from steward.ledger.leases import LeaseChanged
from steward.ledger.ledger import Ledger
from steward.ledger.links import LinkUsed, UsedLink
from tests.factories import NOW, make_event, make_lease, make_policy
from tests.integration.ledger.conftest import TABLE, TableReader

DAY = timedelta(days=1)
LINK = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def stored(ledger: Ledger) -> Lease:
    return ledger.save(None, make_lease(), make_event(make_lease()))


def longer(lease: Lease, days: int = 7) -> Lease:
    until = NOW + (days + 4) * DAY
    extended = extend(lease, until, "dev@example.com", "a fair", make_policy(), NOW)
    assert isinstance(extended, Lease)
    return extended


def test_an_extension_is_the_next_version_with_its_event(ledger: Ledger, stored: Lease) -> None:
    after = ledger.extend(stored, longer(stored), make_event(stored, what="extended"))
    assert after == replace(longer(stored), version=2)
    assert ledger.lease(stored.unit, stored.stack_id) == after
    assert [event.what for event in ledger.audit_trail(stored.stack_id)] == ["active", "extended"]


def test_a_used_link_says_what_it_did(ledger: Ledger, stored: Lease) -> None:
    assert ledger.used_link(LINK) is None
    ledger.extend(stored, longer(stored), make_event(stored), LINK, NOW + 30 * DAY)
    assert ledger.used_link(LINK) == UsedLink(
        stored.stack_id, NOW, "dev@example.com", NOW + 11 * DAY
    )


def test_a_used_link_is_forgotten_when_asked(
    ledger: Ledger, stored: Lease, items: TableReader
) -> None:
    ledger.extend(stored, longer(stored), make_event(stored), LINK, NOW + 30 * DAY)
    item = items.one(f"LINK#{LINK}", "USED")
    assert item[TTL] == {"N": str(int((NOW + 30 * DAY).timestamp()))}


def test_a_link_is_used_once(ledger: Ledger, stored: Lease, items: TableReader) -> None:
    after = ledger.extend(stored, longer(stored), make_event(stored), LINK)
    before = items.all()
    with pytest.raises(LinkUsed, match=f"link {LINK} was used before"):
        ledger.extend(after, longer(after, 14), make_event(after), LINK)
    assert items.all() == before


def test_a_lease_that_changed_keeps_its_link_unused(
    ledger: Ledger, stored: Lease, items: TableReader
) -> None:
    ledger.save(stored, replace(stored, reason="swept"), make_event(stored))
    before = items.all()
    with pytest.raises(LeaseChanged):
        ledger.extend(stored, longer(stored), make_event(stored), LINK)
    assert items.all() == before


def test_a_used_link_counts_more_than_a_changed_lease(ledger: Ledger, stored: Lease) -> None:
    """As a second click finds it, which has read what the first one read."""
    ledger.extend(stored, longer(stored), make_event(stored), LINK)
    with pytest.raises(LinkUsed):
        ledger.extend(stored, longer(stored), make_event(stored), LINK)


def test_operators_extend_without_a_link(ledger: Ledger, stored: Lease, items: TableReader) -> None:
    ledger.extend(stored, longer(stored), make_event(stored))
    assert {item["pk"]["S"].partition("#")[0] for item in items.all()} == {"UNIT", "AUDIT"}


def test_a_link_is_not_used_up_for_no_extension(
    ledger: Ledger, stored: Lease, items: TableReader
) -> None:
    before = items.all()
    with pytest.raises(ValueError, match="has no extension to use a link for"):
        ledger.extend(stored, stored, make_event(stored), LINK)
    assert items.all() == before


def test_an_attribute_nobody_knows_is_refused(ledger: Ledger, stored: Lease) -> None:
    ledger.extend(stored, longer(stored), make_event(stored), LINK)
    ledger.client.update_item(
        TableName=TABLE,
        Key={"pk": {"S": f"LINK#{LINK}"}, "sk": {"S": "USED"}},
        UpdateExpression="SET colour = :x",
        ExpressionAttributeValues={":x": {"S": "red"}},
    )
    with pytest.raises(UnreadableItem, match="unknown attribute colour"):
        ledger.used_link(LINK)
