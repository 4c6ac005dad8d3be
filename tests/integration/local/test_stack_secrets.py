import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from local.organization import Organization
from local.stack_operations import Deployment, create, delete, update

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Key": {
            "Type": "AWS::SecretsManager::Secret",
            "Properties": {
                "GenerateSecretString": {"PasswordLength": 64, "ExcludePunctuation": True}
            },
        }
    },
    "Outputs": {"Key": {"Value": {"Ref": "Key"}}},
}


@pytest.fixture
def secrets(organization: Organization) -> "SecretsManagerClient":
    return organization.session("alpha-dev").client("secretsmanager")


@pytest.fixture
def cloudformation(organization: Organization) -> "CloudFormationClient":
    return organization.session("alpha-dev").client("cloudformation")


@pytest.fixture
def stack_id(cloudformation: "CloudFormationClient") -> str:
    name = f"keys-{uuid.uuid4().hex[:8]}"
    return create(cloudformation, Deployment(name, json.dumps(TEMPLATE), {}, {}), "CREATE_COMPLETE")


def key_of(cloudformation: "CloudFormationClient", stack_id: str) -> str:
    (output,) = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["Outputs"]
    return output["OutputValue"]


def test_ref_is_the_arn_and_the_string_has_no_punctuation(
    cloudformation: "CloudFormationClient", secrets: "SecretsManagerClient", stack_id: str
) -> None:
    secret = secrets.get_secret_value(SecretId=key_of(cloudformation, stack_id))
    assert secret["ARN"] == key_of(cloudformation, stack_id)
    assert len(secret["SecretString"]) == 64
    assert secret["SecretString"].isalnum()


def test_a_new_value_leaves_the_former_one_readable(
    cloudformation: "CloudFormationClient", secrets: "SecretsManagerClient", stack_id: str
) -> None:
    arn = key_of(cloudformation, stack_id)
    first = secrets.get_secret_value(SecretId=arn)
    secrets.put_secret_value(SecretId=arn, SecretString="rotated")
    former = secrets.get_secret_value(SecretId=arn, VersionStage="AWSPREVIOUS")
    current = secrets.get_secret_value(SecretId=arn)
    assert (former["VersionId"], former["SecretString"]) == (
        first["VersionId"],
        first["SecretString"],
    )
    assert (current["SecretString"], current["VersionStages"]) == ("rotated", ["AWSCURRENT"])
    assert current["VersionId"] != first["VersionId"]


def test_an_update_of_the_stack_keeps_arn_and_value(
    cloudformation: "CloudFormationClient", secrets: "SecretsManagerClient", stack_id: str
) -> None:
    arn = key_of(cloudformation, stack_id)
    before = secrets.get_secret_value(SecretId=arn)["SecretString"]
    update(cloudformation, stack_id, tags={"revision": "2"})
    assert key_of(cloudformation, stack_id) == arn
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == before


def test_the_secret_goes_with_its_stack(
    cloudformation: "CloudFormationClient", secrets: "SecretsManagerClient", stack_id: str
) -> None:
    arn = key_of(cloudformation, stack_id)
    delete(cloudformation, stack_id)
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.get_secret_value(SecretId=arn)
