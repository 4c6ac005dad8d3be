"""The committed sample events, and what is read out of them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from steward.domain.deliveries import DeliveryStatus
from steward.domain.outcomes import Outcome
from steward.workflows.mail_events import MailEvent

EVENTS = Path(__file__).parents[3] / "events"
SENT = datetime(2026, 11, 23, 9, 0, 4, 812_000, tzinfo=UTC)
LATER = SENT + timedelta(days=2)
MAIL = "0102019b3c5e7a10-6f0d2c51-4f0e-4c8b-9a53-2b7d9f1e8c44-000000"
FORTNIGHT, DAY = timedelta(days=14), timedelta(days=1)


def sample(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


def only(event: dict[str, Any], now: datetime = LATER) -> Outcome:
    (outcome,) = MailEvent.model_validate(event).outcomes(now)
    return outcome


def changed(name: str, part: str, **fields: Any) -> dict[str, Any]:
    event = sample(name)
    event["detail"][part] |= fields
    return event


@pytest.mark.parametrize(
    ("name", "status", "lasts", "said"),
    [
        ("ses_bounce", DeliveryStatus.BOUNCED, FORTNIGHT, "Permanent/General: smtp; 550 5.1.1"),
        ("ses_transient_bounce", DeliveryStatus.BOUNCED, DAY, "Transient/MailboxFull: smtp; 452"),
        (
            "ses_suppressed",
            DeliveryStatus.SUPPRESSED,
            FORTNIGHT,
            "Permanent/OnAccountSuppressionList: Amazon SES did not send",
        ),
        ("ses_complaint", DeliveryStatus.COMPLAINED, FORTNIGHT, "complaint: abuse"),
        ("ses_delivery", DeliveryStatus.DELIVERED, None, "250 2.0.0 OK"),
        (
            "ses_delivery_delay",
            DeliveryStatus.DELAYED,
            None,
            "TransientCommunicationFailure: smtp; 421",
        ),
        ("ses_reject", DeliveryStatus.REJECTED, FORTNIGHT, "Bad content"),
    ],
)
def test_each_event_says_what_became_of_its_mail(
    name: str, status: DeliveryStatus, lasts: timedelta | None, said: str
) -> None:
    outcome = only(sample(name))
    assert (outcome.message_id, outcome.address) == (MAIL, "dev@example.com")
    assert outcome.status is status
    assert outcome.detail.startswith(said)
    assert outcome.unreachable_until == (outcome.at + lasts if lasts else None)
    assert SENT <= outcome.at < SENT + DAY


@pytest.mark.parametrize(
    ("event", "status", "lasts"),
    [
        pytest.param(
            changed("ses_bounce", "bounce", bounceSubType="Suppressed"),
            DeliveryStatus.SUPPRESSED,
            FORTNIGHT,
            id="on-the-global-suppression-list",
        ),
        pytest.param(
            changed("ses_bounce", "bounce", bounceType="Undetermined"),
            DeliveryStatus.BOUNCED,
            DAY,
            id="nobody-knows-why",
        ),
        pytest.param(
            changed("ses_complaint", "complaint", complaintSubType="OnAccountSuppressionList"),
            DeliveryStatus.SUPPRESSED,
            FORTNIGHT,
            id="a-complaint-that-means-it-was-not-sent",
        ),
        pytest.param(
            changed("ses_complaint", "complaint", complaintFeedbackType="not-spam"),
            DeliveryStatus.DELIVERED,
            None,
            id="a-complaint-that-is-none",
        ),
        pytest.param(
            changed("ses_complaint", "complaint", complaintFeedbackType=None),
            DeliveryStatus.COMPLAINED,
            FORTNIGHT,
            id="a-complaint-without-a-reason",
        ),
    ],
)
def test_the_kind_within_an_event_decides(
    event: dict[str, Any], status: DeliveryStatus, lasts: timedelta | None
) -> None:
    outcome = only(event)
    assert outcome.status is status
    assert outcome.unreachable_until == (outcome.at + lasts if lasts else None)


def test_a_mail_that_could_not_be_rendered_reached_nobody() -> None:
    event = sample("ses_reject")
    event["detail"] |= {"eventType": "Rendering Failure", "failure": {"errorMessage": "no name"}}
    assert (only(event).status, only(event).detail) == (DeliveryStatus.REJECTED, "no name")


def test_nothing_is_dated_after_it_was_heard() -> None:
    assert only(sample("ses_bounce"), now=SENT - DAY).at == SENT - DAY


def test_a_bounce_that_names_nobody_is_of_everybody_mailed() -> None:
    assert only(changed("ses_bounce", "bounce", bouncedRecipients=[])).address == "dev@example.com"


def test_every_recipient_of_somebody_elses_mail_has_an_outcome() -> None:
    event = changed("ses_delivery", "delivery", recipients=["a@example.com", "b@example.com"])
    outcomes = MailEvent.model_validate(event).outcomes(LATER)
    assert [each.address for each in outcomes] == ["a@example.com", "b@example.com"]


def test_fields_we_do_not_know_may_come() -> None:
    assert only(changed("ses_bounce", "bounce", colour="red")) == only(sample("ses_bounce"))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        pytest.param({"source": "my.app"}, "source", id="of-another-source"),
        pytest.param({"time": "2026-11-23T09:00:06"}, "time", id="without-an-offset"),
        pytest.param({"detail": {"eventType": "Open"}}, "detail", id="of-another-kind"),
        pytest.param({"detail": {"eventType": "Bounce"}}, "detail.Bounce.mail", id="without-mail"),
        pytest.param({"detail": []}, "detail", id="of-another-shape"),
    ],
)
def test_an_event_that_is_not_one_is_refused(change: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MailEvent.model_validate(sample("ses_bounce") | change)
    assert where in {".".join(map(str, each["loc"])) for each in caught.value.errors()}


@pytest.mark.parametrize("field", ["messageId", "timestamp", "destination"])
def test_a_mail_without_what_names_it_is_refused(field: str) -> None:
    event = sample("ses_delivery")
    del event["detail"]["mail"][field]
    with pytest.raises(ValidationError, match=field):
        MailEvent.model_validate(event)
