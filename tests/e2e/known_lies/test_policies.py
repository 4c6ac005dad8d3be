"""AppConfig, which holds the policy, and Organizations."""

import json

import pytest

from local.emulated_session import EmulatedSession
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
