"""Publishing to every region: buckets of the hub account, made by org/artifacts.yaml."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws
from typer.testing import CliRunner, Result

from steward_cli.failures import Failure
from steward_cli.main import app
from steward_cli.org import regional_publishing
from steward_cli.org.artifact_buckets import Wanted, bucket_for

ACCOUNT = "123456789012"
# What moto does not make of org/artifacts.yaml, tests/template checks in the template.
pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse AWS")


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_REGION", raising=False)
    with mock_aws():
        boto3.client("organizations").create_organization(FeatureSet="ALL")
        yield


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    folder = tmp_path / "layer"
    (folder / "python" / "steward").mkdir(parents=True)
    (folder / "python" / "steward" / "__init__.py").write_text("")
    return folder


def run(layer: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["org", "publish", "--layer", str(layer), *arguments])


def report(layer: Path, *arguments: str) -> dict[str, Any]:
    done = run(layer, *arguments, "--json")
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def bucket(region: str) -> str:
    return f"steward-artifacts-{ACCOUNT}-{region}"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--regions", "us-east-1,eu-west-1"),
        ("--region", "us-east-1", "--region", "eu-west-1"),
        ("--region", "us-east-1"),
    ],
    ids=["by commas", "repeated", "without the hub's"],
)
def test_the_hubs_region_and_those_asked_for_get_a_bucket(
    layer: Path, arguments: tuple[str, ...]
) -> None:
    told = report(layer, *arguments)
    assert [each["bucket"] for each in told["regions"]] == [
        bucket("eu-west-1"),
        bucket("us-east-1"),
    ]
    assert told["hub_region"] == "eu-west-1"


def test_templates_lie_where_the_stack_sets_look_for_them(layer: Path) -> None:
    told = report(layer, "--regions", "us-east-1")
    prefix = told["parameters"]["ArtifactPrefix"]
    keys = _keys("eu-west-1")
    assert {f"{prefix}/members/{name}.yaml" for name in ("roles", "events", "hooks")} <= keys
    assert _keys("us-east-1") == keys


def test_a_second_run_uploads_nothing_and_says_the_same(layer: Path) -> None:
    first = report(layer, "--regions", "us-east-1")
    again = report(layer, "--regions", "us-east-1")
    assert again["parameters"] == first["parameters"]
    assert {each["uploaded"] for each in first["regions"]} == {7}
    assert {each["uploaded"] for each in again["regions"]} == {0}


def test_other_content_gets_another_prefix(layer: Path) -> None:
    first = report(layer, "--regions", "eu-west-1")
    (layer / "python" / "steward" / "__init__.py").write_text("newer")
    again = report(layer, "--regions", "eu-west-1")
    assert again["parameters"]["ArtifactPrefix"] != first["parameters"]["ArtifactPrefix"]


def test_the_parameters_are_those_of_the_organizations_template(layer: Path) -> None:
    parameters = report(layer, "--regions", "us-east-1,eu-west-1")["parameters"]
    assert parameters["Regions"] == "us-east-1,eu-west-1"
    assert parameters["ArtifactBucketPrefix"] == f"steward-artifacts-{ACCOUNT}"
    assert parameters["OrganizationId"].startswith("o-")
    template = (Path(__file__).parents[4] / "org/template.yaml").read_text()
    assert all(f"\n  {name}:\n" in template for name in parameters)


def test_an_installed_hub_tells_its_bus(layer: Path) -> None:
    outputs = {"HubEventBusArn": {"Value": "arn:aws:events:eu-west-1:1:event-bus/steward-members"}}
    body = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}, "Outputs": outputs}
    boto3.client("cloudformation").create_stack(StackName="steward", TemplateBody=json.dumps(body))
    told = run(layer, "--regions", "eu-west-1")
    assert "HubEventBusArn=arn:aws:events:eu-west-1:1:event-bus/steward-members" in told.stdout


def test_the_account_of_the_stack_sets_is_told_once_there_are_some(layer: Path) -> None:
    first = report(layer, "--regions", "eu-west-1")["parameters"]
    assert "StackSetAccountId" not in first
    boto3.client("cloudformation").create_stack_set(
        StackSetName="steward-member-roles", TemplateBody='{"Resources": {}}'
    )
    again = report(layer, "--regions", "eu-west-1")["parameters"]
    assert again == first | {"StackSetAccountId": ACCOUNT}


def test_a_bucket_that_was_left_behind_is_named_with_what_to_do(layer: Path) -> None:
    place: Any = {"LocationConstraint": "eu-west-1"}
    boto3.client("s3").create_bucket(Bucket=bucket("eu-west-1"), CreateBucketConfiguration=place)
    done = run(layer, "--regions", "eu-west-1")
    assert done.exit_code == 3
    assert "there already, without the stack steward-artifacts" in done.stderr


@pytest.mark.parametrize("code", ["403", "301", "400"])
def test_a_bucket_name_that_somebody_else_has_is_said_before_anything_is_made(code: str) -> None:
    cloudformation, s3 = boto3.client("cloudformation"), boto3.client("s3")
    wanted = Wanted(ACCOUNT, "eu-west-1", "steward-artifacts", "{}", {})
    asked = {"Bucket": "steward-artifacts", "ExpectedBucketOwner": ACCOUNT}
    with Stubber(s3) as stub:
        stub.add_client_error("head_bucket", code, expected_params=asked)
        with pytest.raises(Failure, match=r"name steward-artifacts is taken[\s\S]*--bucket-prefix"):
            bucket_for(cloudformation, s3, wanted)
    assert cloudformation.list_stacks()["StackSummaries"] == []


@pytest.mark.parametrize("code", ["UnrecognizedClientException", "InvalidClientTokenId"])
def test_a_region_that_is_not_enabled_is_named(
    layer: Path, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_arguments: object) -> str:
        raise ClientError({"Error": {"Code": code, "Message": "invalid"}}, "DescribeStacks")

    monkeypatch.setattr(regional_publishing, "bucket_for", refused)
    done = run(layer, "--regions", "eu-west-1")
    assert done.exit_code == 3
    assert "eu-west-1 is not enabled" in done.stderr
    assert "aws account enable-region --region-name eu-west-1" in done.stderr


def test_a_bucket_that_cannot_be_made_is_told_with_cloudformations_reason() -> None:
    cloudformation = boto3.client("cloudformation")
    with Stubber(cloudformation) as stub:
        stub.add_client_error("describe_stacks", "ValidationError", "steward does not exist")
        stub.add_response("create_stack", {"StackId": "arn:stack"})
        stub.add_response("describe_stacks", {"Stacks": [_stack("DELETE_COMPLETE")]})
        stub.add_response("describe_stack_events", {"StackEvents": [_event("API: s3 denied")]})
        with pytest.raises(Failure, match="could not be made in eu-west-1: API: s3 denied"):
            bucket_for(
                cloudformation,
                boto3.client("s3"),
                Wanted(ACCOUNT, "eu-west-1", "steward-artifacts", "{}", {}),
            )


def test_a_caller_without_an_organization_is_told(layer: Path) -> None:
    boto3.client("organizations").delete_organization()
    done = run(layer, "--regions", "eu-west-1")
    assert done.exit_code == 3
    assert "belongs to no organization" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "either regions or a bucket"),
        (("--regions", "eu-west-1", "--bucket", "mine"), "either regions or a bucket"),
        (("--regions", "eu-west-1,us-east-1,eu-west-1"), "names eu-west-1 twice"),
        (("--regions", "eu-west-1,"), "holds an empty value"),
        (("--regions", "eu-west-9"), "there is no region eu-west-9"),
    ],
    ids=["nowhere", "both", "twice", "empty", "unknown"],
)
def test_a_wrong_call_is_refused_before_anything_is_made(
    layer: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(layer, *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_a_layer_that_was_not_built_is_said(tmp_path: Path) -> None:
    done = run(tmp_path, "--regions", "eu-west-1")
    assert done.exit_code == 2
    assert "make build" in done.stderr


def _stack(status: str) -> dict[str, Any]:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return {"StackName": "steward-artifacts", "CreationTime": at, "StackStatus": status}


def _event(reason: str) -> dict[str, Any]:
    return {
        "StackId": "arn:stack",
        "EventId": "1",
        "StackName": "steward-artifacts",
        "Timestamp": datetime(2026, 11, 23, tzinfo=UTC),
        "ResourceStatus": "CREATE_FAILED",
        "ResourceStatusReason": reason,
    }


def _keys(region: str) -> set[str]:
    client = boto3.client("s3", region_name=region)
    return {each["Key"] for each in client.list_objects_v2(Bucket=bucket(region))["Contents"]}
