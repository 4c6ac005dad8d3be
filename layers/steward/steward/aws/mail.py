"""Sending one mail through SES."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from steward.aws.errors import code_of, message_of

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

# "SendEmail", Amazon SES API v2 Reference: what stays wrong until the mail or the setup changes.
_FINAL = frozenset(
    {"BadRequestException", "MessageRejected", "NotFoundException", "ValidationException"}
)


class NotSent(Exception):
    """The message was not accepted, so nobody was told. `retry`: the same one may pass later."""

    def __init__(self, reason: str, retry: bool) -> None:
        super().__init__(f"not sent: {reason}")
        self.reason = reason
        self.retry = retry


def send_email(
    client: "SESV2Client",
    sender: str,
    recipients: Sequence[str],
    subject: str,
    text: str,
    html: str,
    configuration_set: str = "",
) -> str:
    """Send one mail with a text and an HTML body; return SES's message id, or raise NotSent."""
    request: SendEmailRequestTypeDef = {
        "FromEmailAddress": sender,
        "Destination": {"ToAddresses": [*recipients]},
        "Content": {
            "Simple": {
                "Subject": {"Data": subject, "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": text, "Charset": "UTF-8"},
                    "Html": {"Data": html, "Charset": "UTF-8"},
                },
            }
        },
    }
    if configuration_set:
        request["ConfigurationSetName"] = configuration_set
    try:
        return client.send_email(**request)["MessageId"]
    except ClientError as error:
        reason = f"{code_of(error)}: {message_of(error)}"
        raise NotSent(reason, retry=_may_pass_later(error)) from error
    except BotoCoreError as error:
        raise NotSent(str(error), retry=True) from error


def _may_pass_later(error: ClientError) -> bool:
    """An identity that is not verified yet rejects the message too, but may be verified soon."""
    return code_of(error) not in _FINAL or "not verified" in message_of(error)
