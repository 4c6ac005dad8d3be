"""The outbox of notices without a lease on moto: claims, deliveries, failures, what came back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from steward.domain.deliveries import DeliveryStatus
from steward.domain.news import News
from steward.domain.outbox import NoticeState
from steward.domain.outcomes import Outcome
from steward.ledger.attributes import UnreadableItem
from steward.ledger.keys import news_key
from steward.ledger.ledger import Ledger
from tests.factories import NOW
from tests.integration.ledger.conftest import RETENTION, TABLE, TableReader
from tests.integration.ledger.wire import Wire
from tests.rollout_records import FAILED_ID, make_rollout, make_rollout_notice
from tests.runtime_records import make_runtime_notice

CLAIM = timedelta(minutes=15)
SENT_AT = NOW + timedelta(hours=1)
TO_DEV = {"dev@example.com": "m-1"}


@dataclass(frozen=True)
class Kind:
    """One kind of notice: an example, another one, and how the ledger gives them back."""

    notice: News
    other: Callable[[datetime], News]
    listed: Callable[[Ledger], Iterable[News]]
    open: Callable[[Ledger], Iterable[News | UnreadableItem]]

    def stored(self, ledger: Ledger) -> News:
        (found,) = self.listed(ledger)
        return found


KINDS = {
    "runtimes": Kind(
        make_runtime_notice(),
        lambda at: make_runtime_notice(group="|application|carts", queued_at=at),
        lambda ledger: ledger.runtime_notices(),
        lambda ledger: ledger.open_runtime_notices(),
    ),
    "rollouts": Kind(
        make_rollout_notice(),
        lambda at: make_rollout_notice(make_rollout(deployment_id="d-OTHER"), queued_at=at),
        lambda ledger: ledger.rollout_notices_of(FAILED_ID),
        lambda ledger: ledger.open_rollout_notices(),
    ),
}


@pytest.fixture(params=KINDS)
def of_kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
def notice(of_kind: Kind, ledger: Ledger) -> News:
    assert ledger.queue_news(of_kind.notice)
    return of_kind.notice


def spoil(client: Any, notice: News) -> None:
    client.update_item(
        TableName=TABLE,
        Key=news_key(notice),
        UpdateExpression="SET colour = :red",
        ExpressionAttributeValues={":red": {"S": "red"}},
    )


def test_a_queued_notice_is_open(of_kind: Kind, ledger: Ledger, notice: News) -> None:
    assert list(of_kind.open(ledger)) == [notice]
    assert of_kind.stored(ledger) == notice


def test_what_was_queued_stays_as_it_was(of_kind: Kind, ledger: Ledger, notice: News) -> None:
    assert not ledger.queue_news(replace(notice, owners=()))
    assert of_kind.stored(ledger) == notice
    assert ledger.queue_news(of_kind.other(NOW))


def test_who_waits_longest_comes_first(of_kind: Kind, ledger: Ledger, notice: News) -> None:
    earlier = of_kind.other(NOW - timedelta(hours=1))
    ledger.queue_news(earlier)
    assert list(of_kind.open(ledger)) == [earlier, notice]


def test_one_run_claims_a_notice(of_kind: Kind, ledger: Ledger, notice: News) -> None:
    assert ledger.claim_news(notice, NOW, CLAIM)
    assert not ledger.claim_news(notice, NOW + CLAIM, CLAIM)
    assert of_kind.stored(ledger).state is NoticeState.CLAIMED
    assert len(list(of_kind.open(ledger))) == 1


def test_a_claim_is_taken_over_once_it_is_old(ledger: Ledger, notice: News) -> None:
    ledger.claim_news(notice, NOW, CLAIM)
    assert ledger.claim_news(notice, NOW + CLAIM + timedelta(seconds=1), CLAIM)


def test_a_sent_notice_is_settled_and_kept_for_the_audit(
    of_kind: Kind, ledger: Ledger, notice: News, items: TableReader
) -> None:
    ledger.claim_news(notice, NOW, CLAIM)
    ledger.record_news_sent(notice, SENT_AT, TO_DEV)
    assert of_kind.stored(ledger) == replace(notice, state=NoticeState.SENT, sent_at=SENT_AT)
    assert list(of_kind.open(ledger)) == []
    assert not ledger.claim_news(notice, SENT_AT + 2 * CLAIM, CLAIM)
    assert not ledger.queue_news(notice)
    item = items.one(news_key(notice)["pk"]["S"], news_key(notice)["sk"]["S"])
    assert item["message_ids"] == {"M": {"dev@example.com": {"S": "m-1"}}}
    assert item["expires_epoch_seconds"] == {"N": str(int((SENT_AT + RETENTION).timestamp()))}


def test_a_delivery_that_is_recorded_twice_keeps_its_first_record(
    of_kind: Kind, ledger: Ledger, notice: News
) -> None:
    ledger.record_news_sent(notice, SENT_AT, TO_DEV)
    ledger.record_news_sent(notice, SENT_AT + CLAIM, {"dev@example.com": "m-2"})
    assert of_kind.stored(ledger).sent_at == SENT_AT


def test_nothing_counts_as_sent_that_nobody_accepted(
    of_kind: Kind, ledger: Ledger, notice: News
) -> None:
    with pytest.raises(ValueError, match="record a failure instead"):
        ledger.record_news_sent(notice, SENT_AT, {})
    assert of_kind.stored(ledger) == notice


def test_a_failure_puts_the_notice_back_with_its_error(
    of_kind: Kind, ledger: Ledger, notice: News
) -> None:
    for tries in (1, 2):
        ledger.claim_news(notice, NOW, CLAIM)
        ledger.record_news_failure(notice, "SES said no", NOW)
        found = of_kind.stored(ledger)
        assert (found.state, found.tries) == (NoticeState.PENDING, tries)
        assert found.error == "SES said no"
    assert ledger.claim_news(notice, NOW, CLAIM)


def test_a_cancelled_notice_is_not_sent(
    of_kind: Kind, ledger: Ledger, notice: News, items: TableReader
) -> None:
    ledger.cancel_news(notice, "its functions are gone", NOW)
    assert of_kind.stored(ledger).state is NoticeState.CANCELLED
    assert list(of_kind.open(ledger)) == []
    assert not ledger.claim_news(notice, NOW + 2 * CLAIM, CLAIM)
    (item,) = items.all()
    assert item["cancelled_because"] == {"S": "its functions are gone"}
    assert item["expires_epoch_seconds"] == {"N": str(int((NOW + RETENTION).timestamp()))}


def test_a_cancelled_notice_may_be_true_again(of_kind: Kind, ledger: Ledger, notice: News) -> None:
    ledger.cancel_news(notice, "its functions are gone", NOW)
    again = replace(notice, queued_at=SENT_AT, owners=())
    assert ledger.queue_news(again)
    assert list(of_kind.open(ledger)) == [again]


def test_a_mail_that_was_accepted_outweighs_a_cancellation(
    of_kind: Kind, ledger: Ledger, notice: News
) -> None:
    ledger.claim_news(notice, NOW, CLAIM)
    ledger.cancel_news(notice, "its functions are gone", NOW)
    ledger.record_news_sent(notice, SENT_AT, TO_DEV)
    assert of_kind.stored(ledger).state is NoticeState.SENT


def test_what_was_sent_is_neither_failed_nor_cancelled(
    of_kind: Kind, ledger: Ledger, notice: News
) -> None:
    ledger.record_news_sent(notice, SENT_AT, TO_DEV)
    ledger.record_news_failure(notice, "late", SENT_AT)
    ledger.cancel_news(notice, "late", SENT_AT)
    assert of_kind.stored(ledger) == replace(notice, state=NoticeState.SENT, sent_at=SENT_AT)


def test_a_notice_that_was_never_queued_cannot_be_sent(
    of_kind: Kind, ledger: Ledger, items: TableReader
) -> None:
    ledger.record_news_sent(of_kind.notice, SENT_AT, TO_DEV)
    ledger.record_news_failure(of_kind.notice, "why", SENT_AT)
    ledger.cancel_news(of_kind.notice, "why", SENT_AT)
    assert not ledger.claim_news(of_kind.notice, NOW, CLAIM)
    assert items.all() == []


def test_one_notice_that_cannot_be_read_stops_no_other(
    of_kind: Kind, ledger: Ledger, client: Any, notice: News
) -> None:
    other = of_kind.other(SENT_AT)
    ledger.queue_news(other)
    spoil(client, notice)
    unreadable, readable = of_kind.open(ledger)
    assert isinstance(unreadable, UnreadableItem)
    assert readable == other
    with pytest.raises(UnreadableItem, match="unknown attribute colour"):
        of_kind.stored(ledger)


def test_a_mail_leads_to_what_it_told_of(of_kind: Kind, ledger: Ledger, notice: News) -> None:
    other = of_kind.other(NOW)
    ledger.queue_news(other)
    for each in (notice, other):
        ledger.record_news_sent(each, SENT_AT, TO_DEV)
    told = list(ledger.news_told_by("m-1"))
    assert {(news_key(each)["sk"]["S"], address) for each, address in told} == {
        (news_key(each)["sk"]["S"], "dev@example.com") for each in (notice, other)
    }
    assert list(ledger.news_told_by("m-2")) == []


def test_a_notice_whose_every_mail_came_back_waits_again(
    of_kind: Kind, ledger: Ledger, notice: News
) -> None:
    both = TO_DEV | {"ops@example.com": "m-2"}
    ledger.record_news_sent(notice, SENT_AT, both)
    assert not ledger.note_news_failure(notice, "m-1", "dev@example.com", "bounced")
    assert of_kind.stored(ledger).state is NoticeState.SENT
    assert ledger.note_news_failure(notice, "m-2", "ops@example.com", "bounced too")
    waiting = replace(notice, error="bounced too")
    assert list(of_kind.open(ledger)) == [waiting]
    assert ledger.claim_news(waiting, SENT_AT + 2 * CLAIM, CLAIM)


def test_a_failure_that_is_handed_in_again_finishes_what_was_left(
    of_kind: Kind, ledger: Ledger, notice: News, wire: Wire
) -> None:
    ledger.record_news_sent(notice, SENT_AT, TO_DEV)
    failure = (notice, "m-1", "dev@example.com", "bounced")
    wire.before("UpdateItem", lambda: None)
    wire.before("UpdateItem", lambda: (_ for _ in ()).throw(RuntimeError("the process ends here")))
    with pytest.raises(RuntimeError):
        ledger.note_news_failure(*failure)
    assert of_kind.stored(ledger).state is NoticeState.SENT
    assert ledger.note_news_failure(*failure)
    assert not ledger.note_news_failure(*failure)
    assert of_kind.stored(ledger).state is NoticeState.PENDING


def test_a_report_of_an_earlier_mail_says_nothing_of_the_later_one(
    of_kind: Kind, ledger: Ledger, notice: News
) -> None:
    ledger.record_news_sent(notice, SENT_AT, TO_DEV)
    ledger.note_news_failure(notice, "m-1", "dev@example.com", "bounced")
    ledger.record_news_sent(notice, SENT_AT + CLAIM, {"dev@example.com": "m-2"})
    assert not ledger.note_news_failure(notice, "m-1", "dev@example.com", "bounced")
    assert of_kind.stored(ledger).state is NoticeState.SENT


def test_a_report_on_a_mail_of_runtimes_is_told_to_no_lease(ledger: Ledger, notice: News) -> None:
    ledger.record_news_sent(notice, SENT_AT, TO_DEV)
    outcome = Outcome("m-1", "dev@example.com", DeliveryStatus.BOUNCED, SENT_AT)
    assert list(ledger.note_outcome(outcome)) == []
