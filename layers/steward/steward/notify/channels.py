"""The channels: digests by e-mail (SES) to owners, single notices on two topics (SNS)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steward.aws.mail import NotSent, send_email
from steward.aws.topics import LARGEST, Publication, publish
from steward.notify.attributes import attributes_of
from steward.notify.chat import ChatNotification, chat_notification
from steward.notify.fitting import fitted
from steward.notify.message import NoticeMessage
from steward.notify.render import Mail
from steward.notify.rollouts.chat import rollout_chat
from steward.notify.rollouts.fitting import CUTTING as ROLLOUT_CUTTING
from steward.notify.rollouts.message import RolloutMessage
from steward.notify.rollouts.topic_mail import rollout_topic_mail
from steward.notify.runtimes.chat import runtime_chat
from steward.notify.runtimes.fitting import CUTTING as RUNTIME_CUTTING
from steward.notify.runtimes.message import RuntimeMessage
from steward.notify.runtimes.topic_mail import runtime_topic_mail
from steward.notify.topic_mail import topic_mail

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient

# Attributes differ from owner to owner; a message is fitted once for them all.
_ROOM = LARGEST - 4 * 1024

type Publishable = NoticeMessage | RuntimeMessage | RolloutMessage


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
    """Publishes notices for programs and e-mail subscribers."""

    client: "SNSClient"
    topic_arn: str

    def publish(self, message: Publishable) -> list[str]:
        """The message ids, once SNS took the message for each owner; else NotSent, after each
        owner was tried."""
        carried = _fitted(message)
        taken, refused = [], []
        for owner in carried.owners or ("",):
            try:
                taken.append(publish(self.client, self.topic_arn, _publication(carried, owner)))
            except NotSent as error:
                refused.append(error)
        if refused:
            raise refused[0]
        return taken


def _fitted(message: Publishable) -> Publishable:
    match message:
        case RuntimeMessage():
            return RUNTIME_CUTTING.fitted(message, _has_room)
        case RolloutMessage():
            return ROLLOUT_CUTTING.fitted(message, _has_room)
        case _:
            return fitted(message, _has_room)


def _as_mail(message: Publishable) -> str:
    match message:
        case RuntimeMessage():
            return runtime_topic_mail(message)
        case RolloutMessage():
            return rollout_topic_mail(message)
        case _:
            return topic_mail(message)


def _as_chat(message: Publishable) -> ChatNotification:
    match message:
        case RuntimeMessage():
            return runtime_chat(message)
        case RolloutMessage():
            return rollout_chat(message)
        case _:
            return chat_notification(message)


def _has_room(message: Publishable) -> bool:
    return _publication(message).size <= _ROOM


def _publication(message: Publishable, owner: str = "") -> Publication:
    return Publication(
        subject=f"Steward: {message.title}",
        body=message.model_dump_json(),
        email=_as_mail(message),
        attributes=attributes_of(message, owner),
    )


@dataclass(frozen=True, slots=True)
class ChatPublisher:
    """Publishes notices as custom notifications, once each however many owners there are."""

    client: "SNSClient"
    topic_arn: str

    def publish(self, message: Publishable) -> str:
        """The message id, once SNS took the message; else NotSent."""
        publication = Publication(
            subject=f"Steward: {message.title}",
            body=_as_chat(message).model_dump_json(by_alias=True),
            attributes=attributes_of(message),
        )
        return publish(self.client, self.topic_arn, publication)
