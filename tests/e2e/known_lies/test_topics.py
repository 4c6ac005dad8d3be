"""Topics: what Publish and Subscribe accept."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.emulated_session import EmulatedSession
from tests.e2e.known_lies.making import a_name

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

pytestmark = pytest.mark.e2e


@pytest.fixture
def topics(member: EmulatedSession) -> "SNSClient":
    return member.client("sns")


@pytest.fixture
def topic(topics: "SNSClient") -> str:
    return topics.create_topic(Name=a_name("topic"))["TopicArn"]


@pytest.mark.parametrize(
    "message",
    [
        {"Message": json.dumps({"email": "text"}), "MessageStructure": "json"},
        {"Message": "no JSON", "MessageStructure": "json"},
        {"Message": ""},
        {"Message": "text", "Subject": "two\nlines"},
        {"Message": "text", "Subject": "grüße"},
        {"Message": "text", "Subject": "a" * 101},
    ],
    ids=["no-default", "no-json", "empty", "line-break", "not-ascii", "too-long"],
)
def test_a_malformed_message_is_published(
    topics: "SNSClient", topic: str, message: dict[str, Any]
) -> None:
    """AWS: InvalidParameter. Steward's own tests hold its messages to these rules."""
    assert topics.publish(TopicArn=topic, **message)["MessageId"]


def test_a_mail_address_is_subscribed_without_being_asked(topics: "SNSClient", topic: str) -> None:
    """AWS: pending until the reader confirms."""
    topics.subscribe(TopicArn=topic, Protocol="email", Endpoint="ana@example.com")
    (subscription,) = topics.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert subscription["SubscriptionArn"].startswith(topic)
