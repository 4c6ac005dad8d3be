"""The part of the hub account that sends notices, on moto: ledger, mail identity and topic."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.model import OperationModel

from steward.domain.outbox import Notice
from steward.ledger.ledger import Ledger
from steward.notify.channels import ChatPublisher, Mailer, Publisher
from tests.template import documents

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

TABLE = "ledger"
SENDER = "steward@example.com"
RETENTION = timedelta(days=400)
_TABLE_PROPERTIES = (
    "BillingMode",
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
)


@dataclass
class Post:
    """What was handed to SES. `refusals` maps addresses to the error code SES answers with.

    `asked` also has those it refused; `then` happens once SES took a mail, whose answer is the
    last of `answers`.
    """

    mails: list[dict[str, Any]] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    then: Callable[[], object] = lambda: None

    def refuse(self, address: str, code: str, message: str = "refused by the test") -> None:
        self.refusals[address] = code
        self.messages[address] = message

    def on_call(self, params: dict[str, Any], **_: object) -> tuple[AWSResponse, Any] | None:
        request = json.loads(params["body"])
        (address,) = request["Destination"]["ToAddresses"]
        self.asked.append(address)
        if address in self.refusals:
            message = self.messages.get(address, "refused by the test")
            error = {"Code": self.refusals[address], "Message": message}
            return _answer(400), {"Error": error}
        self.mails.append(request)
        return None

    def on_answer(self, parsed: dict[str, Any], **_: object) -> None:
        if "MessageId" in parsed:
            self.answers.append(parsed)
            self.then()

    @property
    def addresses(self) -> list[str]:
        return [mail["Destination"]["ToAddresses"][0] for mail in self.mails]

    def texts(self, address: str) -> list[str]:
        return [
            str(mail["Content"]["Simple"]["Body"]["Text"]["Data"])
            for mail in self.mails
            if mail["Destination"]["ToAddresses"] == [address]
        ]


@dataclass
class DigestHub:
    """A hub with its own clients. `post` sees every mail, `topic_messages` every publication on the
    notices topic; nobody has subscribed to the chat topic."""

    dynamodb: "DynamoDBClient"
    sns: "SNSClient"
    sqs: "SQSClient"
    topic_arn: str
    queue_url: str
    ledger: Ledger
    mailer: Mailer
    publisher: Publisher
    chat: ChatPublisher
    post: Post

    def topic_messages(self) -> list[dict[str, Any]]:
        """What subscribers have got since the last look."""
        got: list[dict[str, Any]] = []
        while answer := self.sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10
        ).get("Messages"):
            for message in answer:
                self.sqs.delete_message(
                    QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"]
                )
                got.append(json.loads(message["Body"]))
        return got

    def before(self, operation: str, act: Callable[[], object]) -> None:
        """Let `act` happen (or raise) whenever `operation` is about to reach the table."""

        def on_call(model: OperationModel, **_: object) -> None:
            if model.name == operation:
                act()

        self.dynamodb.meta.events.register("before-call.dynamodb", on_call)

    def stored(self, notice: Notice) -> Notice:
        (found,) = [
            each
            for each in self.ledger.notices_of(notice.stack_id)
            if (each.generation, each.stage) == (notice.generation, notice.stage)
        ]
        return found


def make_hub() -> DigestHub:
    """Build the hub; call it inside mock_aws."""
    dynamodb, sesv2 = aws().client("dynamodb"), aws().client("sesv2")
    sns, sqs = aws().client("sns"), aws().client("sqs")
    dynamodb.create_table(TableName=TABLE, **table_properties())
    sesv2.create_email_identity(EmailIdentity=SENDER)
    topic_arn = sns.create_topic(Name="notices")["TopicArn"]
    chat_arn = sns.create_topic(Name="chat")["TopicArn"]
    queue_url = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    sns.subscribe(
        TopicArn=topic_arn,
        Protocol="sqs",
        Endpoint="arn:aws:sqs:eu-west-1:123456789012:subscriber",
    )
    post = Post()
    on_call: Callable[..., Any] = post.on_call
    on_answer: Callable[..., Any] = post.on_answer
    sesv2.meta.events.register("before-call.sesv2.SendEmail", on_call)
    sesv2.meta.events.register("after-call.sesv2.SendEmail", on_answer)
    return DigestHub(
        dynamodb=dynamodb,
        sns=sns,
        sqs=sqs,
        topic_arn=topic_arn,
        queue_url=queue_url,
        ledger=Ledger(dynamodb, TABLE, RETENTION),
        mailer=Mailer(sesv2, SENDER),
        publisher=Publisher(sns, topic_arn),
        chat=ChatPublisher(sns, chat_arn),
        post=post,
    )


@cache
def aws() -> boto3.Session:
    """One session for all tests, since each new one parses the service models again."""
    return boto3.Session()


@cache
def table_properties() -> dict[str, Any]:
    """The ledger's table as template.yaml has it, so that the two cannot drift apart."""
    template = documents.load("template.yaml")
    properties: Mapping[str, Any] = template["Resources"]["Ledger"]["Properties"]
    return {name: properties[name] for name in _TABLE_PROPERTIES}


def subjects(mails: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(mail["Content"]["Simple"]["Subject"]["Data"]) for mail in mails]


def _answer(status: int) -> AWSResponse:
    return AWSResponse("http://ses", status, HTTPHeaders(), None)
