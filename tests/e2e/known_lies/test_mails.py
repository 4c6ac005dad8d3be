"""SES, without the corrections of `local/emulator_server/mails.py`."""

import json
from typing import Any

import pytest

from local.emulated_session import EmulatedSession
from tests.e2e.known_lies.making import MEMBER, a_name

pytestmark = pytest.mark.e2e

BUS = f"arn:aws:events:eu-west-1:{MEMBER}:event-bus/default"


def send(session: EmulatedSession, configuration_set: str) -> str:
    client = session.client("sesv2")
    if "example.com" not in str(client.list_email_identities()["EmailIdentities"]):
        client.create_email_identity(EmailIdentity="example.com")
    content: Any = {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}}
    return client.send_email(
        FromEmailAddress="steward@example.com",
        Destination={"ToAddresses": ["bounce@simulator.amazonses.com"]},
        Content=content,
        ConfigurationSetName=configuration_set,
    )["MessageId"]


def test_an_unknown_configuration_set_is_accepted(plain: EmulatedSession) -> None:
    """AWS: NotFoundException."""
    assert send(plain, "nowhere")


def test_no_event_tells_what_became_of_a_mail(plain: EmulatedSession) -> None:
    """AWS: publishes "Email Bounced" to the event bus."""
    name = a_name("mails")
    mails = plain.client("sesv2")
    mails.create_configuration_set(ConfigurationSetName=name)
    mails.create_configuration_set_event_destination(
        ConfigurationSetName=name,
        EventDestinationName="bus",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["SEND", "BOUNCE"],
            "EventBridgeDestination": {"EventBusArn": BUS},
        },
    )
    queues, rules = plain.client("sqs"), plain.client("events")
    url = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    rules.put_rule(Name=name, EventPattern=json.dumps({"source": ["aws.ses", "steward.probe"]}))
    rules.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])
    send(plain, name)
    rules.put_events(Entries=[{"Source": "steward.probe", "DetailType": "probe", "Detail": "{}"}])
    received = queues.receive_message(QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=10)
    sources = [json.loads(message["Body"])["source"] for message in received["Messages"]]
    assert sources == ["steward.probe"]
