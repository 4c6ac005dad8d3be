"""The mails that the embedded organization sent, as its owners would have received them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.loopback_http import call_json


@dataclass(frozen=True)
class Mail:
    """One accepted SES message. `sent_at` is wall clock time, whatever CloudFormation believes.

    `headers` and `tags` are those that the sender added.
    """

    account: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    sent_at: datetime
    message_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    reply_to: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    configuration_set: str = ""


@dataclass(frozen=True)
class TopicMail:
    """What an e-mail subscriber of a topic got; the same subject and text as SNS sends."""

    topic: str
    address: str
    subject: str
    text: str


def read_inbox(endpoint: str) -> tuple[Mail, ...]:
    """Every mail of every account, in the order in which SES accepted them."""
    return parse_inbox(
        call_json(f"{endpoint}/_ministack/ses/messages"),
        call_json(f"{endpoint}/_local/mail-requests"),
    )


def read_topic_mails(endpoint: str) -> tuple[TopicMail, ...]:
    """Every mail of every topic to its subscribers, in the order of publishing."""
    sent = call_json(f"{endpoint}/_local/topic-mails?after=0")["records"]
    return tuple(TopicMail(**mail) for mail in sent)


def parse_inbox(
    answer: Mapping[str, Any], requests: Mapping[str, Mapping[str, Any]] | None = None
) -> tuple[Mail, ...]:
    """`requests` are the SendEmail requests by message id."""
    mails = (
        _mail(account, message, (requests or {}).get(message.get("MessageId", ""), {}))
        for account, messages in answer["messages"].items()
        for message in messages
    )
    return tuple(sorted(mails, key=lambda mail: mail.sent_at))


def _mail(account: str, message: Mapping[str, Any], request: Mapping[str, Any]) -> Mail:
    simple = request.get("Content", {}).get("Simple", {})
    return Mail(
        account=account,
        sender=message["Source"],
        recipients=(*message["To"], *message["CC"], *message["BCC"]),
        subject=message["Subject"],
        text=message.get("BodyText") or "",
        html=message.get("BodyHtml") or "",
        sent_at=datetime.fromtimestamp(message["Timestamp"], UTC),
        message_id=message.get("MessageId", ""),
        headers=_by_name(simple.get("Headers", ())),
        reply_to=tuple(request.get("ReplyToAddresses", ())),
        tags=_by_name(request.get("EmailTags", ())),
        configuration_set=request.get("ConfigurationSetName", ""),
    )


def _by_name(pairs: Any) -> dict[str, str]:
    return {pair["Name"]: pair["Value"] for pair in pairs}
