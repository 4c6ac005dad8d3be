"""Who created a stack: by LookupEvents, and by the event that CloudTrail puts on the bus."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local.creation_events import CreationEvents
from local.developers import as_developer
from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from local.organization import Organization

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudtrail import CloudTrailClient

A_TOPIC = json.dumps({"Resources": {"Events": {"Type": "AWS::SNS::Topic"}}})
ALICE = "alice@example.com"
NOW = datetime.now(UTC)


@pytest.fixture
def cloudtrail(organization: Organization) -> "CloudTrailClient":
    return organization.session("alpha-dev", "us-east-1").client("cloudtrail")


@pytest.fixture
def alice(organization: Organization) -> "CloudFormationClient":
    session = as_developer(organization, "alpha-dev", "us-east-1", ALICE)
    return session.client("cloudformation")


def a_name() -> str:
    return f"feat-{uuid.uuid4().hex[:8]}"


def records_of(client: "CloudTrailClient", stack_id: str) -> list[dict[str, Any]]:
    events = client.lookup_events(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": stack_id}]
    )["Events"]
    return [json.loads(event["CloudTrailEvent"]) for event in events]


def test_a_stack_is_hers_whose_session_created_it(
    alice: "CloudFormationClient", cloudtrail: "CloudTrailClient", organization: Organization
) -> None:
    account = organization.accounts["alpha-dev"]
    stack_id = alice.create_stack(
        StackName=a_name(), TemplateBody=A_TOPIC, Tags=[{"Key": "owner", "Value": "true"}]
    )["StackId"]
    (record,) = records_of(cloudtrail, stack_id)
    identity = record["userIdentity"]
    assert identity["type"] == "AssumedRole"
    assert identity["arn"] == f"arn:aws:sts::{account}:assumed-role/Developer/{ALICE}"
    assert identity["principalId"].endswith(f":{ALICE}")
    assert identity["sessionContext"]["sessionIssuer"]["userName"] == "Developer"
    assert record["responseElements"] == {"stackId": stack_id}
    assert record["requestParameters"]["tags"] == [{"key": "owner", "value": "true"}]
    assert "templateBody" not in record["requestParameters"]


def test_the_root_of_an_account_is_named_so(
    organization: Organization, cloudtrail: "CloudTrailClient"
) -> None:
    root = organization.session("alpha-dev", "us-east-1").client("cloudformation")
    stack_id = root.create_stack(StackName=a_name(), TemplateBody=A_TOPIC)["StackId"]
    assert records_of(cloudtrail, stack_id)[0]["userIdentity"]["type"] == "Root"


def test_a_user_is_named_so(organization: Organization) -> None:
    """In the hub: the emulator knows only its keys for those of users."""
    iam = organization.session().client("iam")
    iam.create_user(UserName="bob")
    key = iam.create_access_key(UserName="bob")["AccessKey"]["AccessKeyId"]
    bob = EmulatedSession(organization.endpoint, key).client("cloudformation")
    stack_id = bob.create_stack(StackName=a_name(), TemplateBody=A_TOPIC)["StackId"]
    identity = records_of(organization.session().client("cloudtrail"), stack_id)[0]["userIdentity"]
    assert (identity["type"], identity["userName"]) == ("IAMUser", "bob")


def test_the_values_of_parameters_are_not_recorded(
    alice: "CloudFormationClient", cloudtrail: "CloudTrailClient"
) -> None:
    template = json.loads(A_TOPIC) | {"Parameters": {"Password": {"Type": "String"}}}
    stack_id = alice.create_stack(
        StackName=a_name(),
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": "Password", "ParameterValue": "swordfish"}],
    )["StackId"]
    (record,) = records_of(cloudtrail, stack_id)
    assert record["requestParameters"]["parameters"] == [{"parameterKey": "Password"}]
    assert "swordfish" not in json.dumps(record)


def test_a_refused_call_is_recorded_with_its_error(
    alice: "CloudFormationClient", cloudtrail: "CloudTrailClient"
) -> None:
    name = a_name()
    alice.create_stack(StackName=name, TemplateBody=A_TOPIC)
    with pytest.raises(ClientError):
        alice.create_stack(StackName=name, TemplateBody=A_TOPIC)
    refused, created = records_of(cloudtrail, name)
    assert refused["errorCode"] == "AlreadyExistsException"
    assert refused["responseElements"] is None
    assert "errorCode" not in created


def test_a_record_is_as_old_as_the_clock_says(
    emulator: Emulator, alice: "CloudFormationClient", cloudtrail: "CloudTrailClient"
) -> None:
    emulator.control.travel_to(NOW - timedelta(days=30))
    alice.create_stack(StackName=a_name(), TemplateBody=A_TOPIC)
    around = cloudtrail.lookup_events(
        StartTime=NOW - timedelta(days=30, minutes=5), EndTime=NOW - timedelta(days=29)
    )["Events"]
    assert [event["EventName"] for event in around] == ["CreateStack"]
    assert around[0]["Username"] == ALICE
    assert abs(around[0]["EventTime"] - (NOW - timedelta(days=30))) < timedelta(minutes=2)


def test_events_of_another_unit_are_not_found(
    organization: Organization, alice: "CloudFormationClient"
) -> None:
    stack_id = alice.create_stack(StackName=a_name(), TemplateBody=A_TOPIC)["StackId"]
    for account, region in (("alpha-dev", "eu-west-1"), ("beta-dev", "us-east-1")):
        client = organization.session(account, region).client("cloudtrail")
        assert records_of(client, stack_id) == []


def test_pages_hold_every_event_once_and_the_newest_first(
    alice: "CloudFormationClient", cloudtrail: "CloudTrailClient"
) -> None:
    for _ in range(3):
        alice.create_stack(StackName=a_name(), TemplateBody=A_TOPIC)
    pages = cloudtrail.get_paginator("lookup_events").paginate(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateStack"}],
        PaginationConfig={"PageSize": 2},
    )
    found = [[event["EventId"] for event in page["Events"]] for page in pages]
    ids = [event for page in found for event in page]
    times = [event["EventTime"] for page in pages for event in page["Events"]]
    assert {len(page) for page in found[:-1]} == {2}
    assert len(ids) == len(set(ids)) >= 3
    assert times == sorted(times, reverse=True)


TWO = [
    {"AttributeKey": "EventName", "AttributeValue": "CreateStack"},
    {"AttributeKey": "ReadOnly", "AttributeValue": "false"},
]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"LookupAttributes": TWO}, "InvalidLookupAttributesException"),
        ({"MaxResults": 51}, "InvalidMaxResultsException"),
        ({"NextToken": "none"}, "InvalidNextTokenException"),
        ({"StartTime": NOW, "EndTime": NOW - timedelta(1)}, "InvalidTimeRangeException"),
    ],
    ids=["two-attributes", "too-many-results", "no-token", "backwards"],
)
def test_a_wrong_lookup_is_refused(
    cloudtrail: "CloudTrailClient", request_: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as error:
        cloudtrail.lookup_events(**request_)
    assert error.value.response["Error"]["Code"] == code


def test_creations_are_told_once_and_other_changes_are_not(
    emulator: Emulator, alice: "CloudFormationClient"
) -> None:
    events = CreationEvents(emulator.control)
    events.skip_to_now()
    first = alice.create_stack(StackName=a_name(), TemplateBody=A_TOPIC)["StackId"]
    proposed = alice.create_change_set(
        StackName=a_name(), ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=A_TOPIC
    )["StackId"]
    alice.create_change_set(
        StackName=first, ChangeSetName="c", ChangeSetType="UPDATE", TemplateBody=A_TOPIC
    )
    alice.delete_stack(StackName=first)
    with pytest.raises(ClientError):
        alice.create_stack(StackName="1", TemplateBody=A_TOPIC)
    taken = events.take()
    assert [event["detail"]["responseElements"]["stackId"] for event in taken] == [first, proposed]
    assert events.take() == []


def test_a_creation_is_told_as_documented(
    emulator: Emulator, alice: "CloudFormationClient", organization: Organization
) -> None:
    events = CreationEvents(emulator.control)
    events.skip_to_now()
    alice.create_stack(StackName=a_name(), TemplateBody=A_TOPIC)
    (event,) = events.take()
    assert event["detail-type"] == "AWS API Call via CloudTrail"
    assert event["source"] == "aws.cloudformation"
    assert event["account"] == organization.accounts["alpha-dev"]
    assert event["region"] == "us-east-1"
    assert event["time"] == event["detail"]["eventTime"]
    assert event["detail"]["eventSource"] == "cloudformation.amazonaws.com"
