"""A topic with one queue for each filter policy of the guide."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.integration.notices.guide import BY_THE_BODY, example

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient


@dataclass
class Subscribers:
    sns: "SNSClient"
    sqs: "SQSClient"
    topic_arn: str
    queues: dict[str, str] = field(default_factory=dict)

    def subscribe(self, name: str, policy: dict[str, Any]) -> None:
        """A queue of its own, with the queue policy of the guide and raw delivery."""
        url = self.sqs.create_queue(QueueName=f"queue-{len(self.queues)}")["QueueUrl"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = attributes["Attributes"]["QueueArn"]
        allowed = example("json queue-policy").replace("QUEUE_ARN", arn)
        allowed = allowed.replace("NOTICES_TOPIC", self.topic_arn)
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": allowed})
        scope = "MessageBody" if name == BY_THE_BODY else "MessageAttributes"
        self.sns.subscribe(
            TopicArn=self.topic_arn,
            Protocol="sqs",
            Endpoint=arn,
            Attributes={
                "FilterPolicyScope": scope,
                "FilterPolicy": json.dumps(policy),
                "RawMessageDelivery": "true",
            },
        )
        self.queues[name] = url

    def got(self, name: str) -> list[dict[str, Any]]:
        """The messages that reached the queue since the last look."""
        bodies: list[dict[str, Any]] = []
        while answer := self._receive(self.queues[name]):
            bodies += answer
        return bodies

    def _receive(self, url: str) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        messages = answer.get("Messages", [])
        for message in messages:
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]
