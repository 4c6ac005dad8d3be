from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from steward.domain.leases import Lease, LeaseNotice, LeaseState
from steward.domain.outbox import Notice, NoticeKind, NoticeState, event_notice
from steward.ledger.attributes import UnreadableItem
from steward.ledger.leases import LeaseChanged
from steward.ledger.ledger import Ledger
from tests.factories import NOW, UNIT, make_event, make_lease, make_notice
from tests.integration.ledger.conftest import RETENTION, TABLE, TableReader
from tests.integration.ledger.wire import Wire

WEEK = timedelta(days=7)
CLAIM = timedelta(minutes=15)
SENT_AT = NOW + timedelta(hours=1)
TO_DEV = {"dev@example.com": "message-1"}


@pytest.fixture
def marked(ledger: Ledger) -> Lease:
    """A lease in the ledger that awaits the delivery of its first notice."""
    lease = make_lease(state=LeaseState.MARKED, notices=(LeaseNotice(WEEK, NOW),), marked_at=NOW)
    return ledger.save(None, lease, make_event(lease), [make_notice(lease, WEEK)])


@pytest.fixture
def notice(ledger: Ledger, marked: Lease) -> Notice:
    (notice,) = ledger.open_notices()
    assert notice.stack_id == marked.stack_id
    return notice


def read(ledger: Ledger, notice: Notice) -> Notice:
    (stored,) = [each for each in ledger.notices_of(notice.stack_id) if each.stage == notice.stage]
    return stored


def live(ledger: Ledger, lease: Lease) -> Lease:
    found = ledger.lease(lease.unit, lease.stack_id)
    assert found is not None
    return found


def test_a_notice_is_open_from_the_moment_it_is_due(ledger: Ledger, marked: Lease) -> None:
    assert list(ledger.open_notices()) == [make_notice(marked, WEEK)]


def test_who_waits_longest_comes_first(ledger: Ledger) -> None:
    for hours, name in ((2, "feat-b"), (1, "feat-a"), (3, "feat-c")):
        lease = make_lease(name)
        waiting = make_notice(lease, queued_at=NOW - timedelta(hours=hours))
        ledger.save(None, lease, make_event(lease), [waiting])
    names = [each.stack_name for each in ledger.open_notices()]
    assert names == ["feat-c", "feat-b", "feat-a"]


def test_a_notice_settled_since_the_index_was_read_is_not_open(
    ledger: Ledger, client: Any, notice: Notice, items: TableReader
) -> None:
    item = items.one(f"NOTICE#{notice.stack_id}", "000001#7d")
    client.put_item(TableName=TABLE, Item=item | {"state": {"S": "sent"}})
    assert list(ledger.open_notices()) == []


def test_a_claimed_notice_is_another_senders(ledger: Ledger, notice: Notice) -> None:
    assert ledger.claim(notice, NOW, CLAIM)
    assert not ledger.claim(notice, NOW + timedelta(minutes=1), CLAIM)
    assert read(ledger, notice).state is NoticeState.CLAIMED
    assert [each.stage for each in ledger.open_notices()] == ["7d"]


@pytest.mark.parametrize(
    ("age", "taken"),
    [
        pytest.param(CLAIM - timedelta(seconds=1), False, id="young"),
        pytest.param(CLAIM, False, id="as-old-as-allowed"),
        pytest.param(CLAIM + timedelta(microseconds=1), True, id="older-than-allowed"),
    ],
)
def test_an_abandoned_claim_expires(
    ledger: Ledger, notice: Notice, age: timedelta, taken: bool
) -> None:
    ledger.claim(notice, NOW, CLAIM)
    assert ledger.claim(notice, NOW + age, CLAIM) is taken


def test_a_claim_taken_over_starts_anew(ledger: Ledger, notice: Notice) -> None:
    ledger.claim(notice, NOW, CLAIM)
    ledger.claim(notice, NOW + 2 * CLAIM, CLAIM)
    assert not ledger.claim(notice, NOW + 3 * CLAIM, CLAIM)


def test_a_notice_that_is_not_there_cannot_be_claimed(ledger: Ledger) -> None:
    assert not ledger.claim(make_notice(make_lease()), NOW, CLAIM)


