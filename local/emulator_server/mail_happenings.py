"""What happens to a mail after SES accepted it, in the words of its events.

Source: "Contents of event data that Amazon SES publishes to Amazon SNS", which is the same for
every kind of destination.
"""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from local.emulator_server.mail_outcomes import MailOutcomes, Outcome
from local.emulator_server.sent_mail import SentMail

Detail = dict[str, Any]

# Outcome -> bounceType, bounceSubType, status, diagnosticCode.
BOUNCES = {
    Outcome.BOUNCE: ("Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown"),
    Outcome.TRANSIENT_BOUNCE: (
        "Transient",
        "MailboxFull",
        "4.2.2",
        "smtp; 452 4.2.2 mailbox full",
    ),
    Outcome.SUPPRESSED: (
        "Permanent",
        "OnAccountSuppressionList",
        "5.1.1",
        "Amazon SES did not send the message to this address because it is on the suppression "
        "list for your account.",
    ),
    Outcome.GLOBALLY_SUPPRESSED: (
        "Permanent",
        "Suppressed",
        "5.1.1",
        "Amazon SES has suppressed sending to this address because it has a recent history of "
        "bouncing as an invalid address.",
    ),
}
DELAYED_FOR = timedelta(hours=12)


def happenings(mail: SentMail, outcomes: MailOutcomes) -> Iterator[tuple[str, Detail]]:
    """In order; each is a MatchingEventTypes value and the detail under the key of its event."""
    yield "SEND", {}
    found = [(address, outcomes.of(address)) for address in mail.destination]
    if any(outcome is Outcome.REJECT for _, outcome in found):
        yield "REJECT", {"reason": "Bad content"}
        return
    for address, outcome in found:
        yield from _of_recipient(mail, parseaddr(address)[1] or address, outcome)


def _of_recipient(mail: SentMail, address: str, outcome: Outcome) -> Iterator[tuple[str, Detail]]:
    if outcome in BOUNCES:
        yield "BOUNCE", _bounce(mail, address, outcome)
    elif outcome is Outcome.DELAY:
        yield "DELIVERY_DELAY", _delay(mail, address)
    else:
        yield "DELIVERY", _delivery(mail, address)
    if outcome is Outcome.COMPLAINT:
        yield "COMPLAINT", _complaint(mail, address)


def _bounce(mail: SentMail, address: str, outcome: Outcome) -> Detail:
    kind, sub_kind, status, diagnosis = BOUNCES[outcome]
    return {
        "feedbackId": _feedback_id(),
        "bounceType": kind,
        "bounceSubType": sub_kind,
        "bouncedRecipients": [
            {
                "emailAddress": address,
                "action": "failed",
                "status": status,
                "diagnosticCode": diagnosis,
            }
        ],
        "timestamp": mail.timestamp,
        "reportingMTA": "dns; amazonses.com",
    }


def _delay(mail: SentMail, address: str) -> Detail:
    return {
        "timestamp": mail.timestamp,
        "delayType": "TransientCommunicationFailure",
        "expirationTime": replace(mail, at=mail.at + DELAYED_FOR).timestamp,
        "delayedRecipients": [
            {
                "emailAddress": address,
                "status": "4.4.1",
                "diagnosticCode": "smtp; 421 4.4.1 Unable to connect to remote host",
            }
        ],
    }


def _delivery(mail: SentMail, address: str) -> Detail:
    return {
        "timestamp": mail.timestamp,
        "processingTimeMillis": 546,
        "recipients": [address],
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": "mta.example.com",
    }


def _complaint(mail: SentMail, address: str) -> Detail:
    return {
        "feedbackId": _feedback_id(),
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": address}],
        "timestamp": mail.timestamp,
        "complaintFeedbackType": "abuse",
        "arrivalDate": mail.timestamp,
    }


def _feedback_id() -> str:
    return f"{uuid.uuid4()}-000000"
