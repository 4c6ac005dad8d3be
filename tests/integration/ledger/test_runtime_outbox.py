"""The outbox of runtimes on moto: claims, deliveries, failures, and what came back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.deliveries import DeliveryStatus
from steward.domain.outcomes import Outcome
from steward.domain.runtimes.records import RuntimeNotice, RuntimeNoticeState
from steward.ledger.attributes import UnreadableItem
from steward.ledger.keys import runtime_notice_key
from steward.ledger.ledger import Ledger
from tests.factories import NOW
from tests.integration.ledger.conftest import RETENTION, TABLE, TableReader
from tests.integration.ledger.wire import Wire
from tests.runtime_records import make_runtime_notice

CLAIM = timedelta(minutes=15)
SENT_AT = NOW + timedelta(hours=1)
TO_DEV = {"dev@example.com": "m-1"}


@pytest.fixture
def notice(ledger: Ledger) -> RuntimeNotice:
    notice = make_runtime_notice()
    assert ledger.queue_runtime_notice(notice)
    return notice


def stored(ledger: Ledger) -> RuntimeNotice:
    (found,) = ledger.runtime_notices()
    return found


def spoil(client: Any, notice: RuntimeNotice) -> None:
    client.update_item(
        TableName=TABLE,
        Key=runtime_notice_key(notice),
        UpdateExpression="SET colour = :red",
        ExpressionAttributeValues={":red": {"S": "red"}},
    )


def test_a_queued_notice_is_open(ledger: Ledger, notice: RuntimeNotice) -> None:
    assert list(ledger.open_runtime_notices()) == [notice]
    assert ledger.runtime_notices() == [notice]


def test_the_same_group_and_key_again_is_the_same_notice(
    ledger: Ledger, notice: RuntimeNotice
) -> None:
    assert not ledger.queue_runtime_notice(replace(notice, headline="another word"))
    assert stored(ledger) == notice
    assert ledger.queue_runtime_notice(replace(notice, key="create block/2027-02-01/60"))
    assert ledger.queue_runtime_notice(replace(notice, group="|application|carts"))


@pytest.mark.parametrize(("group", "key"), [("a|b", "c"), ("a", "b|c"), ("a|b|c", "")])
def test_a_group_and_a_key_never_run_together(ledger: Ledger, group: str, key: str) -> None:
    for others in (("a|b", "c"), ("a", "b|c"), ("a|b|c", "")):
        if others != (group, key):
            ledger.queue_runtime_notice(make_runtime_notice(group=others[0], key=others[1]))
    assert ledger.queue_runtime_notice(make_runtime_notice(group=group, key=key))


def test_who_waits_longest_comes_first(ledger: Ledger) -> None:
    for hours, place in ((2, "b"), (1, "a"), (3, "c")):
        queued_at = NOW - timedelta(hours=hours)
        ledger.queue_runtime_notice(make_runtime_notice(group=place, queued_at=queued_at))
    assert [each.group for each in ledger.runtime_notices()] == ["c", "b", "a"]
    opened = [each for each in ledger.open_runtime_notices() if isinstance(each, RuntimeNotice)]
    assert [each.group for each in opened] == ["c", "b", "a"]


def test_all_notices_are_read_page_by_page(ledger: Ledger, wire: Wire) -> None:
    functions = tuple(f"{index:04d}-{'x' * 100}" for index in range(200))
    for index in range(60):
        ledger.queue_runtime_notice(make_runtime_notice(group=f"{index}", functions=functions))
    wire.clear()
    assert len(ledger.runtime_notices()) == 60
    assert wire.sent["Query"] > 1
    assert wire.sent.keys() == {"Query"}


def test_one_run_claims_a_notice(ledger: Ledger, notice: RuntimeNotice) -> None:
    assert ledger.claim_runtime_notice(notice, NOW, CLAIM)
    assert not ledger.claim_runtime_notice(notice, NOW + CLAIM, CLAIM)
    assert stored(ledger).state is RuntimeNoticeState.CLAIMED
    assert len(list(ledger.open_runtime_notices())) == 1


def test_a_claim_is_taken_over_once_it_is_old(ledger: Ledger, notice: RuntimeNotice) -> None:
    ledger.claim_runtime_notice(notice, NOW, CLAIM)
    assert ledger.claim_runtime_notice(notice, NOW + CLAIM + timedelta(seconds=1), CLAIM)


def test_a_sent_notice_is_settled_and_kept_for_the_audit(
    ledger: Ledger, notice: RuntimeNotice, items: TableReader
) -> None:
    ledger.claim_runtime_notice(notice, NOW, CLAIM)
    ledger.record_runtime_sent(notice, SENT_AT, TO_DEV)
    assert stored(ledger) == replace(notice, state=RuntimeNoticeState.SENT, sent_at=SENT_AT)
    assert list(ledger.open_runtime_notices()) == []
    assert not ledger.claim_runtime_notice(notice, SENT_AT + 2 * CLAIM, CLAIM)
    assert not ledger.queue_runtime_notice(notice)
    item = items.one("RUNTIMENOTICE", runtime_notice_key(notice)["sk"]["S"])
    assert item["message_ids"] == {"M": {"dev@example.com": {"S": "m-1"}}}
    assert item["expires_epoch_seconds"] == {"N": str(int((SENT_AT + RETENTION).timestamp()))}


def test_a_delivery_that_is_recorded_twice_keeps_its_first_record(
    ledger: Ledger, notice: RuntimeNotice
) -> None:
    ledger.record_runtime_sent(notice, SENT_AT, TO_DEV)
    ledger.record_runtime_sent(notice, SENT_AT + CLAIM, {"dev@example.com": "m-2"})
    assert stored(ledger).sent_at == SENT_AT


def test_nothing_counts_as_sent_that_nobody_accepted(ledger: Ledger, notice: RuntimeNotice) -> None:
    with pytest.raises(ValueError, match="record a failure instead"):
        ledger.record_runtime_sent(notice, SENT_AT, {})
    assert stored(ledger) == notice


def test_a_failure_puts_the_notice_back_with_its_error(
    ledger: Ledger, notice: RuntimeNotice
) -> None:
    for tries in (1, 2):
        ledger.claim_runtime_notice(notice, NOW, CLAIM)
        ledger.record_runtime_failure(notice, "SES said no", NOW)
        found = stored(ledger)
        assert (found.state, found.tries) == (RuntimeNoticeState.PENDING, tries)
        assert found.error == "SES said no"
    assert ledger.claim_runtime_notice(notice, NOW, CLAIM)


def test_a_cancelled_notice_is_not_sent(
    ledger: Ledger, notice: RuntimeNotice, items: TableReader
) -> None:
    ledger.cancel_runtime_notice(notice, "its functions are gone", NOW)
    assert stored(ledger).state is RuntimeNoticeState.CANCELLED
    assert list(ledger.open_runtime_notices()) == []
    assert not ledger.claim_runtime_notice(notice, NOW + 2 * CLAIM, CLAIM)
    (item,) = items.all()
    assert item["cancelled_because"] == {"S": "its functions are gone"}
    assert item["expires_epoch_seconds"] == {"N": str(int((NOW + RETENTION).timestamp()))}


def test_a_cancelled_notice_may_be_true_again(ledger: Ledger, notice: RuntimeNotice) -> None:
    ledger.cancel_runtime_notice(notice, "its functions are gone", NOW)
    again = replace(notice, queued_at=SENT_AT, count=9)
    assert ledger.queue_runtime_notice(again)
    assert list(ledger.open_runtime_notices()) == [again]


def test_a_mail_that_was_accepted_outweighs_a_cancellation(
    ledger: Ledger, notice: RuntimeNotice
) -> None:
    ledger.claim_runtime_notice(notice, NOW, CLAIM)
    ledger.cancel_runtime_notice(notice, "its functions are gone", NOW)
    ledger.record_runtime_sent(notice, SENT_AT, TO_DEV)
    assert stored(ledger).state is RuntimeNoticeState.SENT


def test_what_was_sent_is_neither_failed_nor_cancelled(
    ledger: Ledger, notice: RuntimeNotice
) -> None:
    ledger.record_runtime_sent(notice, SENT_AT, TO_DEV)
    ledger.record_runtime_failure(notice, "late", SENT_AT)
    ledger.cancel_runtime_notice(notice, "late", SENT_AT)
    assert stored(ledger) == replace(notice, state=RuntimeNoticeState.SENT, sent_at=SENT_AT)


def test_a_notice_that_was_never_queued_cannot_be_sent(ledger: Ledger, items: TableReader) -> None:
    ledger.record_runtime_sent(make_runtime_notice(), SENT_AT, TO_DEV)
    ledger.record_runtime_failure(make_runtime_notice(), "why", SENT_AT)
    ledger.cancel_runtime_notice(make_runtime_notice(), "why", SENT_AT)
    assert not ledger.claim_runtime_notice(make_runtime_notice(), NOW, CLAIM)
    assert items.all() == []


def test_one_notice_that_cannot_be_read_stops_no_other(
    ledger: Ledger, client: Any, notice: RuntimeNotice
) -> None:
    other = make_runtime_notice(group="|application|carts", queued_at=SENT_AT)
    ledger.queue_runtime_notice(other)
    spoil(client, notice)
    unreadable, readable = ledger.open_runtime_notices()
    assert isinstance(unreadable, UnreadableItem)
    assert readable == other
    with pytest.raises(UnreadableItem, match="unknown attribute colour"):
        ledger.runtime_notices()


def test_a_mail_leads_to_what_it_told_of(ledger: Ledger, notice: RuntimeNotice) -> None:
    other = make_runtime_notice(group="|application|carts")
    ledger.queue_runtime_notice(other)
    for each in (notice, other):
        ledger.record_runtime_sent(each, SENT_AT, TO_DEV)
    told = list(ledger.runtime_notices_told_by("m-1"))
    assert {(each.group, address) for each, address in told} == {
        (notice.group, "dev@example.com"),
        (other.group, "dev@example.com"),
    }
    assert list(ledger.runtime_notices_told_by("m-2")) == []


def test_a_notice_whose_every_mail_came_back_waits_again(
    ledger: Ledger, notice: RuntimeNotice
) -> None:
    both = TO_DEV | {"ops@example.com": "m-2"}
    ledger.record_runtime_sent(notice, SENT_AT, both)
    assert not ledger.note_runtime_failure(notice, "m-1", "dev@example.com", "bounced")
    assert stored(ledger).state is RuntimeNoticeState.SENT
    assert ledger.note_runtime_failure(notice, "m-2", "ops@example.com", "bounced too")
    waiting = replace(notice, error="bounced too")
    assert list(ledger.open_runtime_notices()) == [waiting]
    assert ledger.claim_runtime_notice(waiting, SENT_AT + 2 * CLAIM, CLAIM)


def test_a_failure_that_is_handed_in_again_finishes_what_was_left(
    ledger: Ledger, notice: RuntimeNotice, wire: Wire
) -> None:
    ledger.record_runtime_sent(notice, SENT_AT, TO_DEV)
    failure = (notice, "m-1", "dev@example.com", "bounced")
    wire.before("UpdateItem", lambda: None)
    wire.before("UpdateItem", lambda: (_ for _ in ()).throw(RuntimeError("the process ends here")))
    with pytest.raises(RuntimeError):
        ledger.note_runtime_failure(*failure)
    assert stored(ledger).state is RuntimeNoticeState.SENT
    assert ledger.note_runtime_failure(*failure)
    assert not ledger.note_runtime_failure(*failure)
    assert stored(ledger).state is RuntimeNoticeState.PENDING


def test_a_report_of_an_earlier_mail_says_nothing_of_the_later_one(
    ledger: Ledger, notice: RuntimeNotice
) -> None:
    ledger.record_runtime_sent(notice, SENT_AT, TO_DEV)
    ledger.note_runtime_failure(notice, "m-1", "dev@example.com", "bounced")
    ledger.record_runtime_sent(notice, SENT_AT + CLAIM, {"dev@example.com": "m-2"})
    assert not ledger.note_runtime_failure(notice, "m-1", "dev@example.com", "bounced")
    assert stored(ledger).state is RuntimeNoticeState.SENT


def test_a_report_on_a_mail_of_runtimes_is_told_to_no_lease(
    ledger: Ledger, notice: RuntimeNotice
) -> None:
    ledger.record_runtime_sent(notice, SENT_AT, TO_DEV)
    outcome = Outcome("m-1", "dev@example.com", DeliveryStatus.BOUNCED, SENT_AT)
    assert list(ledger.note_outcome(outcome)) == []
