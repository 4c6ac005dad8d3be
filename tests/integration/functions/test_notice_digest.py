"""The real handler on moto, fed with the committed scheduled event."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto import mock_aws
from moto.ses.models import Message, ses_backends

from functions.notice_digest import app
from steward.aws.signing_keys import SigningKeys
from steward.domain.deliveries import DeliveryStatus, Unreachable
from steward.domain.leases import LeaseNotice, LeaseState
from steward.domain.links import Link, LinkAction, read_link
from steward.domain.outbox import Notice, NoticeState
from steward.domain.policy import Policy
from steward.observability import metrics
from steward.settings import BadEnvironment
from steward.workflows.digest import MOST_TRIES
from tests.factories import make_account, make_event, make_lease, make_notice, make_policy
from tests.integration.digest_hub import SENDER, TABLE, DigestHub, make_hub
from tests.integration.secrets_server import StoredSecret, serve_secrets, store_secret

EVENT = json.loads((Path(__file__).parents[3] / "events/schedule.json").read_text())
SKEW_MINUTES = 15
DAY = timedelta(days=1)
PAGE = "https://links.example.com/"
LINK_KEY = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:LinkKey-a1b2c3"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[DigestHub]:
    with mock_aws():
        hub = make_hub()
        environment = {
            "LEDGER_TABLE": TABLE,
            "AUDIT_RETENTION_DAYS": "400",
            "MAX_CLOCK_SKEW_MINUTES": str(SKEW_MINUTES),
            "MAIL_FROM": SENDER,
            "MAIL_CONFIGURATION_SET": "",
            "NOTICES_TOPIC_ARN": hub.topic_arn,
            "CHAT_TOPIC_ARN": hub.chat.topic_arn,
            "EXTENSION_URL": "",
            "LINK_KEY_SECRET": LINK_KEY,
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        # Made at import, which is before the tests' environment; in Lambda that comes first.
        monkeypatch.setattr(metrics, "namespace", "Steward")
        monkeypatch.setattr(metrics, "service", "steward")
        hub.ledger.save_accounts([make_account()])
        forget()
        yield hub
        forget()


def forget() -> None:
    app.settings.cache_clear()
    app.digester.cache_clear()


class Context(LambdaContext):
    def __init__(self) -> None:
        self._function_name = "notice_digest"
        self._memory_limit_in_mb = 512
        self._invoked_function_arn = "arn:aws:lambda:eu-west-1:111111111111:function:x"
        self._aws_request_id = "00000000-0000-0000-0000-000000000001"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 300_000


def invoke(**changes: object) -> dict[str, object]:
    result: dict[str, object] = app.lambda_handler(EVENT | changes, Context())
    return result


def inbox() -> list[Message]:
    sent: list[Message] = ses_backends["123456789012"]["eu-west-1"].sent_messages
    return sent


def put_in_force(hub: DigestHub, policy: Policy) -> None:
    hub.ledger.save_policy(policy.fingerprint, policy.model_dump_json(), datetime.now(UTC))


def mark(hub: DigestHub, **overrides: Any) -> Notice:
    now = datetime.now(UTC)
    lease = make_lease(state=LeaseState.MARKED, marked_at=now, notices=(LeaseNotice(7 * DAY, now),))
    notice = make_notice(replace(lease, **overrides))
    hub.ledger.save(None, lease, make_event(lease), [notice])
    return notice


def delivered_at(hub: DigestHub, notice: Notice) -> datetime:
    lease = hub.ledger.lease(notice.unit, notice.stack_id)
    assert lease is not None
    (told,) = lease.delivered
    assert told.delivered_at is not None
    return told.delivered_at


def test_a_scheduled_run_mails_publishes_and_records(hub: DigestHub) -> None:
    put_in_force(hub, make_policy())
    notice = mark(hub)
    result = invoke()
    assert (result["mode"], result["sent"], result["delivered"]) == ("reap", 1, 1)
    (mail,) = inbox()
    assert mail.source == SENDER
    assert mail.destinations == {"ToAddresses": ["dev@example.com"]}
    assert mail.subject.startswith("Steward: feat-cart expires, earliest deletion ")
    assert mail.body.startswith("<!DOCTYPE html>")
    assert len(hub.topic_messages()) == 1
    assert hub.stored(notice).state is NoticeState.SENT


def test_without_any_policy_nothing_is_sent_and_that_is_said(hub: DigestHub) -> None:
    notice = mark(hub)
    assert "no policy was ever valid" in str(invoke()["held_because"])
    assert inbox() == []
    assert hub.stored(notice).state is NoticeState.PENDING


@pytest.mark.parametrize(
    "ahead",
    [
        pytest.param(timedelta(minutes=-10), id="an-event-that-came-late"),
        pytest.param(timedelta(days=-3), id="an-event-of-another-day"),
        pytest.param(timedelta(days=3), id="an-event-from-the-future"),
    ],
)
def test_a_delivery_is_dated_by_the_wall_clock(hub: DigestHub, ahead: timedelta) -> None:
    put_in_force(hub, make_policy())
    notice = mark(hub)
    before = datetime.now(UTC)
    invoke(time=(before + ahead).isoformat())
    assert before <= delivered_at(hub, notice) <= datetime.now(UTC)


def test_an_event_within_the_skew_may_set_the_clock_ahead(hub: DigestHub) -> None:
    put_in_force(hub, make_policy())
    notice = mark(hub)
    ahead = datetime.now(UTC) + timedelta(minutes=SKEW_MINUTES - 1)
    invoke(time=ahead.isoformat())
    assert delivered_at(hub, notice) == ahead


@pytest.mark.parametrize("time", [None, "yesterday", 5, "2026-11-23T08:00:00"])
def test_an_event_of_another_shape_is_an_ordinary_run_of_now(hub: DigestHub, time: object) -> None:
    put_in_force(hub, make_policy())
    mark(hub)
    assert invoke(time=time)["delivered"] == 1


def test_failures_raise_the_metric_that_the_alarm_watches(
    hub: DigestHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAIL_FROM", "unverified@example.org")
    put_in_force(hub, make_policy())
    mark(hub)
    for _ in range(MOST_TRIES):
        invoke()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    failures = [line["NoticeFailures"] for line in lines if "_aws" in line]
    assert failures == [[0.0]] * (MOST_TRIES - 1) + [[1.0]]


def emitted(capsys: pytest.CaptureFixture[str], name: str) -> list[float]:
    """What a run counted; nothing when it did not count that at all."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (counted,) = [line for line in lines if "_aws" in line]
    return list(counted.get(name, []))


