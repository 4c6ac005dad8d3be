"""Asking for another look at a deployment, later."""

from typing import TYPE_CHECKING

from steward.aws.errors import denials
from steward.messages import GuardLook

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# "SendMessage", Amazon SQS API Reference: a message is held back for 15 minutes at most.
LONGEST_DELAY_SECONDS = 900


def send_look(client: "SQSClient", queue_url: str, look: GuardLook, delay_seconds: int) -> None:
    """Queue a look that begins after `delay_seconds`, 15 minutes at most."""
    with denials("check the roles of org/members/hooks.yaml"):
        client.send_message(
            QueueUrl=queue_url,
            MessageBody=look.model_dump_json(),
            DelaySeconds=max(0, min(delay_seconds, LONGEST_DELAY_SECONDS)),
        )
