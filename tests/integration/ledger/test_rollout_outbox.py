"""The outbox of rollouts on moto: what is one notice, and whose notices are listed."""

from datetime import timedelta

from steward.domain.rollouts.config import Told
from steward.ledger.ledger import Ledger
from tests.factories import NOW
from tests.integration.ledger.wire import Wire
from tests.rollout_records import FAILED_ID, make_rollback, make_rollout, make_rollout_notice


def test_an_event_of_a_deployment_is_one_notice(ledger: Ledger) -> None:
    notice = make_rollout_notice()
    assert ledger.queue_news(notice)
    assert not ledger.queue_news(make_rollout_notice(queued_at=NOW + timedelta(hours=1)))
    assert ledger.queue_news(make_rollout_notice(event=Told.STUCK))
    assert ledger.queue_news(make_rollout_notice(make_rollout(region="us-east-1")))
    assert ledger.queue_news(make_rollout_notice(make_rollout(account_id="333333333333")))


def test_notices_are_listed_by_deployment_in_their_order(ledger: Ledger) -> None:
    later = make_rollout_notice(event=Told.STUCK, queued_at=NOW + timedelta(hours=1))
    others = (
        make_rollout_notice(make_rollback()),
        make_rollout_notice(make_rollout(deployment_id=f"{FAILED_ID}X")),
    )
    for notice in (later, make_rollout_notice(), *others):
        ledger.queue_news(notice)
    assert ledger.rollout_notices_of(FAILED_ID) == [make_rollout_notice(), later]
    assert ledger.rollout_notices_of("d-NOTHING") == []


def test_listing_reads_one_deployment_only(ledger: Ledger, wire: Wire) -> None:
    for index in range(50):
        ledger.queue_news(make_rollout_notice(make_rollout(deployment_id=f"d-{index}")))
    wire.clear()
    assert len(ledger.rollout_notices_of("d-7")) == 1
    assert wire.sent == {"Query": 1}
