"""Digests that must wait: nobody is reached, SES takes no more, or the run's time is short."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from steward.domain.deliveries import DeliveryStatus, Unreachable
from steward.domain.leases import Lease, LeaseNotice, LeaseState
from steward.domain.outbox import Notice, NoticeKind, NoticeState, event_notice
from steward.domain.outcomes import Outcome
from steward.workflows.digest import MOST_TRIES, send_digests
from steward.workflows.digest_report import DigestReport
from steward.workflows.run_time import unlimited
from tests.factories import NOW, make_account, make_event, make_lease, make_notice, make_policy
from tests.integration.digest_hub import DigestHub, make_hub

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEK = 7 * DAY
ADA, BOB, CAT, FALLBACK = (
    "ada@example.com",
    "bob@example.com",
    "cat@example.com",
    "platform@example.com",
)
POLICY = make_policy()


@pytest.fixture
def hub() -> Iterator[DigestHub]:
    with mock_aws():
        hub = make_hub()
        hub.ledger.save_accounts([make_account()])
        yield hub


def send(
    hub: DigestHub, later: timedelta = timedelta(0), time_left: Callable[[], int] = unlimited
) -> DigestReport:
    return send_digests(
        hub.ledger, hub.mailer, hub.publisher, POLICY, NOW + later, None, hub.chat, time_left
    )


def mark(hub: DigestHub, name: str, *owners: str, **overrides: Any) -> Notice:
    lease = make_lease(
        name, state=LeaseState.MARKED, marked_at=NOW, notices=(LeaseNotice(WEEK, NOW),)
    )
    lease = replace(lease, owners=owners, **overrides)
    notice = make_notice(lease)
    hub.ledger.save(None, lease, make_event(lease), [notice])
    return notice


def blocked(hub: DigestHub, *owners: str) -> Notice:
    lease = make_lease("feat-net", state=LeaseState.BLOCKED, owners=owners, version=1)
    news = event_notice(lease, NoticeKind.BLOCKED, "why", NOW)
    hub.ledger.save(None, lease, make_event(lease), [news])
    return news


def cut_off(hub: DigestHub, *addresses: str) -> None:
    for address in addresses:
        found = Unreachable(address, DeliveryStatus.BOUNCED, "user unknown", NOW, NOW + 2 * WEEK)
        hub.ledger.note_unreachable(found, f"to {address}")


def lease_of(hub: DigestHub, notice: Notice) -> Lease:
    lease = hub.ledger.lease(notice.unit, notice.stack_id)
    assert lease is not None
    return lease


def test_an_unreachable_owner_is_not_mailed_and_the_notice_waits(hub: DigestHub) -> None:
    notice, other = mark(hub, "feat-a", ADA), mark(hub, "feat-b", BOB)
    cut_off(hub, ADA)
    report = send(hub)
    assert (report.unreachable, report.owners_unreachable, report.delivered) == (1, 1, 1)
    assert (report.held, report.overdue, report.failed) == (0, 0, 0)
    assert hub.post.addresses == [BOB]
    assert hub.stored(notice) == notice
    assert not lease_of(hub, notice).delivered
    assert hub.stored(other).state is NoticeState.SENT


def test_the_alarm_stays_up_while_somebody_waits(hub: DigestHub) -> None:
    mark(hub, "feat-a", ADA)
    cut_off(hub, ADA)
    waiting = [send(hub, hours * DAY).owners_unreachable for hours in (0, 1, 13)]
    assert waiting == [1, 1, 1]
    assert send(hub, 14 * DAY).owners_unreachable == 0
    assert hub.post.addresses == [ADA]


def test_many_stacks_that_wait_for_one_address_are_one_unreachable_owner(hub: DigestHub) -> None:
    for name in ("feat-a", "feat-b", "feat-c"):
        mark(hub, name, "Ada@example.com" if name == "feat-b" else ADA)
    cut_off(hub, ADA)
    report = send(hub)
    assert (report.unreachable, report.owners_unreachable) == (3, 1)


def test_the_next_owner_in_charge_is_told_at_once(hub: DigestHub) -> None:
    notice = mark(hub, "feat-a", ADA)
    cut_off(hub, ADA)
    send(hub)
    lease = lease_of(hub, notice)
    hub.ledger.save(lease, replace(lease, owners=(FALLBACK,)), make_event(lease))
    assert send(hub, HOUR).delivered == 1
    assert hub.post.addresses == [FALLBACK]


def test_whoever_is_reached_is_told_and_the_record_names_the_other(hub: DigestHub) -> None:
    notice = mark(hub, "feat-a", ADA, BOB)
    cut_off(hub, ADA)
    report = send(hub)
    assert (report.delivered, report.unreachable) == (1, 0)
    assert hub.post.addresses == [BOB]
    stored = hub.stored(notice)
    assert [each.address for each in stored.deliveries] == [BOB]
    assert stored.error.startswith(f"{ADA}: not mailed before 2026-12-07T09:00:00Z: bounced")
    (message,) = [json.loads(each["Message"]) for each in hub.topic_messages()][:1]
    assert list(message["not_told"]) == [ADA]


def test_news_of_owners_out_of_reach_goes_to_the_fallback(hub: DigestHub) -> None:
    notice = blocked(hub, ADA, BOB)
    cut_off(hub, ADA, BOB)
    assert send(hub).delivered == 1
    assert hub.post.addresses == [FALLBACK]
    assert hub.stored(notice).state is NoticeState.SENT


@pytest.mark.parametrize("tell", [blocked, lambda hub, *to: mark(hub, "feat-a", *to)])
def test_a_fallback_that_is_unreachable_leaves_the_clock_standing_still(
    hub: DigestHub, tell: Callable[..., Notice]
) -> None:
    notice = tell(hub, FALLBACK)
    cut_off(hub, FALLBACK)
    report = send(hub)
    assert (report.unreachable, report.owners_unreachable, report.owners) == (1, 1, 0)
    assert hub.post.mails == []
    assert hub.stored(notice).state is NoticeState.PENDING


def test_a_notice_overtaken_by_a_bounce_is_cancelled_and_not_held(hub: DigestHub) -> None:
    notice = mark(hub, "feat-a", ADA)
    lease = lease_of(hub, notice)
    hub.ledger.save(lease, replace(lease, generation=2, notices=()), make_event(lease))
    cut_off(hub, ADA)
    report = send(hub)
    assert (report.cancelled, report.unreachable) == (1, 0)
    assert hub.stored(notice).state is NoticeState.CANCELLED


def test_a_bounce_that_came_before_its_record_counts_with_it(hub: DigestHub) -> None:
    notice = mark(hub, "feat-a", ADA)

    def bounce() -> None:
        (mail_id,) = {mail["MessageId"] for mail in hub.post.answers}
        until = NOW + 2 * WEEK
        failed = Outcome(mail_id, ADA, DeliveryStatus.BOUNCED, NOW, "user unknown", until)
        assert list(hub.ledger.note_outcome(failed)) == []

    hub.post.then = bounce
    send(hub)
    lease = lease_of(hub, notice)
    assert (lease.generation, lease.notices) == (2, ())
    assert set(hub.ledger.unreachable(NOW)) == {ADA}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("TooManyRequestsException", "Too many requests"),
        ("Throttling", "Maximum sending rate exceeded."),
        ("LimitExceededException", "Daily message quota exceeded."),
    ],
)
def test_a_run_that_is_throttled_asks_no_more_and_leaves_the_rest(
    hub: DigestHub, code: str, message: str
) -> None:
    told, refused, rest = (
        mark(hub, "feat-a", ADA),
        mark(hub, "feat-b", BOB),
        mark(hub, "feat-c", CAT),
    )
    hub.post.refuse(BOB, code, message)
    report = send(hub)
    assert (report.sent, report.failed, report.left, report.overdue) == (1, 1, 1, 0)
    assert hub.post.asked == [ADA, BOB]
    assert hub.stored(told).state is NoticeState.SENT
    assert (hub.stored(refused).tries, message in hub.stored(refused).error) == (1, True)
    assert hub.stored(rest) == rest
    hub.post.refusals.clear()
    assert send(hub, HOUR).delivered == 2


def test_a_shared_notice_is_recorded_for_whom_it_reached_before_the_throttle(
    hub: DigestHub,
) -> None:
    shared = mark(hub, "feat-a", ADA, BOB, CAT)
    hub.post.refuse(BOB, "TooManyRequestsException")
    report = send(hub)
    stored = hub.stored(shared)
    assert (report.delivered, report.failed, report.left) == (1, 2, 0)
    assert [each.address for each in stored.deliveries] == [ADA]
    assert f"{CAT}: NotSent: not sent: not tried after TooManyRequests" in stored.error
    assert hub.post.asked == [ADA, BOB]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param("TooManyRequestsException", "Too many requests", id="throttled"),
        pytest.param(
            "MessageRejected",
            "Email address is not verified. The following identities failed the check in region "
            "EU-WEST-1: ada@example.com",
            id="sandbox",
        ),
        pytest.param("SendingPausedException", "Sending is paused for this account", id="paused"),
        pytest.param(
            "NotFoundException",
            "Configuration set <steward-digests> does not exist.",
            id="no-configuration-set",
        ),
        pytest.param(
            "BadRequestException",
            "Configuration set <steward-digests> does not exist.",
            id="a-bad-configuration-set",
        ),
    ],
)
def test_what_may_pass_stays_open_with_its_reason_and_alarms_from_the_third_try(
    hub: DigestHub, code: str, message: str
) -> None:
    notice = mark(hub, "feat-a", ADA)
    hub.post.refuse(ADA, code, message)
    overdue = []
    for hour in range(MOST_TRIES):
        overdue.append(send(hub, hour * HOUR).overdue)
        stored = hub.stored(notice)
        assert (stored.state, stored.tries) == (NoticeState.PENDING, hour + 1)
        assert message in stored.error
    assert overdue == [0, 0, 1]
    hub.post.refusals.clear()
    assert send(hub, MOST_TRIES * HOUR).delivered == 1


def falling(*milliseconds: int) -> Callable[[], int]:
    """A clock that says these, and then the last one again and again."""
    values = list(milliseconds)
    return lambda: values.pop(0) if len(values) > 1 else values[0]


def test_a_run_short_of_time_leaves_the_rest_to_the_next(hub: DigestHub) -> None:
    first, rest = mark(hub, "feat-a", ADA), mark(hub, "feat-b", BOB)
    # At the start, before each of two notices is read, before each is opened.
    report = send(hub, time_left=falling(300_000, 299_000, 298_000, 297_000, 20_000))
    assert (report.sent, report.delivered, report.left) == (1, 1, 1)
    assert hub.stored(first).state is NoticeState.SENT
    assert hub.stored(rest) == rest
    assert send(hub, HOUR).delivered == 1


def test_an_owner_of_many_stacks_gets_one_digest_of_what_fits(hub: DigestHub) -> None:
    notices = [mark(hub, f"feat-{number}", ADA) for number in range(5)]
    reads = (299_000,) * 5
    report = send(hub, time_left=falling(300_000, *reads, 297_000, 296_000, 295_000, 20_000))
    assert (report.sent, report.delivered, report.left) == (1, 3, 2)
    send(hub, HOUR)
    assert hub.post.addresses == [ADA, ADA]
    assert {hub.stored(notice).state for notice in notices} == {NoticeState.SENT}


def test_what_is_recorded_takes_no_time_any_more(hub: DigestHub) -> None:
    for owner in (ADA, BOB, CAT):
        mark(hub, f"feat-{owner}", owner)
    just_enough_for_one = falling(20_101)
    report = send(hub, time_left=just_enough_for_one)
    assert (report.delivered, report.left) == (3, 0)


def test_an_outbox_too_long_to_read_is_sent_as_far_as_it_was_read(hub: DigestHub) -> None:
    for name in ("feat-a", "feat-b", "feat-c"):
        mark(hub, name, ADA)
    report = send(hub, time_left=falling(300_000, 299_000, 149_999))
    assert (report.delivered, report.left) == (1, 1)
    assert send(hub, HOUR).delivered == 2


def test_chat_hears_of_each_notice_once(hub: DigestHub) -> None:
    said: list[str] = []

    def hear(params: dict[str, Any], **_: object) -> None:
        if hub.chat.topic_arn in str(params):
            said.append(str(params))

    hub.sns.meta.events.register("provide-client-params.sns.Publish", hear)
    mark(hub, "feat-a", ADA, BOB)
    send(hub)
    assert len(said) == 1


def test_a_chat_topic_that_fails_undoes_no_mail(hub: DigestHub) -> None:
    notice = mark(hub, "feat-a", ADA)
    hub.sns.delete_topic(TopicArn=hub.chat.topic_arn)
    assert send(hub).delivered == 1
    assert "chat topic: NotSent" in hub.stored(notice).error
    assert len(hub.topic_messages()) == 1


def test_mails_name_the_stacks_accounts(hub: DigestHub) -> None:
    mark(hub, "feat-a", ADA)
    send(hub)
    assert "payments-dev" in hub.post.texts(ADA)[0]
