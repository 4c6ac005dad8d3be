"""Notices of runtimes on their way to owners, beside those of leases."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from moto import mock_aws

from steward.domain.deliveries import DeliveryStatus, Unreachable
from steward.domain.leases import LeaseNotice, LeaseState
from steward.domain.modes import MODE_TAG, Mode
from steward.domain.outbox import NoticeState
from steward.domain.outcomes import Outcome
from steward.domain.policy import Policy
from steward.domain.runtimes.records import (
    RuntimeNotice,
    RuntimeNoticeKind,
)
from steward.ledger.keys import news_key
from steward.notify.channels import Mailer
from steward.workflows.delivering import take_in
from steward.workflows.digest import MOST_TRIES, send_digests
from steward.workflows.digest_report import DigestReport
from steward.workflows.letters import CLAIM_LASTS
from tests.factories import NOW, make_account, make_event, make_lease, make_notice, make_policy
from tests.integration.digest_hub import TABLE, DigestHub, make_hub, subjects
from tests.runtime_records import make_runtime_notice

SCHEMA = Path(__file__).parents[3] / "layers/steward/steward/data/runtime_notice.schema.json"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DEV, BOB, FALLBACK = "dev@example.com", "bob@example.com", "platform@example.com"
POLICY = make_policy()
OTHER = "|application|carts"


class Crash(BaseException):
    """The process ends here."""


@pytest.fixture
def hub() -> Iterator[DigestHub]:
    with mock_aws():
        hub = make_hub()
        hub.ledger.save_accounts([make_account()])
        yield hub


def send(hub: DigestHub, now: datetime = NOW, policy: Policy = POLICY, **more: Any) -> DigestReport:
    return send_digests(hub.ledger, hub.mailer, hub.publisher, policy, now, chat=hub.chat, **more)


def queue(hub: DigestHub, **overrides: Any) -> RuntimeNotice:
    notice = make_runtime_notice(**overrides)
    assert hub.ledger.queue_news(notice)
    return notice


def stored(hub: DigestHub, notice: RuntimeNotice) -> RuntimeNotice:
    keys = {(each.group, each.key): each for each in hub.ledger.runtime_notices()}
    return keys[notice.group, notice.key]


def mark(hub: DigestHub, *owners: str) -> Any:
    lease = make_lease(
        state=LeaseState.MARKED,
        marked_at=NOW,
        notices=(LeaseNotice(7 * DAY, NOW),),
        owners=owners or (DEV,),
    )
    notice = make_notice(lease)
    hub.ledger.save(None, lease, make_event(lease), [notice])
    return notice


def cut_off(hub: DigestHub, address: str) -> None:
    until = NOW + 14 * DAY
    found = Unreachable(address, DeliveryStatus.BOUNCED, "user unknown", NOW - DAY, until)
    assert hub.ledger.note_unreachable(found, f"m-{address}")


def test_stacks_and_runtimes_of_one_owner_are_one_mail(hub: DigestHub) -> None:
    of_the_stack, of_runtimes = mark(hub), queue(hub)
    report = send(hub)
    assert (report.owners, report.sent, report.delivered, report.runtimes) == (1, 1, 2, 1)
    assert hub.post.addresses == [DEV]
    (text,) = hub.post.texts(DEV)
    assert text.index("feat-cart") < text.index("LAMBDA RUNTIMES THAT END (1)")
    assert hub.stored(of_the_stack).state is NoticeState.SENT
    assert stored(hub, of_runtimes) == replace(of_runtimes, state=NoticeState.SENT, sent_at=NOW)
    assert send(hub, NOW + HOUR) == DigestReport()


def test_runtimes_alone_are_a_mail_of_their_own(hub: DigestHub) -> None:
    queue(hub)
    assert send(hub).runtimes == 1
    assert subjects(hub.post.mails) == [
        "Steward: orders: no new functions from Mon 2027-02-01, in 70 days"
    ]


def test_several_notices_of_one_group_are_told_as_the_newest_and_all_count(hub: DigestHub) -> None:
    old = queue(hub, key="90", queued_at=NOW - DAY, remedy="what was to do before")
    new = queue(hub, key="60", remedy="what is to do now")
    assert send(hub).runtimes == 2
    (text,) = hub.post.texts(DEV)
    assert "what is to do now" in text
    assert "what was to do before" not in text
    assert {stored(hub, each).state for each in (old, new)} == {NoticeState.SENT}


def test_every_owner_gets_a_mail_and_the_notice_counts_once(hub: DigestHub) -> None:
    notice = queue(hub, owners=(DEV, BOB))
    report = send(hub)
    assert (report.sent, report.delivered) == (2, 1)
    assert sorted(hub.post.addresses) == [BOB, DEV]
    assert stored(hub, notice).state is NoticeState.SENT


def test_without_an_owner_the_fallback_is_told(hub: DigestHub) -> None:
    queue(hub, owners=())
    send(hub)
    assert hub.post.addresses == [FALLBACK]


@pytest.mark.parametrize("units", [("222222222222/eu-west-1",), ()], ids=["a-unit", "no-unit"])
@pytest.mark.parametrize("mode", Mode)
def test_observing_tells_nobody_and_keeps_the_notice(
    hub: DigestHub, mode: Mode, units: tuple[str, ...]
) -> None:
    notice = queue(hub, units=units)
    report = send(hub, policy=POLICY.with_mode(mode))
    is_held = mode is Mode.OBSERVE
    assert (report.held, report.runtimes_held, report.runtimes) == (is_held, is_held, not is_held)
    assert bool(hub.post.mails) is not is_held
    assert bool(hub.topic_messages()) is not is_held
    expected = NoticeState.PENDING if is_held else NoticeState.SENT
    assert stored(hub, notice).state is expected


@pytest.mark.parametrize(
    ("units", "is_held"),
    [
        pytest.param(("222222222222/eu-west-1",), True, id="only-there"),
        pytest.param(
            ("222222222222/eu-west-1", "333333333333/eu-west-1"), False, id="elsewhere-too"
        ),
        pytest.param(("444444444444/eu-west-1",), False, id="an-account-not-on-record"),
        pytest.param((), False, id="no-account"),
    ],
)
def test_an_account_that_only_lets_observe_is_not_told_of(
    hub: DigestHub, units: tuple[str, ...], is_held: bool
) -> None:
    observed = make_account(tags={MODE_TAG: Mode.OBSERVE})
    hub.ledger.save_accounts([observed, make_account("333333333333")])
    queue(hub, units=units)
    assert send(hub).runtimes_held == is_held


def test_an_owner_out_of_reach_is_passed_over_and_the_fallback_told_with_a_note(
    hub: DigestHub,
) -> None:
    notice = queue(hub)
    cut_off(hub, DEV)
    assert send(hub).delivered == 1
    assert hub.post.addresses == [FALLBACK]
    (text,) = hub.post.texts(FALLBACK)
    assert f"{DEV}: not mailed before 2026-12-07T09:00:00Z: bounced (user unknown)" in text
    assert "or who is asked when theirs is silent or out of reach" in text
    assert DEV in stored(hub, notice).error


def test_another_owner_within_reach_is_enough(hub: DigestHub) -> None:
    queue(hub, owners=(DEV, BOB))
    cut_off(hub, DEV)
    send(hub)
    assert hub.post.addresses == [BOB]
    assert f"{DEV}: not mailed before" in hub.post.texts(BOB)[0]


def test_when_the_fallback_is_out_of_reach_too_the_notice_waits(hub: DigestHub) -> None:
    notice = queue(hub)
    cut_off(hub, DEV)
    cut_off(hub, FALLBACK)
    report = send(hub)
    assert (report.unreachable, report.owners_unreachable, report.held) == (1, 1, 0)
    assert stored(hub, notice) == notice


def test_a_refused_mail_counts_for_nothing_and_is_tried_again(hub: DigestHub) -> None:
    notice = queue(hub)
    hub.post.refuse(DEV, "MessageRejected")
    reports = [send(hub, NOW + n * HOUR) for n in range(MOST_TRIES)]
    assert [report.delivered for report in reports] == [0] * MOST_TRIES
    assert reports[-1].overdue == 1
    waiting = stored(hub, notice)
    assert (waiting.state, waiting.tries) == (NoticeState.PENDING, MOST_TRIES)
    assert "refused by the test" in waiting.error
    hub.post.refusals.clear()
    assert send(hub, NOW + DAY).runtimes == 1


def test_without_a_sender_nobody_counts_as_told(hub: DigestHub) -> None:
    notice = queue(hub)
    hub.mailer = Mailer(hub.mailer.client, "")
    assert send(hub).runtimes == 0
    assert stored(hub, notice).state is NoticeState.PENDING


def test_a_throttled_run_leaves_the_rest_to_the_next(hub: DigestHub) -> None:
    notices = [
        queue(hub, group=owner, owners=(owner,), queued_at=NOW - hours * HOUR)
        for hours, owner in ((2, "a@example.com"), (1, "b@example.com"))
    ]
    hub.post.refuse("a@example.com", "TooManyRequestsException")
    report = send(hub)
    assert (report.failed, report.left, hub.post.asked) == (1, 1, ["a@example.com"])
    assert {stored(hub, each).state for each in notices} == {NoticeState.PENDING}


def test_a_run_short_of_time_leaves_the_rest_to_the_next(hub: DigestHub) -> None:
    notice = queue(hub)
    assert send(hub, time_left=lambda: 1000).left == 1
    assert stored(hub, notice) == notice
    assert hub.post.mails == []


def test_a_crash_between_sending_and_recording_repeats_the_mail(hub: DigestHub) -> None:
    notice = queue(hub)

    def crash() -> None:
        hub.post.then = lambda: None
        raise Crash

    hub.post.then = crash
    with pytest.raises(Crash):
        send(hub)
    assert stored(hub, notice).state is NoticeState.CLAIMED
    assert send(hub, NOW + HOUR - HOUR).runtimes == 0
    assert send(hub, NOW + CLAIM_LASTS + HOUR).runtimes == 1
    assert hub.post.addresses == [DEV, DEV]


def test_a_notice_that_another_run_is_sending_is_left_to_it(hub: DigestHub) -> None:
    notice = queue(hub)
    assert hub.ledger.claim_news(notice, NOW, CLAIM_LASTS)
    assert send(hub) == DigestReport()
    assert hub.post.mails == []


def test_a_cancelled_notice_is_not_told(hub: DigestHub) -> None:
    hub.ledger.cancel_news(queue(hub), "its functions are gone", NOW)
    assert send(hub) == DigestReport()


def test_a_notice_that_cannot_be_read_stops_no_other(hub: DigestHub) -> None:
    spoiled, of_the_stack = queue(hub), mark(hub)
    other = queue(hub, group=OTHER)
    hub.dynamodb.update_item(
        TableName=TABLE,
        Key=news_key(spoiled),
        UpdateExpression="SET colour = :red",
        ExpressionAttributeValues={":red": {"S": "red"}},
    )
    report = send(hub)
    assert (report.unrecorded, report.delivered, report.runtimes) == (1, 2, 1)
    assert hub.stored(of_the_stack).state is NoticeState.SENT
    (text,) = hub.post.texts(DEV)
    assert other.place in text


def test_each_notice_is_published_for_each_owner_with_its_attributes(hub: DigestHub) -> None:
    queue(hub, owners=(DEV, BOB))
    send(hub)
    envelopes = hub.topic_messages()
    bodies = [json.loads(each["Message"]) for each in envelopes]
    for body in bodies:
        jsonschema.validate(body, json.loads(SCHEMA.read_text()))
    assert [body["told"] for body in bodies] == [[BOB, DEV], [BOB, DEV]]
    attributes = [
        {name: each["Value"] for name, each in envelope["MessageAttributes"].items()}
        for envelope in envelopes
    ]
    shared = {"kind": "runtime", "severity": "critical", "account": "222222222222"}
    assert sorted(attributes, key=lambda each: each["owner"]) == [
        {**shared, "owner": BOB},
        {**shared, "owner": DEV},
    ]


def test_a_topics_trouble_undoes_no_mail(hub: DigestHub) -> None:
    notice = queue(hub)
    hub.sns.delete_topic(TopicArn=hub.topic_arn)
    assert send(hub).runtimes == 1
    sent = stored(hub, notice)
    assert sent.state is NoticeState.SENT
    assert sent.error.startswith("topic: NotSent: not sent: NotFound")


@pytest.mark.parametrize("kind", RuntimeNoticeKind)
def test_every_kind_is_told(hub: DigestHub, kind: RuntimeNoticeKind) -> None:
    queue(hub, kind=kind)
    assert send(hub).runtimes == 1
    assert [json.loads(each["Message"])["about"] for each in hub.topic_messages()] == [kind]


def bounce(hub: DigestHub, message_id: str, status: DeliveryStatus) -> Any:
    until = NOW + 14 * DAY if status.failed else None
    outcome = Outcome(message_id, DEV, status, NOW + HOUR, "user unknown", until)
    return take_in(hub.ledger, outcome, NOW, FALLBACK, NOW + HOUR)


def test_a_mail_that_came_back_is_told_to_the_fallback(hub: DigestHub) -> None:
    notice = queue(hub)
    send(hub)
    report = bounce(hub, hub.post.answers[-1]["MessageId"], DeliveryStatus.BOUNCED)
    assert (report.notices, report.reopened, report.unreachable) == (1, 1, 1)
    assert send(hub, NOW + 2 * HOUR).runtimes == 1
    assert hub.post.addresses == [DEV, FALLBACK]
    assert stored(hub, notice).state is NoticeState.SENT


def test_a_bounce_known_before_the_record_is_heeded_by_it(hub: DigestHub) -> None:
    notice = queue(hub)
    hub.post.then = lambda: bounce(
        hub, hub.post.answers[-1]["MessageId"], DeliveryStatus.SUPPRESSED
    )
    send(hub)
    hub.post.then = lambda: None
    assert stored(hub, notice).state is NoticeState.PENDING
    assert DEV in hub.ledger.unreachable(NOW + HOUR)


@pytest.mark.parametrize("status", [DeliveryStatus.DELIVERED, DeliveryStatus.DELAYED])
def test_a_mail_that_arrived_or_may_yet_stays_sent(hub: DigestHub, status: DeliveryStatus) -> None:
    notice = queue(hub)
    send(hub)
    report = bounce(hub, hub.post.answers[-1]["MessageId"], status)
    assert (report.notices, report.reopened) == (1, 0)
    assert stored(hub, notice).state is NoticeState.SENT
