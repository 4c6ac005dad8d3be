"""The mails that the embedded organization sent, as its owners would have received them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.loopback_http import call_json


@dataclass(frozen=True)
class Mail:
    """One accepted SES message. `sent_at` is wall clock time, whatever CloudFormation believes."""

    account: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    sent_at: datetime


def read_inbox(endpoint: str) -> tuple[Mail, ...]:
    """Every mail of every account, in the order in which SES accepted them."""
    return parse_inbox(call_json(f"{endpoint}/_ministack/ses/messages"))


def parse_inbox(answer: Mapping[str, Any]) -> tuple[Mail, ...]:
    mails = (
        _mail(account, message)
        for account, messages in answer["messages"].items()
        for message in messages
    )
    return tuple(sorted(mails, key=lambda mail: mail.sent_at))


def _mail(account: str, message: Mapping[str, Any]) -> Mail:
    return Mail(
        account=account,
        sender=message["Source"],
        recipients=(*message["To"], *message["CC"], *message["BCC"]),
        subject=message["Subject"],
        text=message.get("BodyText") or "",
        html=message.get("BodyHtml") or "",
        sent_at=datetime.fromtimestamp(message["Timestamp"], UTC),
    )
