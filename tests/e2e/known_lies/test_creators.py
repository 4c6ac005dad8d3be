"""CloudTrail and account contacts, without the corrections of `local/emulator_server`."""

import json

import pytest
from botocore.exceptions import ClientError

from local.emulated_session import EmulatedSession
from local.loopback_http import call_json
from tests.e2e.known_lies.making import MEMBER, a_stack, allowing, assumed, client_under

pytestmark = pytest.mark.e2e


def record_calls(session: EmulatedSession) -> None:
    """Switched on by hand; without it nothing is recorded at all."""
    endpoint = session.client("cloudformation").meta.endpoint_url
    settings = {"cloudtrail._recording_enabled": "true"}
    assert call_json(f"{endpoint}/_ministack/config", "POST", settings)["applied"]


def test_a_creation_is_recorded_without_its_name_and_its_creator(plain: EmulatedSession) -> None:
    """AWS: CreateStack, the session that called, and what the service answered."""
    record_calls(plain)
    a_stack(assumed(plain, allowing(["*"])))
    events = plain.client("cloudtrail").lookup_events()["Events"]
    records = [json.loads(event["CloudTrailEvent"]) for event in events]
    creation = next(each for each in records if "TemplateBody" in each["requestParameters"])
    assert creation["eventName"] == "POST.cloudformation"
    assert creation["userIdentity"]["type"] == "IAMUser"
    assert creation["responseElements"] is None


def test_a_second_page_of_calls_is_never_offered(plain: EmulatedSession) -> None:
    """AWS: NextToken. And more than one attribute is refused there."""
    record_calls(plain)
    for _ in range(2):
        a_stack(plain.client("cloudformation"))
    page = plain.client("cloudtrail").lookup_events(MaxResults=1)
    assert len(page["Events"]) == 1
    assert "NextToken" not in page


def test_an_account_has_no_alternate_contacts(plain: EmulatedSession) -> None:
    """AWS: the contact, or ResourceNotFoundException."""
    with pytest.raises(ClientError) as error:
        plain.client("account").get_alternate_contact(AlternateContactType="OPERATIONS")
    assert error.value.response["Error"]["Code"] == "InvalidAction"


def test_account_management_needs_no_permission(plain_enforcing: EmulatedSession) -> None:
    """AWS: AccessDeniedException."""
    account = client_under(plain_enforcing, allowing(["sns:ListTopics"]), "account")
    assert account.get_account_information()["AccountId"] == MEMBER
