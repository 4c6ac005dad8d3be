"""What reaches the event bus, and what travels in time."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from local.emulator_environment import HUB_ACCOUNT
from tests.e2e.known_lies.making import MEMBER, a_name, a_stack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

pytestmark = pytest.mark.e2e


def test_stack_status_events_are_not_on_the_bus(
    member: EmulatedSession, cloudformation: "CloudFormationClient"
) -> None:
    """AWS: EventBridge delivers "CloudFormation Stack Status Change"."""
    queues = member.client("sqs")
    url = queues.create_queue(QueueName=a_name("status"))["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    rules = member.client("events")
    rules.put_rule(
        Name="status", EventPattern=json.dumps({"source": ["aws.cloudformation", "steward.probe"]})
    )
    rules.put_targets(Rule="status", Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])
    a_stack(cloudformation)
    rules.put_events(Entries=[{"Source": "steward.probe", "DetailType": "probe", "Detail": "{}"}])
    received = queues.receive_message(QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=10)
    sources = [json.loads(message["Body"])["source"] for message in received["Messages"]]
    assert sources == ["steward.probe"]


def test_a_client_cannot_put_an_event_of_aws(member: EmulatedSession) -> None:
    """AWS refuses as well; hence status events are handed to the function directly."""
    answer = member.client("events").put_events(
        Entries=[{"Source": "aws.cloudformation", "DetailType": "any", "Detail": "{}"}]
    )
    assert answer["Entries"][0]["ErrorCode"] == "NotAuthorizedForSourceException"


def test_a_table_does_not_travel_in_time(emulator: Emulator, member: EmulatedSession) -> None:
    """Schedules, queues, tables and tokens know the wall clock only."""
    emulator.control.travel_to(datetime.now(UTC) - timedelta(days=100))
    table = member.client("dynamodb").create_table(
        TableName=a_name("clock"),
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )["TableDescription"]
    assert abs(table["CreationDateTime"] - datetime.now(UTC)) < timedelta(minutes=2)


def test_an_event_bus_of_another_account_gets_nothing(plain: EmulatedSession) -> None:
    """AWS: the rule's target may be the bus of another account that lets this one in."""
    endpoint = plain.client("sqs").meta.endpoint_url
    hub = EmulatedSession(endpoint, HUB_ACCOUNT)
    hub.client("events").put_permission(
        StatementId="in", Action="events:PutEvents", Principal=MEMBER
    )
    name = a_name("hub")
    url = hub.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:eu-west-1:{HUB_ACCOUNT}:{name}"
    role = f"arn:aws:iam::{MEMBER}:role/forward"
    pattern = json.dumps({"source": [name]})
    for session, target in (
        (plain, f"arn:aws:events:eu-west-1:{HUB_ACCOUNT}:event-bus/default"),
        (hub, arn),
    ):
        session.client("events").put_rule(Name=name, EventPattern=pattern)
        session.client("events").put_targets(
            Rule=name, Targets=[{"Id": "on", "Arn": target, "RoleArn": role}]
        )
    for session, kind in ((plain, "from-member"), (hub, "from-hub")):
        entry = {"Source": name, "DetailType": kind, "Detail": "{}"}
        session.client("events").put_events(Entries=[entry])  # type: ignore[list-item]
    received = hub.client("sqs").receive_message(
        QueueUrl=url, WaitTimeSeconds=5, MaxNumberOfMessages=10
    )
    kinds = [json.loads(message["Body"])["detail-type"] for message in received["Messages"]]
    assert kinds == ["from-hub"]
