import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from steward.domain.instants import spoken
from steward.domain.leases import Lease, LeaseNotice, LeaseState
from steward.domain.modes import MODE_TAG, Mode
from steward.domain.notices import planned_deletion
from steward.domain.outbox import Notice, NoticeKind, NoticeState, event_notice
from steward.domain.policy import Policy
from steward.notify.channels import Mailer
from steward.workflows.digest import MOST_TRIES, send_digests
from steward.workflows.digest_report import DigestReport
from steward.workflows.letters import CLAIM_LASTS
from tests.factories import NOW, make_account, make_event, make_lease, make_notice, make_policy
from tests.integration.digest_hub import DigestHub, make_hub, subjects

DAY = timedelta(days=1)
WEEK = 7 * DAY
ADA, BOB = "ada@example.com", "bob@example.com"
POLICY = make_policy()


class Crash(BaseException):
    """The process ends here."""


@pytest.fixture
def hub() -> Iterator[DigestHub]:
    with mock_aws():
        hub = make_hub()
        hub.ledger.save_accounts([make_account()])
        yield hub


def send(hub: DigestHub, now: datetime = NOW, policy: Policy = POLICY) -> DigestReport:
    return send_digests(hub.ledger, hub.mailer, hub.publisher, policy, now)


def mark(hub: DigestHub, name: str = "feat-cart", *owners: str, **overrides: Any) -> Notice:
    """A marked lease whose first notice is due; returns that notice."""
    lease = make_lease(
        name,
        state=LeaseState.MARKED,
        marked_at=NOW,
        notices=(LeaseNotice(WEEK, NOW),),
        owners=owners or (ADA,),
    )
    lease = replace(lease, **overrides)
    notice = make_notice(lease)
    hub.ledger.save(None, lease, make_event(lease), [notice])
    return notice


def lease_of(hub: DigestHub, notice: Notice) -> Lease:
    lease = hub.ledger.lease(notice.unit, notice.stack_id)
    assert lease is not None
    return lease


def tell_event(
    hub: DigestHub, kind: NoticeKind, name: str = "feat-net", owners: tuple[str, ...] = (ADA,)
) -> Notice:
    lease = make_lease(name, state=LeaseState.BLOCKED, owners=owners, version=1)
    notice = event_notice(lease, kind, f"{kind}: why", NOW)
    hub.ledger.save(None, lease, make_event(lease), [notice])
    return notice


def test_an_owner_gets_one_mail_about_all_stacks(hub: DigestHub) -> None:
    notices = [mark(hub, name) for name in ("feat-a", "feat-b", "feat-c")]
    report = send(hub)
    assert (report.owners, report.sent, report.delivered) == (1, 1, 3)
    assert hub.post.addresses == [ADA]
    assert all(name in hub.post.texts(ADA)[0] for name in ("feat-a", "feat-b", "feat-c"))
    assert {hub.stored(notice).state for notice in notices} == {NoticeState.SENT}


def test_a_second_run_sends_nothing_and_writes_nothing(hub: DigestHub) -> None:
    mark(hub)
    send(hub)
    forbid_writes(hub)
    assert send(hub) == DigestReport()
    assert len(hub.post.mails) == 1


def test_the_delivery_counts_for_the_lease(hub: DigestHub) -> None:
    notice = mark(hub)
    send(hub, NOW + timedelta(hours=2))
    assert lease_of(hub, notice).notices == (LeaseNotice(WEEK, NOW, NOW + timedelta(hours=2)),)


def test_the_mailed_date_is_the_one_that_is_then_planned(hub: DigestHub) -> None:
    late = NOW + 3 * DAY
    notice = mark(hub, expires_at=NOW - DAY, delete_after=NOW + DAY)
    send(hub, late)
    planned = planned_deletion(lease_of(hub, notice), POLICY, late + timedelta(minutes=30))
    assert planned == datetime.fromisoformat("2026-12-03T09:00:00Z")
    assert f"not before {spoken(planned, POLICY.windows.zone)}" in hub.post.texts(ADA)[0]


