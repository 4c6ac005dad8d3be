"""What a report on a mail means for the notice it told of, and for its lease."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.deliveries import Delivery, DeliveryStatus
from steward.domain.leases import Attempt, LeaseNotice, LeaseState, Step
from steward.domain.outbox import Notice, NoticeKind, NoticeState, event_notice
from steward.domain.outcomes import Heeded, Outcome, heed
from tests.factories import NOW, make_lease, make_notice

ADA, BOB, FALLBACK = "ada@example.com", "bob@example.com", "platform@example.com"
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
FAILURES = [DeliveryStatus.BOUNCED, DeliveryStatus.SUPPRESSED, DeliveryStatus.REJECTED]
HARMLESS = [DeliveryStatus.DELIVERED, DeliveryStatus.DELAYED, DeliveryStatus.COMPLAINED]
LEASE = make_lease(
    state=LeaseState.MARKED,
    marked_at=NOW,
    delete_after=NOW + WEEK,
    notices=(LeaseNotice(WEEK, NOW, NOW),),
    owners=(ADA,),
)


def mailed(*addresses: str, **overrides: Any) -> Notice:
    """A notice that was sent, in the mail `to <address>` to each."""
    deliveries = tuple(
        Delivery(each, f"to {each}", DeliveryStatus.ACCEPTED, NOW) for each in addresses
    )
    notice = make_notice(LEASE, state=NoticeState.SENT, owners=addresses, deliveries=deliveries)
    return replace(notice, **overrides)


def receipt(*addresses: str, kind: NoticeKind = NoticeKind.DELETED) -> Notice:
    sent = mailed(*addresses)
    news = event_notice(LEASE, kind, "it happened", NOW)
    return replace(news, state=sent.state, owners=addresses, deliveries=sent.deliveries)


def report(status: DeliveryStatus, address: str = ADA, at: timedelta = HOUR) -> Outcome:
    return Outcome(f"to {address}", address, status, NOW + at, "so it was said")


def statuses(heeded: Heeded | None) -> dict[str, DeliveryStatus]:
    assert heeded is not None
    return {each.address: each.status for each in heeded.notice.deliveries}


@pytest.mark.parametrize("status", FAILURES)
def test_a_notice_that_reached_nobody_starts_the_notices_anew(status: DeliveryStatus) -> None:
    heeded = heed(report(status), mailed(ADA), LEASE, FALLBACK)
    assert heeded is not None
    assert heeded.lease is not None
    after = heeded.lease
    assert (after.generation, after.notices, after.delete_after) == (2, (), None)
    assert (after.state, after.marked_at) == (LeaseState.MARKED, NOW)
    assert heeded.what == "bounced"
    assert heeded.why == (
        f"the 7d notice of generation 1 did not reach {ADA} ({status}), and nobody else has it: "
        "the notices start anew as generation 2"
    )


@pytest.mark.parametrize("status", HARMLESS)
def test_a_mail_that_arrived_or_may_still_arrive_keeps_counting(status: DeliveryStatus) -> None:
    heeded = heed(report(status), mailed(ADA), LEASE, FALLBACK)
    assert heeded is not None
    assert heeded.lease == LEASE
    assert statuses(heeded) == {ADA: status}
    assert heeded.what == ("complained" if status is DeliveryStatus.COMPLAINED else "")


def test_with_another_recipient_left_the_notice_still_counts() -> None:
    heeded = heed(report(DeliveryStatus.BOUNCED), mailed(ADA, BOB), LEASE, FALLBACK)
    assert heeded is not None
    assert heeded.lease == LEASE
    assert heeded.why.endswith(f"; {BOB} still has it")
    assert statuses(heeded) == {ADA: DeliveryStatus.BOUNCED, BOB: DeliveryStatus.ACCEPTED}


def test_when_the_last_recipient_fails_the_notice_counts_no_more() -> None:
    first = heed(report(DeliveryStatus.BOUNCED), mailed(ADA, BOB), LEASE, FALLBACK)
    assert first is not None
    second = heed(report(DeliveryStatus.SUPPRESSED, BOB), first.notice, first.lease, FALLBACK)
    assert second is not None
    assert second.lease is not None
    assert second.lease.generation == 2


def test_a_delete_under_way_is_not_tried_again_before_somebody_was_told() -> None:
    attempt = Attempt(1, Step.PLAIN, "token", NOW, NOW)
    lease = replace(LEASE, state=LeaseState.REAPING, attempt=attempt, reason="due")
    heeded = heed(report(DeliveryStatus.BOUNCED), mailed(ADA), lease, FALLBACK)
    assert heeded is not None
    assert heeded.lease is not None
    assert (heeded.lease.generation, heeded.lease.notices) == (lease.generation + 1, ())
    assert (heeded.lease.state, heeded.lease.attempt) == (LeaseState.REAPING, attempt)
    assert heeded.lease.reason == "due"


def test_a_blocked_lease_keeps_saying_what_blocks_it() -> None:
    lease = replace(LEASE, state=LeaseState.BLOCKED, reason="search-platform imports its export")
    heeded = heed(report(DeliveryStatus.BOUNCED), mailed(ADA), lease, FALLBACK)
    assert heeded is not None
    assert heeded.lease is not None
    assert heeded.lease.generation == lease.generation + 1
    assert heeded.lease.reason == "search-platform imports its export"


@pytest.mark.parametrize(
    "lease",
    [
        pytest.param(None, id="the-stack-is-gone"),
        pytest.param(replace(LEASE, state=LeaseState.REAPED), id="it-was-deleted"),
        pytest.param(replace(LEASE, generation=2, notices=()), id="the-lease-was-extended"),
        pytest.param(replace(LEASE, marked_at=None), id="the-mark-was-taken-off"),
    ],
)
def test_what_nothing_rests_on_only_goes_on_record(lease: Any) -> None:
    heeded = heed(report(DeliveryStatus.BOUNCED), mailed(ADA), lease, FALLBACK)
    assert heeded is not None
    assert heeded.lease == lease
    assert statuses(heeded) == {ADA: DeliveryStatus.BOUNCED}
    assert heeded.why.endswith("; nothing rests on it any more")


def test_a_blocked_lease_is_told_anew_before_its_next_try() -> None:
    blocked = replace(LEASE, state=LeaseState.BLOCKED)
    heeded = heed(report(DeliveryStatus.BOUNCED), mailed(ADA), blocked, FALLBACK)
    assert heeded is not None
    assert heeded.lease is not None
    assert (heeded.lease.generation, heeded.lease.state) == (2, LeaseState.BLOCKED)


@pytest.mark.parametrize("kind", [NoticeKind.DELETED, NoticeKind.BLOCKED])
def test_news_that_reached_nobody_goes_to_the_fallback(kind: NoticeKind) -> None:
    heeded = heed(report(DeliveryStatus.BOUNCED), receipt(ADA, kind=kind), LEASE, FALLBACK)
    assert heeded is not None
    assert heeded.lease == LEASE
    assert (heeded.notice.state, heeded.notice.owners) == (NoticeState.PENDING, ())
    assert statuses(heeded) == {ADA: DeliveryStatus.BOUNCED}
    assert heeded.why.endswith("; it goes to the policy's fallback contact")


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(receipt("Platform@Example.com"), id="it-was-the-owner"),
        pytest.param(replace(receipt(FALLBACK), owners=()), id="nobody-else-was-known"),
    ],
)
def test_news_that_the_fallback_did_not_get_either_is_not_sent_again(sent: Notice) -> None:
    failed = report(DeliveryStatus.BOUNCED, sent.deliveries[0].address)
    heeded = heed(failed, sent, LEASE, FALLBACK)
    assert heeded is not None
    assert heeded.notice.state is NoticeState.SENT
    assert heeded.why.endswith("nobody else is left to be told")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(DeliveryStatus.BOUNCED, DeliveryStatus.BOUNCED, id="twice"),
        pytest.param(DeliveryStatus.BOUNCED, DeliveryStatus.DELIVERED, id="reordered"),
        pytest.param(DeliveryStatus.COMPLAINED, DeliveryStatus.DELIVERED, id="late-delivery"),
        pytest.param(DeliveryStatus.DELIVERED, DeliveryStatus.DELAYED, id="late-delay"),
    ],
)
def test_what_outweighs_a_report_is_not_undone_by_it(
    first: DeliveryStatus, second: DeliveryStatus
) -> None:
    heeded = heed(report(first), mailed(ADA), LEASE, FALLBACK)
    assert heeded is not None
    assert heed(report(second), heeded.notice, heeded.lease, FALLBACK) is None


def test_a_bounce_after_the_delivery_counts_as_one() -> None:
    heeded = heed(report(DeliveryStatus.DELIVERED), mailed(ADA), LEASE, FALLBACK)
    assert heeded is not None
    late = report(DeliveryStatus.BOUNCED, at=2 * HOUR)
    bounced = heed(late, heeded.notice, heeded.lease, FALLBACK)
    assert bounced is not None
    assert bounced.lease is not None
    assert bounced.lease.generation == 2


def test_a_report_on_another_mail_is_no_news() -> None:
    assert heed(report(DeliveryStatus.BOUNCED, BOB), mailed(ADA), LEASE, FALLBACK) is None


def test_the_mail_counts_however_the_report_spells_its_address() -> None:
    shouting = replace(report(DeliveryStatus.BOUNCED), address="ADA@EXAMPLE.COM")
    assert statuses(heed(shouting, mailed(ADA), LEASE, FALLBACK)) == {ADA: DeliveryStatus.BOUNCED}


def test_two_failures_of_one_mail_withdraw_once() -> None:
    heeded = heed(report(DeliveryStatus.BOUNCED), mailed(ADA), LEASE, FALLBACK)
    assert heeded is not None
    again = heed(report(DeliveryStatus.REJECTED), heeded.notice, heeded.lease, FALLBACK)
    assert again is not None
    assert again.lease == heeded.lease
    assert again.what == ""


@pytest.mark.parametrize(
    ("until", "known"),
    [pytest.param(None, False, id="arrived"), pytest.param(NOW + WEEK, True, id="failed")],
)
def test_an_outcome_says_for_how_long_its_address_is_out_of_reach(until: Any, known: bool) -> None:
    outcome = replace(report(DeliveryStatus.BOUNCED), unreachable_until=until)
    assert (outcome.unreachable is not None) is known
    if outcome.unreachable:
        assert (outcome.unreachable.since, outcome.unreachable.until) == (NOW + HOUR, until)
