"""Sends a dead letter where it was meant to go, then takes it out of its queue."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from steward.aws.errors import code_of, message_of
from steward_cli.dead_letters.letters import DeadLetter
from steward_cli.dead_letters.queues import DeadLetterQueue

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageRequestTypeDef


def redrive(
    sqs: "SQSClient", functions: "LambdaClient", queue: DeadLetterQueue, letter: DeadLetter
) -> str:
    """Why the message stays where it is; empty when it is on its way again.

    Send, then delete: a crash between the two sends it again, the other order would lose it. All
    that takes messages of Steward takes one twice.
    """
    if letter.route.stuck:
        return letter.route.stuck
    try:
        _send(sqs, functions, letter)
        sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=letter.receipt)
    except ClientError as error:
        return f"{code_of(error)}: {message_of(error)}"
    return ""


def _send(sqs: "SQSClient", functions: "LambdaClient", letter: DeadLetter) -> None:
    route = letter.route
    if route.function:
        functions.invoke(
            FunctionName=route.function, InvocationType="Event", Payload=route.payload.encode()
        )
        return
    url = route.queue if route.queue.startswith("http") else _url(sqs, route.queue)
    request: SendMessageRequestTypeDef = {"QueueUrl": url, "MessageBody": route.payload}
    attributes = letter.raw.get("Attributes", {})
    # A FIFO queue keeps what belongs together in order; it takes an id once in five minutes.
    if "MessageDeduplicationId" in attributes:
        request["MessageGroupId"] = attributes["MessageGroupId"]
        request["MessageDeduplicationId"] = attributes["MessageDeduplicationId"]
    sqs.send_message(**request)


def _url(sqs: "SQSClient", arn: str) -> str:
    *_, account, name = arn.split(":")
    return sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
