"""Notices of runtimes on the two topics, as large as they may be."""

import json

from steward.aws.topics import LARGEST
from steward.notify.channels import ChatPublisher, Publisher
from steward.notify.runtimes.chat import runtime_chat
from steward.notify.runtimes.topic_mail import runtime_topic_mail
from tests.unit.notify.runtime_examples import runtime_row
from tests.unit.notify.test_channels import ADA, BOB, TAKEN, TOPIC, Recorded, owners, size
from tests.unit.notify.test_runtime_message import message_of


def test_it_is_published_once_for_each_owner_for_programs_and_for_people() -> None:
    message = message_of(runtime_row(owners=(ADA, BOB)))
    with Recorded().answers("publish", TAKEN).answers("publish", {"MessageId": "m-2"}) as sns:
        assert Publisher(sns.client, TOPIC).publish(message) == ["m-1", "m-2"]
    assert isinstance(sns, Recorded)
    assert owners(sns) == ["ada@example.com", "bob@example.com"]
    assert json.loads(sns.requests[0]["Message"]) == {
        "default": message.model_dump_json(),
        "email": runtime_topic_mail(message),
    }


def test_it_is_made_small_enough_for_sns() -> None:
    functions = tuple(f"function-{index}" + "\N{PARTY POPPER}" * 60 for index in range(5000))
    units = tuple(f"{index:012d}/eu-west-1" for index in range(5000))
    message = message_of(runtime_row(functions=functions, units=units, owners=(ADA,)))
    with Recorded().answers("publish", TAKEN) as sns:
        Publisher(sns.client, TOPIC).publish(message)
    assert isinstance(sns, Recorded)
    (request,) = sns.requests
    body = json.loads(json.loads(request["Message"])["default"])
    assert len(body["functions"]) + body["truncated"]["functions"] == 5000
    assert size(request) <= LARGEST


def test_a_channel_gets_one_notification_however_many_owners() -> None:
    message = message_of(runtime_row(owners=(ADA, BOB)))
    with Recorded().answers("publish", TAKEN) as sns:
        assert ChatPublisher(sns.client, TOPIC).publish(message) == "m-1"
    assert isinstance(sns, Recorded)
    forms = json.loads(sns.requests[0]["Message"])
    assert forms == {"default": runtime_chat(message).model_dump_json(by_alias=True)}
