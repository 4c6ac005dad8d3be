"""The hub's own services on moto: Organizations, SQS, SSM, SES, SNS."""

import json

import pytest

from steward.aws.kill_switch import read_kill_switch
from steward.aws.mail import NotSent, send_email
from steward.aws.organizations import accounts
from steward.aws.queues import send_reap, send_units
from steward.aws.sessions import Sessions
from steward.aws.topics import Publication, publish
from steward.domain.proof import KillSwitch
from tests.integration.aws.conftest import HUB
from tests.integration.aws.counting import Calls
from tests.unit.aws.test_queues import make_reap, make_works


def test_accounts_with_their_units_and_tags(sessions: Sessions) -> None:
    client = sessions.organizations()
    client.create_organization(FeatureSet="ALL")
    root = client.list_roots()["Roots"][0]["Id"]
    outer = client.create_organizational_unit(ParentId=root, Name="workloads")
    outer_id = outer["OrganizationalUnit"]["Id"]
    inner = client.create_organizational_unit(ParentId=outer_id, Name="dev")
    inner_id = inner["OrganizationalUnit"]["Id"]
    made = client.create_account(
        Email="dev@example.com",
        AccountName="payments-dev",
        Tags=[{"Key": "steward:mode", "Value": "notify"}],
    )["CreateAccountStatus"]["AccountId"]
    client.move_account(AccountId=made, SourceParentId=root, DestinationParentId=inner_id)

    found = {account.account_id: account for account in accounts(client)}
    assert found.keys() == {HUB, made}
    assert found[HUB].is_management
    assert found[HUB].ou_path == (root,)
    assert found[made].ou_path == (root, outer_id, inner_id)
    assert found[made].name == "payments-dev"
    assert found[made].tags == {"steward:mode": "notify"}
    assert not found[made].is_management


def test_units_arrive_ten_to_a_call(sessions: Sessions, calls: Calls) -> None:
    url = sessions.sqs().create_queue(QueueName="units")["QueueUrl"]
    works = make_works(25)
    assert send_units(sessions.sqs(), url, works) == 25
    assert calls["SendMessageBatch"] == 3
    attributes = sessions.sqs().get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert attributes["Attributes"]["ApproximateNumberOfMessages"] == "25"


def test_a_reap_asked_for_twice_in_a_sweep_arrives_once(sessions: Sessions) -> None:
    url = sessions.sqs().create_queue(QueueName="reaps.fifo", Attributes={"FifoQueue": "true"})[
        "QueueUrl"
    ]
    for work in (make_reap(), make_reap(), make_reap("feat-shop")):
        send_reap(sessions.sqs(), url, work)
    attributes = sessions.sqs().get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert attributes["Attributes"]["ApproximateNumberOfMessages"] == "2"


@pytest.mark.parametrize(
    ("value", "expected"), [("off", KillSwitch.OFF), ("on", KillSwitch.ON), ("", KillSwitch.UNREAD)]
)
def test_the_kill_switch_is_read_anew_each_time(
    sessions: Sessions, value: str, expected: KillSwitch
) -> None:
    assert read_kill_switch(sessions.ssm(), "/steward/kill-switch") is KillSwitch.UNREAD
    if value:
        sessions.ssm().put_parameter(Name="/steward/kill-switch", Value=value, Type="String")
    assert read_kill_switch(sessions.ssm(), "/steward/kill-switch") is expected


def test_a_mail_needs_a_verified_sender(sessions: Sessions) -> None:
    client = sessions.sesv2()
    mail = ("steward@example.com", ["dev@example.com"], "Subject", "text", "<p>html</p>")
    with pytest.raises(NotSent) as caught:
        send_email(client, *mail)
    assert caught.value.retry
    client.create_email_identity(EmailIdentity="steward@example.com")
    assert send_email(client, *mail)


def test_a_published_message_reaches_its_subscriber(sessions: Sessions) -> None:
    topic = sessions.sns().create_topic(Name="notices")["TopicArn"]
    queue = sessions.sqs().create_queue(QueueName="inbox")["QueueUrl"]
    sessions.sns().subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:eu-west-1:{HUB}:inbox"
    )
    publication = Publication("Steward\nnotice", "{}", "in words", {"kind": "stage"})
    message_id = publish(sessions.sns(), topic, publication)
    (message,) = sessions.sqs().receive_message(QueueUrl=queue)["Messages"]
    body = json.loads(message["Body"])
    assert body["MessageId"] == message_id
    assert (body["Subject"], body["Message"]) == ("Steward notice", "{}")
    assert body["MessageAttributes"] == {"kind": {"Type": "String", "Value": "stage"}}
