"""Publishing one message to an SNS topic."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from steward.aws.errors import code_of, message_of
from steward.aws.mail import NotSent

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

LONGEST_SUBJECT = 99
# Bytes of UTF-8, attributes included ("Publish" and "MessageAttributeValue", Amazon SNS API
# Reference).
LARGEST = 256 * 1024
_FINAL = frozenset(
    {
        "InvalidParameter",
        "InvalidParameterValue",
        "NotFound",
        "ParameterValueInvalid",
        "ValidationException",
    }
)


@dataclass(frozen=True, slots=True)
class Publication:
    """What a topic is given. E-mail subscriptions get `email` instead of `body`, if there is one.

    Attributes with empty values, which SNS refuses, are left out.
    """

    subject: str
    body: str
    email: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The forms by protocol, as the call takes them."""
        forms = {"default": self.body} | ({"email": self.email} if self.email else {})
        return json.dumps(forms, ensure_ascii=False)

    @property
    def size(self) -> int:
        """What counts towards LARGEST, and the subject, to be on the safe side."""
        attributes = [f"{name}String{value}" for name, value in self.attributes.items() if value]
        return len("".join([self.message, plain_subject(self.subject), *attributes]).encode())


def publish(client: "SNSClient", topic_arn: str, publication: Publication) -> str:
    """Publish one message; return SNS's message id, or raise NotSent."""
    try:
        answer = client.publish(
            TopicArn=topic_arn,
            Subject=plain_subject(publication.subject),
            Message=publication.message,
            MessageStructure="json",
            MessageAttributes=_filled(publication.attributes),
        )
    except ClientError as error:
        reason = f"{code_of(error)}: {message_of(error)}"
        raise NotSent(reason, retry=code_of(error) not in _FINAL) from error
    except BotoCoreError as error:
        raise NotSent(str(error), retry=True) from error
    return answer["MessageId"]


def _filled(attributes: Mapping[str, str]) -> "dict[str, MessageAttributeValueTypeDef]":
    return {
        name: {"DataType": "String", "StringValue": value}
        for name, value in attributes.items()
        if value
    }


def plain_subject(subject: str) -> str:
    """`subject` as SNS takes it: printable ASCII on one line, below 100 characters, no space first
    ("Publish", Amazon SNS API Reference)."""
    line = " ".join(subject.encode("ascii", "replace").decode().split())
    printable = "".join(character for character in line if character.isprintable())
    return printable[:LONGEST_SUBJECT] or "Steward"