def test_every_owner_of_a_stack_is_told_in_one_digest_each(hub: DigestHub) -> None:
    shared, own = mark(hub, "feat-shared", ADA, BOB), mark(hub, "feat-own", BOB)
    report = send(hub)
    assert (report.owners, report.sent, report.delivered) == (2, 2, 2)
    assert sorted(hub.post.addresses) == [ADA, BOB]
    assert "feat-own" not in hub.post.texts(ADA)[0]
    assert {hub.stored(notice).state for notice in (shared, own)} == {NoticeState.SENT}
    (event,) = [each for each in trail(hub, shared) if each.what == "delivered"]
    assert {f"message to {ADA}", f"message to {BOB}"} <= set(event.evidence)


def test_one_address_in_two_spellings_gets_one_digest(hub: DigestHub) -> None:
    mark(hub, "feat-a", "Ada@example.com")
    mark(hub, "feat-b", ADA)
    assert send(hub).owners == 1
    assert len(hub.post.mails) == 1


@pytest.mark.parametrize("kind", [NoticeKind.STAGE, NoticeKind.BLOCKED])
def test_a_notice_without_owners_goes_to_the_fallback(hub: DigestHub, kind: NoticeKind) -> None:
    if kind is NoticeKind.STAGE:
        mark(hub, owners=())
    else:
        tell_event(hub, kind, owners=())
    send(hub)
    assert hub.post.addresses == ["platform@example.com"]


def test_who_owns_the_stack_by_now_is_told_of_its_deletion(hub: DigestHub) -> None:
    notice = mark(hub, "feat-cart", ADA)
    lease = lease_of(hub, notice)
    handed_over = replace(lease, owners=(BOB,), owner_source="tag owner=bob@example.com")
    hub.ledger.save(lease, handed_over, make_event(lease))
    assert send(hub).delivered == 1
    assert hub.post.addresses == [BOB]
    assert [value(each, "owner") for each in hub.topic_messages()] == [BOB]


def test_who_owned_the_stack_when_it_happened_is_told_of_it(hub: DigestHub) -> None:
    notice = tell_event(hub, NoticeKind.BLOCKED)
    lease = lease_of(hub, notice)
    hub.ledger.save(lease, replace(lease, owners=(BOB,)), make_event(lease))
    send(hub)
    assert hub.post.addresses == [ADA]


def test_one_accepted_mail_delivers_and_the_refused_address_is_on_record(hub: DigestHub) -> None:
    hub.post.refusals[BOB] = "TooManyRequestsException"
    notice = mark(hub, "feat-shared", ADA, BOB)
    report = send(hub)
    stored = hub.stored(notice)
    assert (report.sent, report.failed, report.delivered, report.overdue) == (1, 1, 1, 0)
    assert stored.state is NoticeState.SENT
    assert stored.error.startswith(f"{BOB}: NotSent: not sent: TooManyRequestsException")
    assert lease_of(hub, notice).delivered


def test_an_owner_who_is_told_is_enough_for_the_alarm_to_stay_quiet(hub: DigestHub) -> None:
    hub.post.refusals[BOB] = "MessageRejected"
    often_tried = replace(mark(hub, "feat-shared", ADA, BOB), stage="3d", tries=MOST_TRIES)
    lease = lease_of(hub, often_tried)
    hub.ledger.save(lease, replace(lease, reason="3d"), make_event(lease), [often_tried])
    report = send(hub)
    assert (report.delivered, report.overdue) == (2, 0)


def test_one_owners_failure_is_one_owners_failure(hub: DigestHub) -> None:
    hub.post.refusals[ADA] = "InternalFailure"
    lost, told = mark(hub, "feat-a", ADA), mark(hub, "feat-b", BOB)
    report = send(hub)
    stored = hub.stored(lost)
    assert (report.sent, report.failed, report.overdue) == (1, 1, 0)
    assert (stored.state, stored.tries) == (NoticeState.PENDING, 1)
    assert "InternalFailure" in stored.error
    assert not lease_of(hub, lost).delivered
    assert hub.stored(told).state is NoticeState.SENT


def test_a_failed_notice_is_sent_by_the_next_run(hub: DigestHub) -> None:
    hub.post.refusals[ADA] = "TooManyRequestsException"
    notice = mark(hub)
    send(hub)
    hub.post.refusals.clear()
    assert send(hub, NOW + timedelta(hours=1)).delivered == 1
    assert hub.stored(notice).state is NoticeState.SENT


def test_a_notice_is_overdue_from_the_bound_of_tries_on(hub: DigestHub) -> None:
    hub.post.refusals[ADA] = "TooManyRequestsException"
    mark(hub)
    overdue = [send(hub, NOW + timedelta(hours=hour)).overdue for hour in range(MOST_TRIES + 1)]
    assert overdue == [0] * (MOST_TRIES - 1) + [1, 1]


