"""The real handler on moto with notices of runtimes and of rollouts in the ledger."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from steward.domain.modes import Mode
from steward.domain.outbox import NoticeState
from steward.observability import metrics
from tests.factories import make_account, make_policy
from tests.integration.digest_hub import SENDER, TABLE, DigestHub, make_hub
from tests.integration.functions.test_notice_digest import (
    LINK_KEY,
    SKEW_MINUTES,
    forget,
    inbox,
    invoke,
    mark,
    put_in_force,
)
from tests.rollout_records import make_rollout_notice
from tests.runtime_records import make_runtime_notice

DAY = timedelta(days=1)


@pytest.fixture
def runtimes_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[DigestHub]:
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


def queue(hub: DigestHub) -> Any:
    now = datetime.now(UTC)
    notice = make_runtime_notice(queued_at=now, day=(now + 70 * DAY).date())
    hub.ledger.queue_news(notice)
    return notice


def test_a_scheduled_run_mails_stacks_and_runtimes_together(runtimes_hub: DigestHub) -> None:
    put_in_force(runtimes_hub, make_policy())
    queue(runtimes_hub)
    mark(runtimes_hub)
    result = invoke()
    assert (result["sent"], result["delivered"], result["runtimes"]) == (1, 2, 1)
    (mail,) = inbox()
    assert mail.destinations == {"ToAddresses": ["dev@example.com"]}
    assert "1 place needs newer Lambda runtimes, nearest " in mail.subject
    assert "steward runtimes acknowledge" in mail.body
    assert len(runtimes_hub.topic_messages()) == 2
    (notice,) = runtimes_hub.ledger.runtime_notices()
    assert notice.state is NoticeState.SENT


def test_a_run_mails_rollouts(runtimes_hub: DigestHub) -> None:
    put_in_force(runtimes_hub, make_policy())
    runtimes_hub.ledger.queue_news(make_rollout_notice())
    result = invoke()
    assert (result["sent"], result["delivered"], result["rollouts"]) == (1, 1, 1)
    (mail,) = inbox()
    assert mail.subject == "Steward: shop-orders failed after traffic shift"
    assert len(runtimes_hub.topic_messages()) == 1


def test_while_observing_runtimes_wait(runtimes_hub: DigestHub) -> None:
    put_in_force(runtimes_hub, make_policy(mode=Mode.OBSERVE))
    queue(runtimes_hub)
    result = invoke()
    assert (result["sent"], result["held"], result["runtimes_held"]) == (0, 1, 1)
    assert inbox() == []
    (notice,) = runtimes_hub.ledger.runtime_notices()
    assert notice.state is NoticeState.PENDING


def test_without_any_policy_nobody_is_told(runtimes_hub: DigestHub) -> None:
    notice = queue(runtimes_hub)
    assert "no policy was ever valid" in str(invoke()["held_because"])
    assert runtimes_hub.ledger.runtime_notices() == [notice]
