"""The two channels: digests by e-mail (SES) to owners, single notices on a topic (SNS)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steward.aws.mail import NotSent, send_email
from steward.aws.topics import publish
from steward.notify.message import NoticeMessage, attributes_of
from steward.notify.render import Mail

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends digests from `sender`. Without one it refuses, so that nobody counts as told."""

    client: "SESV2Client"
    sender: str
    configuration_set: str = ""

    def send(self, address: str, mail: Mail) -> str:
        """The message id, once SES took the mail for delivery; else NotSent."""
        if not self.sender:
            raise NotSent("no sender is configured; set MailFrom and MailIdentity", retry=False)
        return send_email(
            self.client,
            self.sender,
            [address],
            mail.subject,
            mail.text,
            mail.html,
            self.configuration_set,
        )


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes notices on one topic."""

    client: "SNSClient"
    topic_arn: str

    def publish(self, message: NoticeMessage) -> list[str]:
        """The message ids, once SNS took the message for each owner; else NotSent."""
        subject = f"Steward: {message.kind} notice for {message.stack_name}"
        body = message.model_dump_json()
        return [
            publish(self.client, self.topic_arn, subject, body, attributes_of(message, owner))
            for owner in message.owners or ("",)
        ]