def test_a_refusal_that_stays_is_overdue_at_once(hub: DigestHub) -> None:
    hub.post.refusals[ADA] = "MessageRejected"
    mark(hub)
    assert send(hub).overdue == 1


def test_without_a_sender_nobody_counts_as_told(hub: DigestHub) -> None:
    hub.mailer = Mailer(hub.mailer.client, sender="")
    notice = mark(hub)
    report = send(hub)
    assert (report.sent, report.overdue) == (0, 1)
    assert "set MailFrom and MailIdentity" in hub.stored(notice).error
    assert not lease_of(hub, notice).delivered
    assert len(hub.topic_messages()) == 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"generation": 2, "notices": ()}, "in generation 2 now", id="extended"),
        pytest.param(
            {"state": LeaseState.EXEMPT, "marked_at": None}, "not marked any more", id="unmarked"
        ),
        pytest.param({"state": LeaseState.GONE}, "its lease has ended", id="deleted-by-its-owner"),
    ],
)
def test_a_stage_notice_is_cancelled_when_the_lease_has_moved_on(
    hub: DigestHub, change: dict[str, Any], why: str
) -> None:
    notice = mark(hub)
    lease = lease_of(hub, notice)
    hub.ledger.save(lease, replace(lease, **change), make_event(lease))
    report = send(hub)
    assert (report.cancelled, report.owners, hub.post.mails) == (1, 0, [])
    assert hub.stored(notice).state is NoticeState.CANCELLED
    assert [why in event.why for event in trail(hub, notice) if event.what == "cancelled"] == [True]
    assert hub.topic_messages() == []


@pytest.mark.parametrize("mode", [Mode.OBSERVE, Mode.REAP])
@pytest.mark.parametrize("kind", [NoticeKind.BLOCKED, NoticeKind.DELETED])
def test_what_has_happened_is_told_in_every_mode(
    hub: DigestHub, kind: NoticeKind, mode: Mode
) -> None:
    notice = tell_event(hub, kind)
    assert send(hub, policy=POLICY.with_mode(mode)).delivered == 1
    assert hub.stored(notice).state is NoticeState.SENT


def test_a_receipt_is_sent_after_its_lease_has_ended(hub: DigestHub) -> None:
    notice = tell_event(hub, NoticeKind.DELETED)
    lease = lease_of(hub, notice)
    hub.ledger.save(lease, replace(lease, state=LeaseState.REAPED), make_event(lease))
    assert send(hub).delivered == 1
    assert subjects(hub.post.mails) == ["Steward: feat-net was deleted"]


@pytest.mark.parametrize(
    ("policy", "tags"),
    [
        pytest.param(POLICY.with_mode(Mode.OBSERVE), {}, id="by-the-policy"),
        pytest.param(POLICY, {MODE_TAG: "observe"}, id="by-the-accounts-tag"),
    ],
)
def test_observe_holds_a_coming_deletion_back_and_writes_nothing(
    hub: DigestHub, policy: Policy, tags: dict[str, str]
) -> None:
    notice = mark(hub)
    hub.ledger.save_accounts([make_account(tags=tags)])
    forbid_writes(hub)
    report = send(hub, policy=policy)
    assert (report.held, report.owners, hub.post.mails) == (1, 0, [])
    assert hub.stored(notice).state is NoticeState.PENDING


def test_a_stack_of_an_account_that_is_not_on_record_waits(hub: DigestHub) -> None:
    lease = make_lease(unit=replace(make_lease().unit, account_id="999999999999"), marked_at=NOW)
    hub.ledger.save(None, lease, make_event(lease), [make_notice(lease)])
    assert send(hub).held == 1
    assert hub.post.mails == []


def test_two_stages_of_one_lease_are_one_row_and_both_are_delivered(hub: DigestHub) -> None:
    first = mark(hub, notices=(LeaseNotice(WEEK, NOW), LeaseNotice(3 * DAY, NOW)))
    lease = lease_of(hub, first)
    second = make_notice(lease, 3 * DAY)
    hub.ledger.save(lease, replace(lease, reason="3d"), make_event(lease), [second])
    assert send(hub).delivered == 2
    assert hub.post.texts(ADA)[0].count("\nfeat-cart\n") == 1
    assert not lease_of(hub, first).awaits_delivery


