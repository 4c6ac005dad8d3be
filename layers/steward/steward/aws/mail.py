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
# An identity that is verified soon, in the sandbox an owner's too; a configuration set that comes
# with the next deployment.
_PASSING = ("not verified", "onfiguration set")
_THROTTLES = frozenset({"TooManyRequestsException", "ThrottlingException"})
# "Errors related to the sending quotas for your Amazon SES account", Amazon SES Developer Guide.
_QUOTAS = ("Maximum sending rate exceeded", "Daily message quota exceeded")


class NotSent(Exception):
    """The message was not accepted, so nobody was told. `retry`: the same one may pass later.

    `throttled`: the sender sends too much, so that the next message would not pass either.
    """

    def __init__(self, reason: str, retry: bool, throttled: bool = False) -> None:
        super().__init__(f"not sent: {reason}")
        self.reason = reason
        self.retry = retry
        self.throttled = throttled


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
        throttled = _is_throttled(error)
        reason = f"{code_of(error)}: {message_of(error)}"
        raise NotSent(reason, throttled or _may_pass_later(error), throttled) from error
    except BotoCoreError as error:
        raise NotSent(str(error), retry=True) from error


def _is_throttled(error: ClientError) -> bool:
    return code_of(error) in _THROTTLES or any(text in message_of(error) for text in _QUOTAS)


def _may_pass_later(error: ClientError) -> bool:
    return code_of(error) not in _FINAL or any(text in message_of(error) for text in _PASSING)
