import pytest
from botocore.exceptions import ClientError
from botocore.model import StructureShape
from botocore.session import get_session
from botocore.validate import ParamValidator

from local.emulator import Emulator
from local.loopback_http import call_json
from local.organization import Organization

OPS = "ops@example.com"


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


def test_an_account_without_a_contact_says_so(organization: Organization) -> None:
    client = organization.session("shop-prod").client("account")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_alternate_contact(AlternateContactType="OPERATIONS")


def test_a_contact_is_found_by_its_account_and_type(
    emulator: Emulator, organization: Organization
) -> None:
    client = organization.session("beta-dev").client("account")
    account = organization.accounts["beta-dev"]
    emulator.control.set_alternate_contact(account, "OPERATIONS", OPS)
    found = client.get_alternate_contact(AlternateContactType="OPERATIONS")
    assert found["AlternateContact"]["EmailAddress"] == OPS
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_alternate_contact(AlternateContactType="SECURITY")
    emulator.control.set_alternate_contact(account, "OPERATIONS", "")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_alternate_contact(AlternateContactType="OPERATIONS")


def test_the_answer_has_the_modelled_shape(emulator: Emulator, organization: Organization) -> None:
    emulator.control.set_alternate_contact(organization.accounts["alpha-dev"], "BILLING", OPS)
    client = organization.session("alpha-dev").client("account")
    contact = client.get_alternate_contact(AlternateContactType="BILLING")["AlternateContact"]
    shape = get_session().get_service_model("account").shape_for("AlternateContact")
    assert isinstance(shape, StructureShape)
    report = ParamValidator().validate(contact, shape)
    assert not report.has_errors(), report.generate_report()
    assert contact.keys() == shape.members.keys()


def test_the_management_account_asks_for_members(
    emulator: Emulator, organization: Organization
) -> None:
    account = organization.accounts["alpha-dev"]
    emulator.control.set_alternate_contact(account, "OPERATIONS", OPS)
    found = (
        organization.session()
        .client("account")
        .get_alternate_contact(AlternateContactType="OPERATIONS", AccountId=account)
    )
    assert found["AlternateContact"]["EmailAddress"] == OPS


@pytest.mark.parametrize(("caller", "about"), [("hub", "hub"), ("beta-dev", "alpha-dev")])
def test_others_may_not_name_an_account(
    organization: Organization, caller: str, about: str
) -> None:
    client = organization.session(caller).client("account")
    with pytest.raises(ClientError) as error:
        client.get_alternate_contact(
            AlternateContactType="OPERATIONS", AccountId=organization.accounts[about]
        )
    assert code_of(error) == "AccessDeniedException"


def test_an_unknown_type_is_refused(organization: Organization, emulator: Emulator) -> None:
    client = organization.session().client("account")
    with pytest.raises(client.exceptions.ValidationException):
        client.get_alternate_contact(AlternateContactType="GARDENING")  # type: ignore[arg-type]
    body = {"account": "111111111111", "type": "GARDENING", "address": OPS}
    with pytest.raises(OSError, match="400"):
        call_json(f"{emulator.endpoint}/_local/alternate-contact", "PUT", body)