def test_a_delivery_counts_for_its_lease(ledger: Ledger, marked: Lease, notice: Notice) -> None:
    ledger.claim(notice, NOW, CLAIM)
    ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    told = live(ledger, marked)
    assert told.notices == (LeaseNotice(WEEK, NOW, SENT_AT),)
    assert told.version == marked.version + 1
    assert read(ledger, notice).state is NoticeState.SENT
    assert list(ledger.open_notices()) == []


def test_a_delivery_is_on_the_record(ledger: Ledger, marked: Lease, notice: Notice) -> None:
    ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    event = ledger.audit_trail(marked.stack_id)[-1]
    assert (event.what, event.actor, event.at) == ("delivered", "notice_digest", SENT_AT)
    assert event.version == marked.version + 1
    assert event.why == (
        "the 7d notice of generation 1 was accepted for delivery to dev@example.com"
    )
    assert event.evidence["message to dev@example.com"] == "message-1"


def test_a_settled_notice_is_forgotten_after_the_retention(
    ledger: Ledger, notice: Notice, items: TableReader
) -> None:
    ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    item = items.one(f"NOTICE#{notice.stack_id}", "000001#7d")
    assert item["expires_epoch_seconds"] == {"N": str(int((SENT_AT + RETENTION).timestamp()))}
    assert item.keys().isdisjoint({"gsi1pk", "gsi1sk", "claimed_at"})


def test_recorded_twice_a_delivery_counts_once(
    ledger: Ledger, marked: Lease, notice: Notice, items: TableReader
) -> None:
    ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    once = items.all()
    ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    ledger.record_delivery(notice, SENT_AT + timedelta(hours=1), TO_DEV, "notice_digest")
    assert items.all() == once
    assert live(ledger, marked).notices[0].delivered_at == SENT_AT


def test_delivered_after_an_extension_it_does_not_count(
    ledger: Ledger, marked: Lease, notice: Notice
) -> None:
    extended = replace(marked, generation=2, notices=(LeaseNotice(WEEK, NOW),))
    extended = ledger.save(marked, extended, make_event(marked, what="extend"))
    ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    assert live(ledger, marked) == extended
    assert read(ledger, notice).state is NoticeState.SENT
    event = ledger.audit_trail(marked.stack_id)[-1]
    assert event.why.endswith("; the lease has moved on, so it does not count")
    assert event.version == extended.version


def test_extended_while_the_mail_went_out_it_does_not_count(
    ledger: Ledger, marked: Lease, notice: Notice, wire: Wire
) -> None:
    extended = replace(marked, generation=2, notices=(LeaseNotice(WEEK, NOW),))

    def extend() -> None:
        ledger.save(marked, extended, make_event(marked, what="extend"))

    wire.before("TransactWriteItems", extend)
    ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    assert live(ledger, marked) == replace(extended, version=2)
    assert read(ledger, notice).state is NoticeState.SENT


def test_changed_while_the_mail_went_out_it_still_counts(
    ledger: Ledger, marked: Lease, notice: Notice, wire: Wire
) -> None:
    changed = replace(marked, owner_source="contact map")
    wire.before("TransactWriteItems", lambda: ledger.save(marked, changed, make_event(marked)))
    ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    told = live(ledger, marked)
    assert told.notices == (LeaseNotice(WEEK, NOW, SENT_AT),)
    assert (told.owner_source, told.version) == ("contact map", 3)


def test_a_lease_that_never_stands_still_is_reported(
    ledger: Ledger, marked: Lease, notice: Notice, wire: Wire
) -> None:
    for _ in range(5):
        reasons = ["None", "ConditionalCheckFailed", "None"]
        wire.refuse("TransactWriteItems", "TransactionCanceledException", reasons)
    with pytest.raises(LeaseChanged):
        ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    assert read(ledger, notice).state is NoticeState.PENDING
    assert not live(ledger, marked).delivered


def test_a_crash_while_recording_leaves_the_notice_to_be_sent_again(
    ledger: Ledger, marked: Lease, notice: Notice, wire: Wire
) -> None:
    ledger.claim(notice, NOW, CLAIM)
    wire.refuse("TransactWriteItems", "InternalServerError")
    with pytest.raises(ClientError):
        ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    assert not live(ledger, marked).delivered
    assert len(ledger.audit_trail(marked.stack_id)) == 1
    assert ledger.claim(notice, NOW + 2 * CLAIM, CLAIM)


