"""Notices of rollouts on their way to owners, beside those of leases and of runtimes."""

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
from steward.domain.modes import MODE_TAG, Mode
from steward.domain.outbox import NoticeState
from steward.domain.outcomes import Outcome
from steward.domain.policy import Policy
from steward.domain.rollouts.notices import RolloutNotice
from steward.domain.rollouts.records import Rollout
from steward.ledger.keys import news_key
from steward.workflows.delivering import take_in
from steward.workflows.digest import MOST_TRIES, send_digests
from steward.workflows.digest_report import DigestReport
from steward.workflows.letters import CLAIM_LASTS
from steward.workflows.rollouts.telling import queue_rollout_notices
from tests.factories import NOW, make_account, make_policy
from tests.integration.digest_hub import TABLE, DigestHub, make_hub, subjects
from tests.rollout_records import (
    FAILED_ID,
    ROLLBACK_ID,
    make_rollback,
    make_rollout,
)
from tests.runtime_records import make_runtime_notice

SCHEMA = Path(__file__).parents[3] / "layers/steward/steward/data/rollout_notice.schema.json"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DEV, BOB, FALLBACK = "dev@example.com", "bob@example.com", "platform@example.com"
POLICY = make_policy()


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


def queue(hub: DigestHub, rollout: Rollout | None = None) -> RolloutNotice:
    found = rollout or make_rollout()
    assert queue_rollout_notices(hub.ledger, found, NOW) == 1
    (notice,) = hub.ledger.rollout_notices_of(found.deployment_id)
    return notice


def stored(hub: DigestHub, deployment_id: str = FAILED_ID) -> RolloutNotice:
    (notice,) = hub.ledger.rollout_notices_of(deployment_id)
    return notice


def cut_off(hub: DigestHub, address: str) -> None:
    until = NOW + 14 * DAY
    found = Unreachable(address, DeliveryStatus.BOUNCED, "user unknown", NOW - DAY, until)
    assert hub.ledger.note_unreachable(found, f"m-{address}")


def test_a_failure_and_its_rollback_in_one_run_are_one_row_of_one_mail(hub: DigestHub) -> None:
    failed, undone = queue(hub), queue(hub, make_rollback())
    report = send(hub)
    assert (report.owners, report.sent, report.delivered, report.rollouts) == (1, 1, 2, 2)
    assert subjects(hub.post.mails) == ["Steward: Rollback: shop-orders failed after traffic shift"]
    (text,) = hub.post.texts(DEV)
    assert text.count("shop-orders:live\n") == 1
    for notice in (failed, undone):
        after = stored(hub, notice.story.deployment_id)
        assert after == replace(notice, state=NoticeState.SENT, sent_at=NOW)
    assert send(hub, NOW + HOUR) == DigestReport()


def test_a_rollback_that_ends_later_is_told_by_itself(hub: DigestHub) -> None:
    queue(hub)
    send(hub)
    queue(hub, make_rollback())
    send(hub, NOW + HOUR)
    assert subjects(hub.post.mails) == [
        "Steward: shop-orders failed after traffic shift",
        "Steward: Rollback: shop-orders runs version 3 again",
    ]


def test_rollouts_come_before_runtimes_in_the_same_mail(hub: DigestHub) -> None:
    hub.ledger.queue_news(make_runtime_notice())
    queue(hub)
    report = send(hub)
    assert (report.sent, report.runtimes, report.rollouts) == (1, 1, 1)
    (text,) = hub.post.texts(DEV)
    assert text.index("ROLLOUTS THAT FAILED (1)") < text.index("LAMBDA RUNTIMES THAT END (1)")


def test_every_owner_gets_a_mail_and_the_notice_counts_once(hub: DigestHub) -> None:
    queue(hub, make_rollout(owners=(DEV, BOB)))
    report = send(hub)
    assert (report.sent, report.delivered) == (2, 1)
    assert sorted(hub.post.addresses) == [BOB, DEV]


def test_without_an_owner_the_fallback_is_told(hub: DigestHub) -> None:
    queue(hub, make_rollout(owners=(), owner_source=""))
    send(hub)
    assert hub.post.addresses == [FALLBACK]
    assert "found by the fallback contact" in hub.post.texts(FALLBACK)[0]


@pytest.mark.parametrize("mode", Mode)
def test_observing_tells_nobody_and_keeps_the_notice(hub: DigestHub, mode: Mode) -> None:
    notice = queue(hub)
    report = send(hub, policy=POLICY.with_mode(mode))
    is_held = mode is Mode.OBSERVE
    assert (report.held, report.rollouts_held, report.rollouts) == (is_held, is_held, not is_held)
    assert bool(hub.topic_messages()) is not is_held
    assert (stored(hub) == notice) is is_held
    assert send(hub, NOW + HOUR).rollouts == is_held


def test_an_account_that_only_lets_observe_is_not_told_of(hub: DigestHub) -> None:
    hub.ledger.save_accounts([make_account(tags={MODE_TAG: Mode.OBSERVE})])
    queue(hub)
    assert send(hub).rollouts_held == 1
    assert hub.post.mails == []


def test_an_owner_out_of_reach_is_passed_over_and_the_fallback_told_with_a_note(
    hub: DigestHub,
) -> None:
    queue(hub)
    cut_off(hub, DEV)
    assert send(hub).delivered == 1
    assert hub.post.addresses == [FALLBACK]
    (text,) = hub.post.texts(FALLBACK)
    assert f"{DEV}: not mailed before 2026-12-07T09:00:00Z: bounced (user unknown)" in text
    assert DEV in stored(hub).error


