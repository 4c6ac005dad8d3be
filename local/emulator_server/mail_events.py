"""The events that SES puts on the event bus after it accepted a mail.

Source: "Monitoring SES events using Amazon EventBridge".
"""

import uuid
from email.utils import parseaddr

from local.emulator_server.mail_happenings import Detail, happenings
from local.emulator_server.mail_outcomes import MailOutcomes
from local.emulator_server.sent_mail import SentMail

# MatchingEventTypes of an event destination -> (detail-type, eventType, key of the detail).
KINDS = {
    "SEND": ("Email Sent", "Send", "send"),
    "DELIVERY": ("Email Delivered", "Delivery", "delivery"),
    "BOUNCE": ("Email Bounced", "Bounce", "bounce"),
    "COMPLAINT": ("Email Complaint Received", "Complaint", "complaint"),
    "REJECT": ("Email Rejected", "Reject", "reject"),
    "DELIVERY_DELAY": ("Email Delivery Delayed", "DeliveryDelay", "deliveryDelay"),
}


def mail_events(mail: SentMail, outcomes: MailOutcomes, wanted: set[str]) -> list[Detail]:
    """In order: sent, then what became of it. `wanted` are the MatchingEventTypes."""
    return [_event(mail, kind, what) for kind, what in happenings(mail, outcomes) if kind in wanted]


def _event(mail: SentMail, kind: str, what: Detail) -> Detail:
    detail_type, event_type, key = KINDS[kind]
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": mail.account,
        "time": mail.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": mail.region,
        "resources": [_arn(mail, f"configuration-set/{mail.configuration_set}")],
        "detail": {"eventType": event_type, key: what, "mail": _mail(mail)},
    }


def _mail(mail: SentMail) -> Detail:
    """The mail object; a sender's own tags join the automatic ones, all of them as lists."""
    return {
        "timestamp": mail.timestamp,
        "source": mail.sender,
        "sourceArn": _arn(mail, f"identity/{_domain(mail.sender)}"),
        "sendingAccountId": mail.account,
        "messageId": mail.message_id,
        "destination": mail.destination,
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in _headers(mail).items()],
        "commonHeaders": {
            "from": [mail.sender],
            "to": list(mail.to),
            "messageId": mail.message_id,
            "subject": mail.subject,
        },
        "tags": {
            "ses:operation": ["SendEmail"],
            "ses:configuration-set": [mail.configuration_set],
            "ses:source-ip": ["127.0.0.1"],
            "ses:from-domain": [_domain(mail.sender)],
            **{name: [value] for name, value in mail.tags.items()},
        },
    }


def _headers(mail: SentMail) -> dict[str, str]:
    common = {"From": mail.sender, "To": ", ".join(mail.to), "Subject": mail.subject}
    return common | {"MIME-Version": "1.0"} | dict(mail.headers)


def _domain(address: str) -> str:
    return parseaddr(address)[1].rpartition("@")[2]


def _arn(mail: SentMail, resource: str) -> str:
    return f"arn:aws:ses:{mail.region}:{mail.account}:{resource}"