def test_delivered_after_the_stack_is_gone_it_only_goes_on_record(
    ledger: Ledger, marked: Lease, notice: Notice
) -> None:
    gone = ledger.save(marked, replace(marked, state=LeaseState.GONE), make_event(marked))
    ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    assert ledger.lease(UNIT, marked.stack_id) is None
    assert ledger.ended_lease(UNIT, marked.stack_id) == gone
    event = ledger.audit_trail(marked.stack_id)[-1]
    assert (event.what, event.version) == ("delivered", gone.version)


@pytest.mark.parametrize("kind", [NoticeKind.BLOCKED, NoticeKind.DELETED])
def test_the_delivery_of_news_changes_no_lease(
    ledger: Ledger, marked: Lease, kind: NoticeKind
) -> None:
    news = event_notice(marked, kind, "it happened", NOW, ("Bucket (AWS::S3::Bucket) b-1",))
    blocked = ledger.save(marked, marked, make_event(marked), [news])
    ledger.record_delivery(news, SENT_AT, TO_DEV, "notice_digest")
    assert live(ledger, marked) == blocked
    assert read(ledger, news).state is NoticeState.SENT
    assert ledger.audit_trail(marked.stack_id)[-1].evidence["kind"] == kind


def test_without_a_message_id_nothing_was_delivered(ledger: Ledger, notice: Notice) -> None:
    with pytest.raises(ValueError, match="record a failure instead"):
        ledger.record_delivery(notice, SENT_AT, {}, "notice_digest")
    assert read(ledger, notice).state is NoticeState.PENDING


def test_a_failure_is_kept_with_the_notice_and_it_is_tried_again(
    ledger: Ledger, marked: Lease, notice: Notice
) -> None:
    for tries in (1, 2):
        assert ledger.claim(notice, NOW, CLAIM)
        failed = ledger.record_failure(notice, f"refused {tries}", NOW)
        assert failed == replace(notice, tries=tries, error=f"refused {tries}")
        assert list(ledger.open_notices()) == [failed]
    assert live(ledger, marked) == marked


def test_a_late_failure_does_not_reopen_a_delivered_notice(ledger: Ledger, notice: Notice) -> None:
    ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    assert ledger.record_failure(notice, "timed out", SENT_AT).state is NoticeState.SENT
    assert list(ledger.open_notices()) == []


def test_the_failure_of_an_unknown_notice_is_no_notice(ledger: Ledger) -> None:
    with pytest.raises(UnreadableItem, match="sk=000001#7d: the notice is not in the table"):
        ledger.record_failure(make_notice(make_lease()), "refused", NOW)


def test_a_cancelled_notice_is_not_sent_and_the_record_says_why(
    ledger: Ledger, marked: Lease, notice: Notice
) -> None:
    ledger.cancel(notice, "the lease was extended", SENT_AT)
    assert read(ledger, notice).state is NoticeState.CANCELLED
    assert list(ledger.open_notices()) == []
    assert not ledger.claim(notice, SENT_AT, CLAIM)
    event = ledger.audit_trail(marked.stack_id)[-1]
    assert event.what == "cancelled"
    assert event.why == "the 7d notice of generation 1 is not sent: the lease was extended"
    assert live(ledger, marked) == marked


def test_two_notices_of_one_lease_are_cancelled_at_one_moment(
    ledger: Ledger, marked: Lease, notice: Notice
) -> None:
    second = make_notice(marked, timedelta(days=3))
    ledger.save(marked, marked, make_event(marked), [second])
    ledger.cancel(notice, "moved on", SENT_AT)
    ledger.cancel(second, "moved on", SENT_AT)
    states = {each.state for each in ledger.notices_of(marked.stack_id)}
    assert states == {NoticeState.CANCELLED}
    trail = ledger.audit_trail(marked.stack_id)
    assert [event.what for event in trail][-2:] == ["cancelled", "cancelled"]


def test_what_was_sent_cannot_be_cancelled(ledger: Ledger, marked: Lease, notice: Notice) -> None:
    ledger.record_delivery(notice, SENT_AT, TO_DEV, "notice_digest")
    ledger.cancel(notice, "moved on", SENT_AT + timedelta(hours=1))
    assert read(ledger, notice).state is NoticeState.SENT
    assert ledger.audit_trail(marked.stack_id)[-1].what == "delivered"


def test_a_conflict_while_claiming_is_tried_again(
    ledger: Ledger, notice: Notice, wire: Wire, pauses: list[float]
) -> None:
    wire.refuse("UpdateItem", "TransactionConflictException")
    assert ledger.claim(notice, NOW, CLAIM)
    assert len(pauses) == 1
