"""A stack that sends mails with a configuration set and keeps their events in a queue."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.emulated_session import EmulatedSession
from local.stack_operations import Deployment, create

EVENTS = ("send", "delivery", "bounce", "complaint", "reject", "deliveryDelay")
TEMPLATE: dict[str, Any] = {
    "Parameters": {"Enabled": {"Type": "String"}, "Events": {"Type": "CommaDelimitedList"}},
    "Resources": {
        "Set": {"Type": "AWS::SES::ConfigurationSet"},
        "ToTheBus": {
            "Type": "AWS::SES::ConfigurationSetEventDestination",
            "Properties": {
                "ConfigurationSetName": {"Ref": "Set"},
                "EventDestination": {
                    "Enabled": {"Ref": "Enabled"},
                    "MatchingEventTypes": {"Ref": "Events"},
                    "EventBridgeDestination": {
                        "EventBusArn": {
                            "Fn::Sub": "arn:aws:events:${AWS::Region}:${AWS::AccountId}"
                            ":event-bus/default"
                        }
                    },
                },
            },
        },
        "Events": {"Type": "AWS::SQS::Queue"},
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": {
                    "source": ["aws.ses"],
                    "detail": {"mail": {"tags": {"ses:configuration-set": [{"Ref": "Set"}]}}},
                },
                "Targets": [{"Id": "queue", "Arn": {"Fn::GetAtt": ["Events", "Arn"]}}],
            },
        },
    },
}


@dataclass(frozen=True)
class MailWatch:
    session: EmulatedSession
    configuration_set: str
    queue_url: str

    def send(self, *addresses: str, **more: Any) -> str:
        """Returns the message id. `more` overrides or adds fields of the request."""
        request: dict[str, Any] = {
            "FromEmailAddress": "Steward <steward@example.com>",
            "Destination": {"ToAddresses": list(addresses)},
            "ConfigurationSetName": self.configuration_set,
            "Content": {
                "Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "text"}}}
            },
        }
        return self.session.client("sesv2").send_email(**request | more)["MessageId"]

    def events(self) -> list[dict[str, Any]]:
        """What reached the queue since the last time, in order."""
        return list(self._received())

    def _received(self) -> Iterator[dict[str, Any]]:
        client = self.session.client("sqs")
        while messages := client.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10
        ).get("Messages", []):
            for message in messages:
                client.delete_message(
                    QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"]
                )
                yield json.loads(message["Body"])


def watch_mails(
    session: EmulatedSession, events: tuple[str, ...] = EVENTS, *, enabled: bool = True
) -> MailWatch:
    session.client("sesv2").create_email_identity(EmailIdentity="example.com")
    client = session.client("cloudformation")
    parameters = {"Enabled": str(enabled).lower(), "Events": ",".join(events)}
    name = f"mails-{uuid.uuid4().hex[:8]}"
    stack = create(
        client, Deployment(name, json.dumps(TEMPLATE), parameters, {}), "CREATE_COMPLETE"
    )
    found = client.describe_stack_resources(StackName=stack)["StackResources"]
    ids = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}
    return MailWatch(session, ids["Set"], ids["Events"])
