"""Whether owners and on-call can be told."""

from dataclasses import replace

import pytest

from steward.domain.modes import Mode
from steward_cli.doctor.findings import Status
from steward_cli.doctor.judging.mail import (
    ConfigurationSet,
    Identity,
    MailAccount,
    Topic,
    judge_configuration_set,
    judge_identity,
    judge_mail_account,
    judge_topics,
)
from tests.unit.cli.doctor.verdicts import FAIL, OK, WARN, assert_says

SENDER = "steward@example.com"
IDENTITY = Identity("example.com", exists=True, verified=True, dkim="SUCCESS")
ACCOUNT = MailAccount(production=True, sending=True, enforcement="HEALTHY", sent=0, quota=50_000)
OUTCOMES = frozenset({"BOUNCE", "DELIVERY"})
SET = ConfigurationSet("digests", sending=True, events=OUTCOMES, suppressed=frozenset({"BOUNCE"}))


@pytest.mark.parametrize(
    ("sender", "identity", "mode", "status", "words"),
    [
        pytest.param(SENDER, IDENTITY, Mode.REAP, OK, "is verified", id="verified"),
        pytest.param(SENDER, None, Mode.REAP, OK, "not looked up", id="identity *"),
        pytest.param("", None, Mode.REAP, FAIL, "nothing is ever deleted", id="no sender, reap"),
        pytest.param("", None, Mode.OBSERVE, WARN, "no sender", id="no sender, observe"),
        pytest.param(
            SENDER, replace(IDENTITY, exists=False), Mode.REAP, FAIL, "does not know", id="unknown"
        ),
        pytest.param(
            SENDER, replace(IDENTITY, verified=False), Mode.REAP, FAIL, "not verified", id="pending"
        ),
        pytest.param(
            SENDER, replace(IDENTITY, dkim="PENDING"), Mode.REAP, WARN, "is PENDING", id="no DKIM"
        ),
    ],
)
def test_the_sender(
    sender: str, identity: Identity | None, mode: Mode, status: Status, words: str
) -> None:
    assert_says(judge_identity(sender, identity, mode), status, words)


@pytest.mark.parametrize(
    ("account", "status", "words"),
    [
        pytest.param(ACCOUNT, OK, "out of the sandbox", id="production"),
        pytest.param(replace(ACCOUNT, production=False), WARN, "in the sandbox", id="sandbox"),
        pytest.param(replace(ACCOUNT, sending=False), FAIL, "turned off", id="turned off"),
        pytest.param(replace(ACCOUNT, enforcement="PROBATION"), WARN, "PROBATION", id="probation"),
        pytest.param(replace(ACCOUNT, enforcement="SHUTDOWN"), FAIL, "SHUTDOWN", id="shut down"),
        pytest.param(replace(ACCOUNT, sent=44_999), OK, "SES sends", id="below nine tenths"),
        pytest.param(replace(ACCOUNT, sent=45_000), WARN, "45000 of 50000", id="quota used up"),
        pytest.param(replace(ACCOUNT, sent=9, quota=-1), OK, "SES sends", id="no quota"),
    ],
)
def test_the_account_that_sends(account: MailAccount, status: Status, words: str) -> None:
    assert_says(judge_mail_account(account), status, words)


@pytest.mark.parametrize(
    ("found", "status", "words"),
    [
        pytest.param(SET, OK, "it suppresses BOUNCE", id="well"),
        pytest.param(replace(SET, sending=False), FAIL, "does not send", id="off"),
        pytest.param(
            replace(SET, events=frozenset({"DELIVERY"})), FAIL, "not report BOUNCE", id="no bounces"
        ),
    ],
)
def test_what_became_of_mail_is_reported(
    found: ConfigurationSet, status: Status, words: str
) -> None:
    assert_says(judge_configuration_set(found, OUTCOMES), status, words)


@pytest.mark.parametrize(
    ("topic", "status", "words"),
    [
        pytest.param(Topic("Alarms", 1, (), needed=True), OK, "Alarms 1", id="confirmed"),
        pytest.param(Topic("Alarms", 0, (), needed=True), WARN, "nobody", id="nobody"),
        pytest.param(Topic("Chat", 0, (), needed=False), OK, "Chat 0", id="nobody need be"),
        pytest.param(
            Topic("Alarms", 0, ("a@example.com",), needed=True), WARN, "a@example.com", id="pending"
        ),
    ],
)
def test_topics(topic: Topic, status: Status, words: str) -> None:
    assert_says(judge_topics([topic]), status, words)
