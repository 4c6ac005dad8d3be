"""A topic that refuses costs nobody a mail: its trouble goes on record beside the delivery."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws

from steward.domain.leases import LeaseNotice, LeaseState
from steward.domain.outbox import Notice, NoticeState
from steward.notify.channels import ChatPublisher, Publisher
from steward.workflows.digest import send_digests
from tests.factories import NOW, make_account, make_event, make_lease, make_notice, make_policy
from tests.integration.digest_hub import DigestHub, make_hub
from tests.unit.notify.rows import DAY

REFUSALS = [
    pytest.param("AuthorizationError", id="denied"),
    pytest.param("NotFound", id="topic-gone"),
    pytest.param("Throttled", id="throttled"),
    pytest.param("KMSAccessDenied", id="key-denied"),
    pytest.param("InvalidParameter", id="refused-for-good"),
]


@pytest.fixture
def hub() -> Iterator[DigestHub]:
    with mock_aws():
        hub = make_hub()
        hub.ledger.save_accounts([make_account()])
        yield hub


def refuse(hub: DigestHub, code: str) -> None:
    def answer(**_: object) -> tuple[AWSResponse, Any]:
        error = {"Code": code, "Message": "refused by the test"}
        return AWSResponse("http://sns", 400, HTTPHeaders(), None), {"Error": error}

    on_call: Callable[..., Any] = answer
    hub.sns.meta.events.register("before-call.sns.Publish", on_call)


def mark(hub: DigestHub, name: str) -> Notice:
    lease = make_lease(
        name, state=LeaseState.MARKED, marked_at=NOW, notices=(LeaseNotice(7 * DAY, NOW),)
    )
    notice = make_notice(lease)
    hub.ledger.save(None, lease, make_event(lease), [notice])
    return notice


@pytest.mark.parametrize("code", REFUSALS)
def test_a_topic_that_refuses_undoes_no_mail(hub: DigestHub, code: str) -> None:
    notices = [mark(hub, "feat-a"), mark(hub, "feat-b")]
    refuse(hub, code)
    report = send_digests(hub.ledger, hub.mailer, hub.publisher, make_policy(), NOW)
    assert (report.sent, report.failed, report.delivered, report.overdue) == (1, 0, 2, 0)
    assert len(hub.post.mails) == 1
    for notice in notices:
        stored = hub.stored(notice)
        assert stored.state is NoticeState.SENT
        assert f"topic: NotSent: not sent: {code}: refused by the test" in stored.error
        lease = hub.ledger.lease(notice.unit, notice.stack_id)
        assert lease
        assert not lease.awaits_delivery


def test_a_chat_topic_that_is_gone_undoes_no_mail_and_silences_no_other_topic(
    hub: DigestHub,
) -> None:
    notice = mark(hub, "feat-a")
    chat = ChatPublisher(hub.sns, "arn:aws:sns:eu-west-1:123456789012:gone")
    report = send_digests(hub.ledger, hub.mailer, hub.publisher, make_policy(), NOW, chat=chat)
    assert (report.sent, report.delivered) == (1, 1)
    assert len(hub.topic_messages()) == 1
    assert "chat topic: NotSent: not sent: NotFound" in hub.stored(notice).error


def test_a_topic_that_is_gone_silences_no_channel(hub: DigestHub) -> None:
    mark(hub, "feat-a")
    chat = ChatPublisher(hub.sns, hub.topic_arn)
    gone = Publisher(hub.sns, "arn:aws:sns:eu-west-1:123456789012:gone")
    send_digests(hub.ledger, hub.mailer, gone, make_policy(), NOW, chat=chat)
    (message,) = hub.topic_messages()
    assert json.loads(message["Message"])["source"] == "custom"


def test_a_topic_that_refused_is_not_tried_again_for_a_told_notice(hub: DigestHub) -> None:
    mark(hub, "feat-a")
    refuse(hub, "Throttled")
    send_digests(hub.ledger, hub.mailer, hub.publisher, make_policy(), NOW)
    again = send_digests(hub.ledger, hub.mailer, hub.publisher, make_policy(), NOW + DAY)
    assert (again.owners, len(hub.post.mails)) == (0, 1)