def test_a_crash_between_send_and_record_repeats_the_mail(hub: DigestHub) -> None:
    notice = mark(hub)
    crashes = iter([True])

    def crash_once() -> None:
        if next(crashes, False):
            raise Crash

    hub.before("TransactWriteItems", crash_once)
    with pytest.raises(Crash):
        send(hub)
    assert not lease_of(hub, notice).delivered
    assert send(hub, NOW + CLAIM_LASTS).owners == 0
    assert send(hub, NOW + CLAIM_LASTS + timedelta(seconds=1)).delivered == 1
    assert hub.post.addresses == [ADA, ADA]


def test_a_notice_that_another_run_has_claimed_is_left_to_it(hub: DigestHub) -> None:
    notice = mark(hub)
    hub.ledger.claim(notice, NOW, CLAIM_LASTS)
    assert send(hub) == DigestReport()
    assert hub.post.mails == []


def test_a_lease_that_cannot_be_read_stops_nobody_elses_mail(hub: DigestHub) -> None:
    broken, fine = mark(hub, "feat-broken", ADA), mark(hub, "feat-fine", BOB)
    unit = f"UNIT#{broken.unit.account_id}#{broken.unit.region}"
    hub.dynamodb.update_item(
        TableName="ledger",
        Key={"pk": {"S": unit}, "sk": {"S": f"LEASE#{broken.stack_id}"}},
        UpdateExpression="SET surprise = :s",
        ExpressionAttributeValues={":s": {"S": "from a newer version"}},
    )
    report = send(hub)
    assert (report.unrecorded, report.delivered) == (1, 1)
    assert hub.post.addresses == [BOB]
    assert hub.stored(fine).state is NoticeState.SENT


def test_a_ledger_that_fails_after_a_mail_stops_the_run(hub: DigestHub) -> None:
    """Without a record, each further mail would only be sent again."""
    mark(hub, "feat-a", ADA)
    mark(hub, "feat-b", BOB)
    outage: Any = {"Error": {"Code": "InternalServerError", "Message": "by the test"}}

    def fail() -> None:
        raise ClientError(outage, "TransactWriteItems")

    hub.before("TransactWriteItems", fail)
    with pytest.raises(ClientError, match="InternalServerError"):
        send(hub)
    assert len(hub.post.mails) == 1


def test_each_notice_is_published_with_attributes_to_filter_by(hub: DigestHub) -> None:
    mark(hub, "feat-shared", ADA, BOB)
    send(hub)
    messages = hub.topic_messages()
    assert sorted(value(each, "owner") for each in messages) == [ADA, BOB]
    assert {(value(each, "kind"), value(each, "account")) for each in messages} == {
        ("stage", "222222222222")
    }
    assert all("team" not in each["MessageAttributes"] for each in messages)
    bodies = [json.loads(each["Message"]) for each in messages]
    assert bodies[0] == bodies[1]
    assert (bodies[0]["told"], bodies[0]["not_told"]) == ([ADA, BOB], {})


def test_a_topic_that_fails_does_not_undo_the_mail(hub: DigestHub) -> None:
    notice = mark(hub)
    hub.sns.delete_topic(TopicArn=hub.topic_arn)
    report = send(hub)
    stored = hub.stored(notice)
    assert (report.delivered, stored.state) == (1, NoticeState.SENT)
    assert "topic: NotSent: not sent: NotFound" in stored.error


def test_the_topic_hears_of_the_first_failure_and_of_the_delivery(hub: DigestHub) -> None:
    hub.post.refusals[ADA] = "TooManyRequestsException"
    mark(hub)
    told = []
    for hour in range(3):
        if hour == 2:
            hub.post.refusals.clear()
        send(hub, NOW + timedelta(hours=hour))
        told.append([json.loads(each["Message"])["told"] for each in hub.topic_messages()])
    assert told == [[[]], [], [[ADA]]]


def forbid_writes(hub: DigestHub) -> None:
    for operation in ("UpdateItem", "PutItem", "TransactWriteItems"):
        hub.before(operation, lambda: pytest.fail("the ledger was written"))


def trail(hub: DigestHub, notice: Notice) -> list[Any]:
    return hub.ledger.audit_trail(notice.stack_id)


def value(message: dict[str, Any], attribute: str) -> str:
    return str(message["MessageAttributes"][attribute]["Value"])
