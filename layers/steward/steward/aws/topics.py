"""Publishing one message to an SNS topic."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from steward.aws.errors import code_of, message_of
from steward.aws.mail import NotSent

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

LONGEST_SUBJECT = 99
_FINAL = frozenset({"InvalidParameter", "InvalidParameterValue", "NotFound"})


def publish(
    client: "SNSClient", topic_arn: str, subject: str, body: str, attributes: Mapping[str, str]
) -> str:
    """Publish one message; return SNS's message id, or raise NotSent. SNS takes no empty
    attributes, so they are left out."""
    try:
        answer = client.publish(
            TopicArn=topic_arn,
            Subject=plain_subject(subject),
            Message=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in attributes.items()
                if value
            },
        )
    except ClientError as error:
        reason = f"{code_of(error)}: {message_of(error)}"
        raise NotSent(reason, retry=code_of(error) not in _FINAL) from error
    except BotoCoreError as error:
        raise NotSent(str(error), retry=True) from error
    return answer["MessageId"]


def plain_subject(subject: str) -> str:
    """`subject` as SNS takes it: printable ASCII on one line, below 100 characters, no space first
    ("Publish", Amazon SNS API Reference)."""
    line = " ".join(subject.encode("ascii", "replace").decode().split())
    printable = "".join(character for character in line if character.isprintable())
    return printable[:LONGEST_SUBJECT] or "Steward"
