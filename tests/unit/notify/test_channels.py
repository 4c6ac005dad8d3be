"""Notices on the two topics: once for each owner there, once at all here."""

import json
from typing import Any

import pytest
from botocore.stub import ANY

from steward.aws.mail import NotSent
from steward.aws.topics import LARGEST
from steward.notify.channels import ChatPublisher, Publisher
from steward.notify.chat import chat_notification
from steward.notify.topic_mail import topic_mail
from tests.unit.aws.scripted import Scripted
from tests.unit.notify.messages import deleted_message, stage_message

TOPIC = "arn:aws:sns:eu-west-1:111111111111:notices"
ADA, BOB = "ada@example.com", "Bob@example.com"
TAKEN = {"MessageId": "m-1"}


class Recorded(Scripted):
    """Keeps the requests that were made."""

    def __init__(self) -> None:
        super().__init__("sns")
        self.requests: list[dict[str, Any]] = []
        self.client.meta.events.register_first("before-parameter-build", self._keep)

    def _keep(self, params: dict[str, Any], **_: Any) -> None:
        self.requests.append(params)


def owners(sns: Recorded) -> list[str]:
    return [each["MessageAttributes"]["owner"]["StringValue"] for each in sns.requests]


def test_a_notice_is_published_once_for_each_owner() -> None:
    message = stage_message(owners=(ADA, BOB))
    with Recorded().answers("publish", TAKEN).answers("publish", {"MessageId": "m-2"}) as sns:
        assert Publisher(sns.client, TOPIC).publish(message) == ["m-1", "m-2"]
    assert isinstance(sns, Recorded)
    assert owners(sns) == ["ada@example.com", "bob@example.com"]
    assert len({request["Message"] for request in sns.requests}) == 1


def test_programs_get_json_and_mail_programs_get_words() -> None:
    message = stage_message()
    with Recorded().answers("publish", TAKEN) as sns:
        Publisher(sns.client, TOPIC).publish(message)
    (request,) = sns.requests
    assert json.loads(request["Message"]) == {
        "default": message.model_dump_json(),
        "email": topic_mail(message),
    }
    assert request["Subject"] == f"Steward: {message.title}"


def test_a_notice_without_owners_is_published_all_the_same() -> None:
    with Recorded().answers("publish", TAKEN) as sns:
        Publisher(sns.client, TOPIC).publish(stage_message(owners=()))
    assert "owner" not in sns.requests[0]["MessageAttributes"]


def test_one_owners_refusal_keeps_no_other_owner_from_being_published() -> None:
    script = Recorded().refuses("publish", "Throttled", "slow down").answers("publish", TAKEN)
    with script as sns, pytest.raises(NotSent, match="Throttled: slow down") as caught:
        Publisher(sns.client, TOPIC).publish(stage_message(owners=(ADA, BOB)))
    assert caught.value.retry
    assert owners(sns) == ["ada@example.com", "bob@example.com"]


def test_a_message_is_made_small_enough_for_sns() -> None:
    resources = [f"Uploads{number} (AWS::S3::Bucket)" + "x" * 60 for number in range(5000)]
    message = deleted_message(*resources, owners=(ADA,), team="\N{PARTY POPPER}" * 256)
    with Recorded().answers("publish", TAKEN) as sns:
        Publisher(sns.client, TOPIC).publish(message)
    (request,) = sns.requests
    body = json.loads(json.loads(request["Message"])["default"])
    assert body["truncated"]["left_behind"] == 5000 - len(body["left_behind"])
    assert LARGEST * 0.95 < size(request) <= LARGEST


def size(request: dict[str, Any]) -> int:
    """As AWS counts it: message and attributes, with their names and types."""
    attributes = request["MessageAttributes"].items()
    counted = [f"{name}{each['DataType']}{each['StringValue']}" for name, each in attributes]
    return len("".join([request["Message"], *counted]).encode())


def test_a_channel_gets_one_notification_however_many_owners() -> None:
    message = stage_message(owners=(ADA, BOB), team="payments")
    expected = {
        "TopicArn": TOPIC,
        "Subject": ANY,
        "Message": ANY,
        "MessageStructure": "json",
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value}
            for name, value in {
                "kind": "stage",
                "severity": "warning",
                "team": "payments",
                "account": "222222222222",
            }.items()
        },
    }
    with Recorded().answers("publish", TAKEN, expected) as sns:
        assert ChatPublisher(sns.client, TOPIC).publish(message) == "m-1"
    forms = json.loads(sns.requests[0]["Message"])
    assert forms == {"default": chat_notification(message).model_dump_json(by_alias=True)}


def test_a_chat_topic_that_refuses_says_why() -> None:
    with (
        Recorded().refuses("publish", "AuthorizationError", "no") as sns,
        pytest.raises(NotSent, match="AuthorizationError: no"),
    ):
        ChatPublisher(sns.client, TOPIC).publish(stage_message())
