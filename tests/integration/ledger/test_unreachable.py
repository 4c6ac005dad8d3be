"""Which addresses mails do not reach, whatever the order in which that is learnt."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from steward.domain.deliveries import DeliveryStatus, Unreachable
from steward.ledger.ledger import Ledger
from tests.factories import NOW
from tests.integration.ledger.conftest import TableReader
from tests.integration.ledger.wire import Wire

ADA, DAY, HOUR = "ada@example.com", timedelta(days=1), timedelta(hours=1)


def failed(
    since: datetime = NOW, lasts: timedelta = 14 * DAY, address: str = ADA, detail: str = "why"
) -> Unreachable:
    return Unreachable(address, DeliveryStatus.BOUNCED, detail, since, since + lasts)


def test_an_address_is_unreachable_until_its_time_is_over(ledger: Ledger) -> None:
    assert ledger.note_unreachable(failed(), "m-1")
    second = timedelta(seconds=1)
    assert ledger.unreachable(NOW + 14 * DAY - second) == {ADA: failed()}
    assert ledger.unreachable(NOW + 14 * DAY) == {}


def test_an_address_is_one_however_it_is_spelled(ledger: Ledger) -> None:
    ledger.note_unreachable(failed(address="Ada@Example.com"), "m-1")
    assert set(ledger.unreachable(NOW)) == {ADA}
    ledger.note_reachable("ADA@example.com", NOW + HOUR)
    assert ledger.unreachable(NOW + HOUR) == {}


def test_the_same_report_teaches_nothing_twice(ledger: Ledger, items: TableReader) -> None:
    assert ledger.note_unreachable(failed(), "m-1")
    once = items.all()
    assert not ledger.note_unreachable(failed(detail="again"), "m-1")
    assert items.all() == once


def test_of_two_failures_the_longer_one_counts(ledger: Ledger) -> None:
    ledger.note_unreachable(failed(lasts=14 * DAY), "m-1")
    ledger.note_unreachable(failed(NOW + HOUR, lasts=DAY), "m-2")
    assert ledger.unreachable(NOW + HOUR)[ADA].until == NOW + 14 * DAY


@pytest.mark.parametrize(
    ("sent", "clears"),
    [
        pytest.param(NOW - timedelta(microseconds=1), False, id="sent-before-the-failure"),
        pytest.param(NOW, False, id="sent-at-the-failure"),
        pytest.param(NOW + timedelta(microseconds=1), True, id="sent-after-the-failure"),
    ],
)
def test_only_a_later_mail_that_arrives_clears_an_address(
    ledger: Ledger, sent: datetime, clears: bool
) -> None:
    ledger.note_unreachable(failed(), "m-1")
    ledger.note_reachable(ADA, sent)
    assert (ledger.unreachable(NOW + HOUR) == {}) is clears


def test_an_address_cleared_is_not_condemned_by_an_old_report(ledger: Ledger) -> None:
    ledger.note_unreachable(failed(), "m-1")
    ledger.note_reachable(ADA, NOW + HOUR)
    assert not ledger.note_unreachable(failed(), "m-1")
    assert ledger.unreachable(NOW + HOUR) == {}


def test_whose_address_only_begins_alike_stays_out_of_it(ledger: Ledger) -> None:
    ledger.note_unreachable(failed(address="ada@example.co"), "m-1")
    ledger.note_reachable("ada@example.c", NOW + HOUR)
    ledger.note_reachable("ada@example.com", NOW + HOUR)
    assert set(ledger.unreachable(NOW)) == {"ada@example.co"}


def test_a_crash_while_an_address_is_cleared_is_made_good_by_the_repeat(
    ledger: Ledger, wire: Wire
) -> None:
    ledger.note_unreachable(failed(), "m-1")
    ledger.note_unreachable(failed(NOW + HOUR), "m-2")
    wire.refuse("TransactWriteItems", "InternalServerError")
    with pytest.raises(Exception, match="InternalServerError"):
        ledger.note_reachable(ADA, NOW + 2 * HOUR)
    ledger.note_reachable(ADA, NOW + 2 * HOUR)
    assert ledger.unreachable(NOW) == {}


def test_what_is_known_of_addresses_is_forgotten_in_time(
    ledger: Ledger, items: TableReader
) -> None:
    ledger.note_unreachable(failed(), "m-1")
    ledger.note_reachable("bob@example.com", NOW)
    assert {item["pk"]["S"] for item in items.all() if "expires_epoch_seconds" in item} == {
        "UNREACHABLE",
        "ADDRESS#bob@example.com",
    }


Learn = Callable[[Ledger], object]
LESSONS: Sequence[Learn] = (
    lambda ledger: ledger.note_unreachable(failed(), "m-1"),
    lambda ledger: ledger.note_reachable(ADA, NOW + HOUR),
    lambda ledger: ledger.note_unreachable(failed(NOW + 2 * HOUR, lasts=DAY), "m-2"),
)


@pytest.mark.parametrize("order", sorted(set(permutations([0, 0, 1, 2]))), ids=str)
def test_the_order_of_the_lessons_does_not_matter(ledger: Ledger, order: Any) -> None:
    for number in order:
        LESSONS[number](ledger)
    assert ledger.unreachable(NOW + 2 * HOUR) == {ADA: failed(NOW + 2 * HOUR, lasts=DAY)}
