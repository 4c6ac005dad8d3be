"""What SES of the embedded organization reports after it accepted a mail."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from local.emulator_control import MailOutcome
from local.loopback_http import call_json
from local.organization import Organization
from tests.integration.local.mail_watch import MailWatch, watch_mails

NUMBERS = itertools.count()
GENERAL = ("Permanent", "General")


@pytest.fixture(scope="module")
def mails(organization: Organization) -> MailWatch:
    return watch_mails(organization.session("shop-prod"))


@pytest.fixture
def address(mails: MailWatch) -> str:
    """One that nobody used before; whatever earlier tests sent is taken off the queue."""
    mails.events()
    return f"ana-{next(NUMBERS)}@example.com"


def kinds(events: list[dict[str, Any]]) -> list[str]:
    return [event["detail"]["eventType"] for event in events]


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("delivery", ["Send", "Delivery"]),
        ("bounce", ["Send", "Bounce"]),
        ("transient-bounce", ["Send", "Bounce"]),
        ("suppressed", ["Send", "Bounce"]),
        ("complaint", ["Send", "Delivery", "Complaint"]),
        ("reject", ["Send", "Reject"]),
        ("delay", ["Send", "DeliveryDelay"]),
    ],
)
def test_an_address_answers_as_it_was_told_to(
    emulator: Emulator, mails: MailWatch, address: str, outcome: MailOutcome, told: list[str]
) -> None:
    emulator.control.mail_outcome(address, outcome)
    message_id = mails.send(address)
    events = mails.events()
    assert kinds(events) == told
    assert {event["detail"]["mail"]["messageId"] for event in events} == {message_id}


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        ("bounce", GENERAL),
        ("transient-bounce", ("Transient", "MailboxFull")),
        ("suppressed", ("Permanent", "OnAccountSuppressionList")),
    ],
)
def test_a_bounce_says_of_which_kind_it_is(
    emulator: Emulator,
    mails: MailWatch,
    address: str,
    outcome: MailOutcome,
    kind: tuple[str, str],
) -> None:
    emulator.control.mail_outcome(address.upper(), outcome)
    mails.send(f"Ana <{address}>")
    bounce = mails.events()[-1]["detail"]["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == kind
    assert [each["emailAddress"] for each in bounce["bouncedRecipients"]] == [address]


@pytest.mark.parametrize(
    ("local_part", "told"),
    [
        ("success", ["Send", "Delivery"]),
        ("bounce+label", ["Send", "Bounce"]),
        ("complaint", ["Send", "Delivery", "Complaint"]),
        ("suppressionlist", ["Send", "Bounce"]),
        ("ooto", ["Send", "Delivery"]),
    ],
)
@pytest.mark.usefixtures("address")
def test_the_mailbox_simulator_answers(mails: MailWatch, local_part: str, told: list[str]) -> None:
    mails.send(f"{local_part}@simulator.amazonses.com")
    assert kinds(mails.events()) == told


def test_each_recipient_has_an_outcome_of_its_own(
    emulator: Emulator, mails: MailWatch, address: str
) -> None:
    emulator.control.mail_outcome(address, "bounce")
    mails.send(address, "ben@example.com")
    sent, bounced, delivered = mails.events()
    assert sent["detail"]["mail"]["destination"] == [address, "ben@example.com"]
    assert bounced["detail"]["bounce"]["bouncedRecipients"][0]["emailAddress"] == address
    assert delivered["detail"]["delivery"]["recipients"] == ["ben@example.com"]


def test_an_event_has_the_documented_envelope(
    organization: Organization, mails: MailWatch, address: str
) -> None:
    mails.send(address, EmailTags=[{"Name": "kind", "Value": "digest"}])
    event = mails.events()[-1]
    account = organization.accounts["shop-prod"]
    assert (event["source"], event["detail-type"]) == ("aws.ses", "Email Delivered")
    assert (event["account"], event["region"], event["version"]) == (account, "eu-west-1", "0")
    assert event["resources"] == [
        f"arn:aws:ses:eu-west-1:{account}:configuration-set/{mails.configuration_set}"
    ]
    tags = event["detail"]["mail"]["tags"]
    assert (tags["ses:configuration-set"], tags["kind"]) == ([mails.configuration_set], ["digest"])


def test_the_times_of_an_event_are_those_of_the_travelling_clock(
    emulator: Emulator, mails: MailWatch, address: str
) -> None:
    then = datetime.now(UTC) - timedelta(days=40)
    emulator.control.travel_to(then)
    mails.send(address)
    event = mails.events()[-1]
    for time in (event["time"], event["detail"]["delivery"]["timestamp"]):
        assert abs(datetime.fromisoformat(time) - then) < timedelta(minutes=2)


@pytest.mark.parametrize(
    ("events", "enabled", "told"),
    [
        (("bounce",), True, ["Bounce"]),
        (("bounce", "delivery"), False, []),
    ],
    ids=["not-asked-for", "destination-disabled"],
)
def test_only_what_a_destination_asks_for_is_published(
    organization: Organization, events: tuple[str, ...], enabled: bool, told: list[str]
) -> None:
    other = watch_mails(organization.session("beta-dev"), events, enabled=enabled)
    other.send("ana@example.com")
    other.send("bounce@simulator.amazonses.com")
    assert kinds(other.events()) == told


def test_without_a_configuration_set_nothing_is_published(mails: MailWatch, address: str) -> None:
    content = {"Simple": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}}
    mails.session.client("sesv2").send_email(
        FromEmailAddress="steward@example.com",
        Destination={"ToAddresses": [address]},
        Content=content,  # type: ignore[arg-type]
    )
    told_of = mails.send(address)
    assert {event["detail"]["mail"]["messageId"] for event in mails.events()} == {told_of}


def test_an_unknown_configuration_set_is_refused(mails: MailWatch, address: str) -> None:
    with pytest.raises(ClientError, match="Configuration set <nowhere> does not exist") as error:
        mails.send(address, ConfigurationSetName="nowhere")
    assert error.value.response["Error"]["Code"] == "NotFoundException"


def test_an_event_can_come_twice_and_late(
    emulator: Emulator, mails: MailWatch, address: str
) -> None:
    mails.send(address)
    sent, delivered = mails.events()
    again = [delivered, sent | {"id": "another"}]
    for event in again:
        emulator.control.put_event(event)
    assert mails.events() == again


def test_an_event_that_is_not_whole_is_refused(emulator: Emulator) -> None:
    with pytest.raises(HTTPError) as refusal:
        emulator.control.put_event({"source": "aws.ses", "detail": {}})
    assert refusal.value.code == 400
    assert (
        "the event has no id, detail-type, account, region, time" in refusal.value.read().decode()
    )
    refusal.value.close()


def test_an_unknown_outcome_is_refused(emulator: Emulator) -> None:
    body = {"address": "ana@example.com", "outcome": "lost"}
    with pytest.raises(HTTPError) as refusal:
        call_json(f"{emulator.endpoint}/_local/mail-outcome", "PUT", body)
    assert refusal.value.code == 400
    assert "'lost' is not a valid Outcome" in refusal.value.read().decode()
    refusal.value.close()