def test_when_the_fallback_is_out_of_reach_too_the_notice_waits(hub: DigestHub) -> None:
    notice = queue(hub)
    cut_off(hub, DEV)
    cut_off(hub, FALLBACK)
    report = send(hub)
    assert (report.unreachable, report.owners_unreachable, report.held) == (1, 1, 0)
    assert stored(hub) == notice


def test_a_refused_mail_counts_for_nothing_and_is_tried_again(hub: DigestHub) -> None:
    queue(hub)
    hub.post.refuse(DEV, "MessageRejected")
    reports = [send(hub, NOW + n * HOUR) for n in range(MOST_TRIES)]
    assert [report.delivered for report in reports] == [0] * MOST_TRIES
    assert reports[-1].overdue == 1
    assert (stored(hub).state, stored(hub).tries) == (NoticeState.PENDING, MOST_TRIES)
    hub.post.refusals.clear()
    assert send(hub, NOW + DAY).rollouts == 1


@pytest.mark.parametrize("place", range(4))
def test_a_crash_at_any_write_repeats_the_mail_and_loses_nothing(
    hub: DigestHub, place: int
) -> None:
    """The writes of a run: two claims, the mail, two records."""
    queue(hub)
    queue(hub, make_rollback())
    crashes = iter([False] * place + [True])

    def crash() -> None:
        if next(crashes, False):
            raise Crash

    hub.before("UpdateItem", crash)
    hub.before("TransactWriteItems", crash)
    with pytest.raises(Crash):
        send(hub)
    send(hub, NOW + CLAIM_LASTS + HOUR)
    for deployment_id in (FAILED_ID, ROLLBACK_ID):
        assert stored(hub, deployment_id).state is NoticeState.SENT
    told = "".join(hub.post.texts(DEV))
    assert {FAILED_ID, ROLLBACK_ID} <= set(told.split())
    assert send(hub, NOW + DAY) == DigestReport()


def test_a_crash_between_sending_and_recording_repeats_the_mail(hub: DigestHub) -> None:
    queue(hub)

    def crash() -> None:
        hub.post.then = lambda: None
        raise Crash

    hub.post.then = crash
    with pytest.raises(Crash):
        send(hub)
    assert stored(hub).state is NoticeState.CLAIMED
    assert send(hub, NOW).rollouts == 0
    assert send(hub, NOW + CLAIM_LASTS + HOUR).rollouts == 1
    assert hub.post.addresses == [DEV, DEV]


def test_a_notice_that_cannot_be_read_stops_no_other(hub: DigestHub) -> None:
    spoiled = queue(hub)
    queue(hub, make_rollback())
    hub.dynamodb.update_item(
        TableName=TABLE,
        Key=news_key(spoiled),
        UpdateExpression="SET story = :broken",
        ExpressionAttributeValues={":broken": {"S": "{}"}},
    )
    report = send(hub)
    assert (report.unrecorded, report.rollouts) == (1, 1)


def test_each_notice_is_published_for_each_owner_with_its_attributes(hub: DigestHub) -> None:
    queue(hub, make_rollout(owners=(DEV, BOB)))
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
    shared = {"kind": "rollout", "severity": "warning", "account": "222222222222"}
    assert sorted(attributes, key=lambda each: each["owner"]) == [
        {**shared, "owner": BOB},
        {**shared, "owner": DEV},
    ]


def test_a_topics_trouble_undoes_no_mail(hub: DigestHub) -> None:
    queue(hub)
    hub.sns.delete_topic(TopicArn=hub.topic_arn)
    assert send(hub).rollouts == 1
    assert stored(hub).error.startswith("topic: NotSent: not sent: NotFound")


def bounce(hub: DigestHub, status: DeliveryStatus) -> Any:
    message_id = hub.post.answers[-1]["MessageId"]
    until = NOW + 14 * DAY if status.failed else None
    outcome = Outcome(message_id, DEV, status, NOW + HOUR, "user unknown", until)
    return take_in(hub.ledger, outcome, NOW, FALLBACK, NOW + HOUR)


def test_a_mail_that_came_back_is_told_to_the_fallback(hub: DigestHub) -> None:
    queue(hub)
    send(hub)
    report = bounce(hub, DeliveryStatus.BOUNCED)
    assert (report.notices, report.reopened, report.unreachable) == (1, 1, 1)
    assert send(hub, NOW + 2 * HOUR).rollouts == 1
    assert hub.post.addresses == [DEV, FALLBACK]


def test_a_bounce_known_before_the_record_is_heeded_by_it(hub: DigestHub) -> None:
    queue(hub)
    hub.post.then = lambda: bounce(hub, DeliveryStatus.SUPPRESSED)
    send(hub)
    hub.post.then = lambda: None
    assert stored(hub).state is NoticeState.PENDING
    assert DEV in hub.ledger.unreachable(NOW + HOUR)


def test_a_bounce_of_a_mail_about_runtimes_and_rollouts_reopens_both(hub: DigestHub) -> None:
    hub.ledger.queue_news(make_runtime_notice())
    queue(hub)
    send(hub)
    report = bounce(hub, DeliveryStatus.BOUNCED)
    assert (report.notices, report.reopened) == (2, 2)
