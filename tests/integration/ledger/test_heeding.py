"""Reports on mails: on record, and heeded by notices and leases whichever is written first."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from steward.domain.deliveries import Delivery, DeliveryStatus
from steward.domain.leases import Lease, LeaseNotice, LeaseState
from steward.domain.outbox import Notice, NoticeKind, NoticeState, event_notice
from steward.domain.outcomes import Outcome
from steward.ledger.deliveries import OutcomesContend
from steward.ledger.leases import LeaseChanged
from steward.ledger.ledger import Ledger
from tests.factories import NOW, UNIT, make_event, make_lease, make_notice
from tests.integration.ledger.conftest import TableReader
from tests.integration.ledger.wire import Wire

WEEK, HOUR, SECOND = timedelta(days=7), timedelta(hours=1), timedelta(seconds=1)
ADA, BOB, FALLBACK = "ada@example.com", "bob@example.com", "platform@example.com"
DIGEST, HEARD = "notice_digest", "notice_delivery"


@pytest.fixture
def marked(ledger: Ledger) -> Lease:
    lease = make_lease(
        state=LeaseState.MARKED, notices=(LeaseNotice(WEEK, NOW),), marked_at=NOW, owners=(ADA, BOB)
    )
    return ledger.save(None, lease, make_event(lease), [make_notice(lease, WEEK)])


@pytest.fixture
def notice(ledger: Ledger, marked: Lease) -> Notice:
    (notice,) = ledger.open_notices()
    assert notice.stack_id == marked.stack_id
    return notice


def report(
    status: DeliveryStatus = DeliveryStatus.BOUNCED,
    address: str = ADA,
    at: timedelta = SECOND,
) -> Outcome:
    until = NOW + 2 * WEEK if status.failed or status is DeliveryStatus.COMPLAINED else None
    return Outcome(f"to {address}", address, status, NOW + at, "so it was said", until)


def mails(*addresses: str) -> dict[str, str]:
    return {each: f"to {each}" for each in addresses}


def hear(ledger: Ledger, outcome: Outcome) -> int:
    """Take one report in, as notice_delivery does; how many notices its mail told of."""
    notices = list(ledger.note_outcome(outcome))
    for each in notices:
        ledger.heed(outcome, each, FALLBACK, NOW + HOUR, HEARD)
    return len(notices)


def sent(ledger: Ledger, notice: Notice, *addresses: str) -> list[Outcome]:
    known = ledger.record_delivery(notice, NOW, mails(*addresses), DIGEST, FALLBACK)
    return list(known)


def live(ledger: Ledger, lease: Lease) -> Lease:
    found = ledger.lease(lease.unit, lease.stack_id)
    assert found is not None
    return found


def stored(ledger: Ledger, notice: Notice) -> Notice:
    (found,) = [each for each in ledger.notices_of(notice.stack_id) if each.stage == notice.stage]
    return found


def statuses(ledger: Ledger, notice: Notice) -> dict[str, DeliveryStatus]:
    return {each.address: each.status for each in stored(ledger, notice).deliveries}


def test_what_was_accepted_is_on_the_notice(ledger: Ledger, notice: Notice) -> None:
    sent(ledger, notice, ADA, BOB)
    assert stored(ledger, notice).deliveries == (
        Delivery(ADA, f"to {ADA}", DeliveryStatus.ACCEPTED, NOW),
        Delivery(BOB, f"to {BOB}", DeliveryStatus.ACCEPTED, NOW),
    )


def test_a_mail_leads_to_every_notice_it_told_of(ledger: Ledger) -> None:
    for name in ("feat-a", "feat-b"):
        lease = make_lease(name, marked_at=NOW, notices=(LeaseNotice(WEEK, NOW),))
        notice = make_notice(lease)
        ledger.save(None, lease, make_event(lease), [notice])
        sent(ledger, notice, ADA)
    told = {each.stack_name for each in ledger.note_outcome(report())}
    assert told == {"feat-a", "feat-b"}
    assert list(ledger.note_outcome(report(address=BOB))) == []


def test_a_bounce_starts_the_notices_anew(ledger: Ledger, marked: Lease, notice: Notice) -> None:
    sent(ledger, notice, ADA)
    assert live(ledger, marked).delivered
    assert hear(ledger, report()) == 1
    lease = live(ledger, marked)
    assert (lease.generation, lease.notices, lease.marked_at) == (2, (), NOW)
    assert lease.version == marked.version + 2
    event = ledger.audit_trail(marked.stack_id)[-1]
    assert (event.what, event.actor, event.version) == ("bounced", HEARD, lease.version)
    assert event.evidence == {
        "kind": "stage",
        "stage": "7d",
        "address": ADA,
        "status": "bounced",
        "detail": "so it was said",
        "message": f"to {ADA}",
        "reported at": "2026-11-23T09:00:01Z",
    }


def test_a_bounce_that_came_before_its_record_counts_with_it(
    ledger: Ledger, marked: Lease, notice: Notice
) -> None:
    assert hear(ledger, report()) == 0
    assert sent(ledger, notice, ADA) == [report()]
    lease = live(ledger, marked)
    assert (lease.generation, lease.notices) == (2, ())
    assert statuses(ledger, notice) == {ADA: DeliveryStatus.BOUNCED}
    trail = ledger.audit_trail(marked.stack_id)[-2:]
    assert [(event.what, event.version) for event in trail] == [
        ("delivered", lease.version),
        ("bounced", lease.version),
    ]


def test_a_bounce_that_comes_while_the_record_is_written_counts_with_it(
    ledger: Ledger, marked: Lease, notice: Notice, wire: Wire
) -> None:
    wire.before("TransactWriteItems", lambda: ledger.save_outcome(report()))
    assert sent(ledger, notice, ADA) == [report()]
    assert live(ledger, marked).generation == 2


def test_a_delivery_that_came_before_its_record_counts_too(
    ledger: Ledger, marked: Lease, notice: Notice
) -> None:
    hear(ledger, report(DeliveryStatus.DELIVERED))
    sent(ledger, notice, ADA)
    assert statuses(ledger, notice) == {ADA: DeliveryStatus.DELIVERED}
    assert live(ledger, marked).delivered


def test_reports_on_all_mails_of_a_notice_may_come_first(
    ledger: Ledger, marked: Lease, notice: Notice
) -> None:
    hear(ledger, report())
    hear(ledger, report(DeliveryStatus.SUPPRESSED, BOB))
    sent(ledger, notice, ADA, BOB)
    assert live(ledger, marked).generation == 2
    assert statuses(ledger, notice) == {
        ADA: DeliveryStatus.BOUNCED,
        BOB: DeliveryStatus.SUPPRESSED,
    }


def test_two_bounces_at_once_leave_nobody_told(
    ledger: Ledger, marked: Lease, notice: Notice, wire: Wire
) -> None:
    """Each alone would see the other recipient left."""
    sent(ledger, notice, ADA, BOB)
    other = report(address=BOB)
    ledger.save_outcome(report())
    ledger.save_outcome(other)
    read = stored(ledger, notice)
    wire.before("TransactWriteItems", lambda: ledger.heed(other, read, FALLBACK, NOW, HEARD))
    ledger.heed(report(), read, FALLBACK, NOW + HOUR, HEARD)
    assert live(ledger, marked).generation == 2
    assert set(statuses(ledger, notice).values()) == {DeliveryStatus.BOUNCED}


def test_a_lease_extended_meanwhile_keeps_its_extension(
    ledger: Ledger, marked: Lease, notice: Notice, wire: Wire
) -> None:
    sent(ledger, notice, ADA)
    told = live(ledger, marked)
    extended = replace(told, generation=2, notices=(), expires_at=NOW + 4 * WEEK)
    wire.before("TransactWriteItems", lambda: ledger.save(told, extended, make_event(told)))
    ledger.heed(report(), stored(ledger, notice), FALLBACK, NOW + HOUR, HEARD)
    assert live(ledger, marked) == replace(extended, version=told.version + 1)
    assert statuses(ledger, notice) == {ADA: DeliveryStatus.BOUNCED}


def test_a_bounce_heard_twice_writes_once(
    ledger: Ledger, notice: Notice, items: TableReader
) -> None:
    sent(ledger, notice, ADA)
    hear(ledger, report())
    once = items.all()
    hear(ledger, report())
    assert items.all() == once


@pytest.mark.parametrize("kind", [NoticeKind.BLOCKED, NoticeKind.DELETED])
@pytest.mark.parametrize("early", [False, True], ids=["after-its-record", "before-its-record"])
def test_news_that_bounced_is_open_again_for_the_fallback(
    ledger: Ledger, marked: Lease, items: TableReader, kind: NoticeKind, early: bool
) -> None:
    news = event_notice(marked, kind, "it happened", NOW)
    lease = ledger.save(marked, marked, make_event(marked), [news])
    if early:
        hear(ledger, report())
    sent(ledger, news, ADA)
    if not early:
        hear(ledger, report())
    again = stored(ledger, news)
    assert (again.state, again.owners, again.tries) == (NoticeState.PENDING, (), 0)
    assert again in list(ledger.open_notices())
    assert "expires_epoch_seconds" not in items.one(f"NOTICE#{news.stack_id}", _sort(news))
    assert live(ledger, lease) == lease
    assert ledger.claim(again, NOW + HOUR, HOUR)
    sent(ledger, again, FALLBACK)
    assert statuses(ledger, news) == {
        ADA: DeliveryStatus.BOUNCED,
        FALLBACK: DeliveryStatus.ACCEPTED,
    }
    assert stored(ledger, news).state is NoticeState.SENT


def test_news_is_sent_to_the_fallback_once(ledger: Ledger, marked: Lease) -> None:
    news = event_notice(marked, NoticeKind.BLOCKED, "it happened", NOW)
    ledger.save(marked, marked, make_event(marked), [news])
    sent(ledger, news, ADA)
    hear(ledger, report())
    sent(ledger, stored(ledger, news), FALLBACK)
    hear(ledger, report(address=FALLBACK))
    assert stored(ledger, news).state is NoticeState.SENT


def test_a_stack_that_is_gone_only_goes_on_record(
    ledger: Ledger, marked: Lease, notice: Notice
) -> None:
    sent(ledger, notice, ADA)
    told = live(ledger, marked)
    gone = ledger.save(told, replace(told, state=LeaseState.GONE), make_event(told))
    hear(ledger, report())
    assert ledger.lease(UNIT, marked.stack_id) is None
    assert ledger.ended_lease(UNIT, marked.stack_id) == gone
    assert ledger.audit_trail(marked.stack_id)[-1].version == gone.version


def test_of_a_notice_that_was_forgotten_nothing_is_left_to_tell(
    ledger: Ledger, client: Any, notice: Notice
) -> None:
    sent(ledger, notice, ADA)
    key = {"pk": {"S": f"NOTICE#{notice.stack_id}"}, "sk": {"S": "000001#7d"}}
    client.delete_item(TableName="ledger", Key=key)
    assert hear(ledger, report()) == 0


def test_a_lease_that_never_stands_still_is_reported(
    ledger: Ledger, notice: Notice, wire: Wire
) -> None:
    sent(ledger, notice, ADA)
    for _ in range(5):
        reasons = ["None", "ConditionalCheckFailed"]
        wire.refuse("TransactWriteItems", "TransactionCanceledException", reasons)
    with pytest.raises(LeaseChanged):
        ledger.heed(report(), stored(ledger, notice), FALLBACK, NOW + HOUR, HEARD)


def test_reports_that_never_stand_still_are_reported(ledger: Ledger, wire: Wire) -> None:
    for _ in range(5):
        reasons = ["ConditionalCheckFailed"]
        wire.refuse("TransactWriteItems", "TransactionCanceledException", reasons)
    with pytest.raises(OutcomesContend, match="hand it in again"):
        ledger.save_outcome(report())


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        pytest.param(
            report(DeliveryStatus.DELIVERED), report(), DeliveryStatus.BOUNCED, id="late-bounce"
        ),
        pytest.param(
            report(), report(DeliveryStatus.DELIVERED), DeliveryStatus.BOUNCED, id="late-delivery"
        ),
        pytest.param(
            report(DeliveryStatus.DELIVERED),
            report(DeliveryStatus.DELAYED, at=HOUR),
            DeliveryStatus.DELIVERED,
            id="late-delay",
        ),
    ],
)
def test_the_weightier_report_stands(
    ledger: Ledger, first: Outcome, second: Outcome, stands: DeliveryStatus
) -> None:
    for each in (first, second):
        ledger.save_outcome(each)
    known = ledger.outcome_of(first.message_id)
    assert known is not None
    assert known.status is stands


def test_a_crash_before_the_record_repeats_the_mail_and_counts_the_second(
    ledger: Ledger, marked: Lease, notice: Notice, wire: Wire
) -> None:
    """The bounce of the first mail is then nobody's; that of the second counts."""
    wire.refuse("TransactWriteItems", "InternalServerError")
    with pytest.raises(ClientError):
        ledger.record_delivery(notice, NOW, {ADA: "lost"}, DIGEST, FALLBACK)
    assert hear(ledger, replace(report(), message_id="lost")) == 0
    sent(ledger, notice, ADA)
    assert live(ledger, marked).delivered
    assert hear(ledger, report()) == 1
    assert live(ledger, marked).generation == 2


def test_what_a_mail_told_of_is_forgotten_in_time(
    ledger: Ledger, notice: Notice, items: TableReader
) -> None:
    sent(ledger, notice, ADA)
    hear(ledger, report())
    of_mails = [item for item in items.all() if item["pk"]["S"].startswith("MAIL#")]
    assert len(of_mails) == 2
    assert all("expires_epoch_seconds" in item for item in of_mails)


def _sort(notice: Notice) -> str:
    return f"{notice.generation:06d}#{notice.stage}"
