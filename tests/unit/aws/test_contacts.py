import pytest

from steward.aws.answers import NoAnswer
from steward.aws.contacts import operations_contact
from tests.unit.aws.scripted import Scripted

ASKED = {"AlternateContactType": "OPERATIONS"}


@pytest.fixture
def account() -> Scripted:
    return Scripted("account")


def test_the_operations_contact_of_the_callers_own_account_is_asked_for(account: Scripted) -> None:
    contact = {"EmailAddress": " ops@example.com ", "Name": "Ops", "Title": "Team"}
    with account.answers("get_alternate_contact", {"AlternateContact": contact}, ASKED):
        assert operations_contact(account.client) == "ops@example.com"


def test_an_account_without_one_is_an_answer(account: Scripted) -> None:
    with account.refuses("get_alternate_contact", "ResourceNotFoundException", expected=ASKED):
        assert operations_contact(account.client) == ""


@pytest.mark.parametrize("code", ["AccessDeniedException", "TooManyRequestsException"])
def test_a_refusal_is_none(account: Scripted, code: str) -> None:
    account.refuses("get_alternate_contact", code)
    with account, pytest.raises(NoAnswer, match="account:GetAlternateContact") as caught:
        operations_contact(account.client)
    assert code in caught.value.why
    assert ("allow account:GetAlternateContact" in caught.value.why) is (code[0] == "A")
