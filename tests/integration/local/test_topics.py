"""Topics of the embedded organization: what reaches which subscriber."""

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from local.emulator import Emulator
from local.inbox import TopicMail, read_topic_mails
from local.organization import Organization

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

DOCUMENT = {"version": 1, "stack": {"name": "feat-a"}}
ATTRIBUTES = {
    "kind": {"DataType": "String", "StringValue": "stage"},
    "team": {"DataType": "String", "StringValue": "payments"},
    "account": {"DataType": "String", "StringValue": "222222222222"},
    "severity": {"DataType": "Number", "StringValue": "3"},
}


@pytest.fixture
def topics(organization: Organization) -> "SNSClient":
    return organization.session("beta-dev").client("sns")


@pytest.fixture
def topic(topics: "SNSClient") -> str:
    return topics.create_topic(Name=f"notices-{uuid.uuid4().hex[:8]}")["TopicArn"]


def publish(topics: "SNSClient", topic: str, **texts: str) -> None:
    topics.publish(
        TopicArn=topic,
        Subject="Subject",
        MessageStructure="json",
        Message=json.dumps({"default": json.dumps(DOCUMENT)} | texts),
        MessageAttributes=ATTRIBUTES,  # type: ignore[arg-type]
    )


def mails_of(emulator: Emulator, topic: str) -> list[TopicMail]:
    return [mail for mail in read_topic_mails(emulator.endpoint) if mail.topic == topic]


def test_a_reader_gets_the_text_for_mails(
    emulator: Emulator, topics: "SNSClient", topic: str
) -> None:
    topics.subscribe(TopicArn=topic, Protocol="email", Endpoint="ana@example.com")
    publish(topics, topic, email="Readable", sqs="{}")
    publish(topics, topic)
    assert mails_of(emulator, topic) == [
        TopicMail(topic, "ana@example.com", "Subject", "Readable"),
        TopicMail(topic, "ana@example.com", "Subject", json.dumps(DOCUMENT)),
    ]


@pytest.mark.parametrize(
    ("policy", "scope", "let_through"),
    [
        ({"kind": ["stage"]}, "MessageAttributes", True),
        ({"kind": ["receipt"]}, "MessageAttributes", False),
        ({"team": [{"prefix": "pay"}]}, "MessageAttributes", True),
        ({"team": [{"prefix": "web"}]}, "MessageAttributes", False),
        ({"account": [{"anything-but": ["111111111111"]}]}, "MessageAttributes", True),
        ({"account": [{"anything-but": ["222222222222"]}]}, "MessageAttributes", False),
        ({"severity": [{"numeric": [">=", 3]}]}, "MessageAttributes", True),
        ({"severity": [{"numeric": [">", 3]}]}, "MessageAttributes", False),
        ({"kind": ["stage"], "team": ["web"]}, "MessageAttributes", False),
        ({"stack": {"name": [{"prefix": "feat-"}]}}, "MessageBody", True),
        ({"stack": {"name": ["other"]}}, "MessageBody", False),
    ],
    ids=lambda value: value if isinstance(value, str) else json.dumps(value),
)
def test_a_filter_policy_decides_for_queues_and_mails(
    emulator: Emulator,
    organization: Organization,
    topics: "SNSClient",
    topic: str,
    policy: dict[str, Any],
    scope: str,
    let_through: bool,
) -> None:
    queues = organization.session("beta-dev").client("sqs")
    url = queues.create_queue(QueueName=topic.rsplit(":", 1)[1])["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    filtered = {"FilterPolicy": json.dumps(policy), "FilterPolicyScope": scope}
    raw = {"RawMessageDelivery": "true"}
    topics.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"], Attributes=filtered | raw
    )
    topics.subscribe(
        TopicArn=topic, Protocol="email", Endpoint="ana@example.com", Attributes=filtered
    )
    publish(topics, topic)
    received = queues.receive_message(QueueUrl=url).get("Messages", [])
    assert [json.loads(each["Body"]) for each in received] == [DOCUMENT] * let_through
    assert len(mails_of(emulator, topic)) == let_through