@pytest.fixture(scope="module")
def secrets() -> Iterator[str]:
    with serve_secrets() as url:
        yield url


@pytest.fixture
def linked(hub: DigestHub, secrets: str, monkeypatch: pytest.MonkeyPatch) -> StoredSecret:
    """The hub with the extension page, and the secret that its links are signed with."""
    secret = store_secret()
    monkeypatch.setenv("EXTENSION_URL", PAGE)
    monkeypatch.setenv("LINK_KEY_SECRET", secret.arn)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets)
    put_in_force(hub, make_policy())
    mark(hub)
    return secret


def test_mails_carry_links_that_are_signed_with_the_secret(
    linked: StoredSecret, capsys: pytest.CaptureFixture[str]
) -> None:
    invoke()
    tokens = set(re.findall(rf"{re.escape(PAGE)}\?t=([\w.-]+)", inbox()[0].body))
    keys = SigningKeys(linked.arn).known("")
    read = [read_link(token, keys, datetime.now(UTC)) for token in tokens]
    assert {link.action for link in read if isinstance(link, Link)} == set(LinkAction)
    assert emitted(capsys, "LinkKeyFailures") == [0]


@pytest.mark.usefixtures("linked")
def test_a_key_that_cannot_be_read_alarms_and_mails_go_out_without_links(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LINK_KEY_SECRET", LINK_KEY)
    assert invoke()["delivered"] == 1
    (mail,) = inbox()
    assert PAGE not in mail.body
    assert "expires-at=" in mail.body
    assert emitted(capsys, "LinkKeyFailures") == [1]


def test_without_a_page_no_key_is_asked_for(
    hub: DigestHub, capsys: pytest.CaptureFixture[str]
) -> None:
    put_in_force(hub, make_policy())
    mark(hub)
    assert invoke()["delivered"] == 1
    assert "?t=" not in inbox()[0].body
    assert emitted(capsys, "LinkKeyFailures") == []


def test_owners_out_of_reach_raise_the_metric_that_the_alarm_watches(
    hub: DigestHub, capsys: pytest.CaptureFixture[str]
) -> None:
    put_in_force(hub, make_policy())
    mark(hub)
    now = datetime.now(UTC)
    found = Unreachable("dev@example.com", DeliveryStatus.BOUNCED, "unknown", now, now + DAY)
    hub.ledger.note_unreachable(found, "m-1")
    assert (invoke()["unreachable"], inbox()) == (1, [])
    assert emitted(capsys, "OwnersUnreachable") == [1]


def test_a_run_whose_time_is_short_sends_nothing_new(
    hub: DigestHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in_force(hub, make_policy())
    notice = mark(hub)
    monkeypatch.setattr(Context, "get_remaining_time_in_millis", staticmethod(lambda: 10_000))
    result = invoke()
    assert (result["left"], inbox()) == (1, [])
    assert hub.stored(notice) == notice


@pytest.mark.usefixtures("hub")
def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTICES_TOPIC_ARN")
    with pytest.raises(BadEnvironment, match="NOTICES_TOPIC_ARN"):
        app.settings()
