"""Secrets of stacks, without the corrections of `local/emulator_server/stack_secrets.py`."""

from typing import Any

import pytest

from local.emulated_session import EmulatedSession
from tests.e2e.known_lies.making import a_stack

pytestmark = pytest.mark.e2e

GENERATED = {"PasswordLength": 64, "ExcludePunctuation": True}
KEY: dict[str, Any] = {
    "Resources": {
        "Key": {
            "Type": "AWS::SecretsManager::Secret",
            "Properties": {"GenerateSecretString": GENERATED},
        }
    },
    "Outputs": {"Key": {"Value": {"Ref": "Key"}}},
}


def test_ref_is_the_name_and_punctuation_is_not_left_out(plain: EmulatedSession) -> None:
    """AWS: Ref is the ARN, and the string has letters and digits only."""
    client = plain.client("cloudformation")
    stack_id = a_stack(client, KEY)
    (output,) = client.describe_stacks(StackName=stack_id)["Stacks"][0]["Outputs"]
    secret = plain.client("secretsmanager").get_secret_value(SecretId=output["OutputValue"])
    assert output["OutputValue"] == secret["Name"]
    assert not secret["SecretString"].isalnum()


def test_a_version_without_a_label_is_gone(member: EmulatedSession) -> None:
    """AWS: still readable by its id for a while."""
    secrets = member.client("secretsmanager")
    created = secrets.create_secret(Name="versions", SecretString="first")
    for value in ("second", "third"):
        secrets.put_secret_value(SecretId=created["ARN"], SecretString=value)
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.get_secret_value(SecretId=created["ARN"], VersionId=created["VersionId"])
