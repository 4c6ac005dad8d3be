"""Rules whose target is the event bus of another account or region."""

import json
import uuid
from typing import Any

import pytest

from local.emulated_session import EmulatedSession
from local.organization import Organization
from local.stack_operations import Deployment, create, delete

REGION = "eu-west-1"


class Route:
    """From the default bus of one account to a bus of another one, whose events end in a queue."""

    def __init__(self, organization: Organization, sender: str, receiver: str, region: str) -> None:
        self.name = f"news-{uuid.uuid4().hex[:8]}"
        self.sender = organization.session(sender)
        self.receiver = organization.session(receiver, region)
        self.receiver_id, self.region = account_of(self.receiver), region
        self.bus = f"arn:aws:events:{region}:{self.receiver_id}:event-bus/{self.name}"
        self.receiver.client("events").create_event_bus(Name=self.name)
        self.receiver.client("sqs").create_queue(QueueName=self.name)
        self.keep([self.name])
        self._rule(self.sender, "default", self.bus, [self.name])

    def keep(self, sources: list[str]) -> None:
        """These events of the receiving bus end in the queue."""
        queue = f"arn:aws:sqs:{self.region}:{self.receiver_id}:{self.name}"
        self._rule(self.receiver, self.name, queue, sources)

    def _rule(self, session: EmulatedSession, bus: str, target: str, sources: list[str]) -> None:
        events = session.client("events")
        pattern = json.dumps({"source": sources})
        events.put_rule(Name=self.name, EventBusName=bus, EventPattern=pattern)
        events.put_targets(
            Rule=self.name,
            EventBusName=bus,
            Targets=[{"Id": "on", "Arn": target, "RoleArn": "arn:aws:iam::1:role/forward"}],
        )

    def let_in(self, principal: str, condition: dict[str, str] | None = None) -> None:
        asked: dict[str, Any] = {"Condition": condition} if condition else {}
        self.receiver.client("events").put_permission(
            EventBusName=self.name,
            StatementId="let-in",
            Action="events:PutEvents",
            Principal=principal,
            **asked,
        )

    def send(self) -> None:
        entry: Any = {"Source": self.name, "DetailType": "News", "Detail": '{"order": 7}'}
        self.sender.client("events").put_events(Entries=[entry])

    def received(self) -> list[dict[str, Any]]:
        sqs = self.receiver.client("sqs")
        url = sqs.get_queue_url(QueueName=self.name)["QueueUrl"]
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in got]


def account_of(session: EmulatedSession) -> str:
    return session.client("sts").get_caller_identity()["Account"]


def test_an_event_arrives_with_its_origin(organization: Organization) -> None:
    route = Route(organization, "alpha-dev", "hub", REGION)
    route.let_in(account_of(route.sender))
    route.send()
    (event,) = route.received()
    assert event["account"] == account_of(route.sender) != route.receiver_id
    assert (event["region"], event["source"]) == (REGION, route.name)
    assert event["detail"] == {"order": 7}


def test_an_event_of_another_region_keeps_it(organization: Organization) -> None:
    """Within one account no policy is needed."""
    route = Route(organization, "alpha-dev", "alpha-dev", "us-east-1")
    route.send()
    (event,) = route.received()
    assert event["region"] == REGION


@pytest.mark.parametrize(
    ("principal", "condition"),
    [
        pytest.param(None, None, id="no policy"),
        pytest.param("999999999999", None, id="another account"),
        pytest.param("*", {"Key": "aws:PrincipalOrgID", "Value": "o-other"}, id="organization"),
        pytest.param("*", {"Key": "aws:SourceIp", "Value": "*"}, id="unknown condition"),
    ],
)
def test_a_bus_keeps_out_whom_its_policy_does_not_name(
    organization: Organization, principal: str | None, condition: dict[str, str] | None
) -> None:
    route = Route(organization, "alpha-dev", "hub", REGION)
    if principal:
        route.let_in(principal, condition and {"Type": "StringEquals"} | condition)
    route.send()
    assert route.received() == []


def test_the_organization_of_the_sender_may_be_let_in(organization: Organization) -> None:
    route = Route(organization, "beta-dev", "hub", REGION)
    key = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID"}
    route.let_in("*", key | {"Value": organization.organization_id})
    route.send()
    assert len(route.received()) == 1


def test_the_policy_may_come_from_a_stack_and_goes_with_it(organization: Organization) -> None:
    route = Route(organization, "beta-dev", "hub", REGION)
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "events:PutEvents",
        "Resource": route.bus,
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": organization.organization_id}},
    }
    properties = {
        "EventBusName": route.name,
        "StatementId": "organization",
        "Statement": statement,
    }
    policy = {"Type": "AWS::Events::EventBusPolicy", "Properties": properties}
    template = json.dumps({"Resources": {"Policy": policy}})
    stacks = route.receiver.client("cloudformation")
    stack = create(stacks, Deployment(route.name, template, {}, {}), "CREATE_COMPLETE")
    route.send()
    assert len(route.received()) == 1
    delete(stacks, stack)
    route.send()
    assert route.received() == []


def test_an_event_goes_to_no_third_account(organization: Organization) -> None:
    first = Route(organization, "alpha-dev", "beta-dev", REGION)
    first.let_in("*")
    second = Route(organization, "beta-dev", "hub", REGION)
    second.let_in("*")
    second.keep([first.name])
    onwards: Any = {"Id": "onwards", "Arn": second.bus, "RoleArn": "arn:aws:iam::1:role/forward"}
    first.receiver.client("events").put_targets(
        Rule=first.name, EventBusName=first.name, Targets=[onwards]
    )
    first.send()
    assert len(first.received()) == 1
    assert second.received() == []
