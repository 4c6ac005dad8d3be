"""AppConfig, which holds the policy, and Organizations."""

import json

import pytest

from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from local.organization import MemberAccount, create_organization
from tests.e2e.known_lies.making import a_name

pytestmark = pytest.mark.e2e


def test_the_validators_of_a_policy_are_not_asked(member: EmulatedSession) -> None:
    """AWS: refuses content that the schema refuses."""
    client = member.client("appconfig")
    application = client.create_application(Name=a_name("policy"))["Id"]
    schema = json.dumps({"type": "object", "required": ["version"]})
    profile = client.create_configuration_profile(
        ApplicationId=application,
        Name="policy",
        LocationUri="hosted",
        Validators=[{"Type": "JSON_SCHEMA", "Content": schema}],
    )["Id"]
    version = client.create_hosted_configuration_version(
        ApplicationId=application,
        ConfigurationProfileId=profile,
        Content=b"{}",
        ContentType="application/json",
    )
    assert version["VersionNumber"] == 1


def test_a_member_sees_an_organization_of_its_own(emulator: Emulator) -> None:
    """AWS: a member that is no delegated administrator is denied ListAccounts."""
    organization = create_organization(emulator.endpoint, (MemberAccount("lone", "Lonely"),))
    accounts = organization.session("lone").client("organizations").list_accounts()["Accounts"]
    assert [account["Id"] for account in accounts] == [organization.accounts["lone"]]
