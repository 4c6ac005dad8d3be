"""Functions, their tags and their counts as moto keeps them."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from moto import mock_aws

from steward.aws.function_tags import function_tags
from steward.aws.functions import aliases_of, list_versions, read_function, triggered_versions
from steward.aws.invocations import invocations
from steward.aws.sessions import Sessions
from steward.domain.runtimes.functions import LATEST
from steward.domain.runtimes.inventory import SeenFunction
from steward.domain.stacks import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient

MEMBER = "222222222222"
UNIT = Unit(MEMBER, "eu-west-1")
ROLE = "steward-read"
IMAGE = f"{MEMBER}.dkr.ecr.eu-west-1.amazonaws.com/report@sha256:{'0' * 64}"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def aws() -> "Iterator[None]":
    """Functions are listed here, never run."""
    with mock_aws(config={"lambda": {"use_docker": False}}):
        yield


@pytest.fixture
def client(sessions: Sessions) -> "LambdaClient":
    return sessions.lambda_(UNIT, ROLE)


@pytest.fixture
def role(sessions: Sessions) -> str:
    iam = cast("IAMClient", sessions._member("iam", UNIT, ROLE, ""))
    return iam.create_role(RoleName="run", AssumeRolePolicyDocument=json.dumps({}))["Role"]["Arn"]


def make(client: "LambdaClient", role: str, name: str = "orders-api", **fields: Any) -> str:
    """A function; return its ARN."""
    asked = {"Runtime": "python3.10", "Handler": "app.handler", "Code": {"ZipFile": package()}}
    made = client.create_function(FunctionName=name, Role=role, **{**asked, **fields})
    return made["FunctionArn"]


def package() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): ...")
    return content.getvalue()


def versions(client: "LambdaClient") -> dict[tuple[str, str], SeenFunction]:
    listed = [each for each in list_versions(client, UNIT) if isinstance(each, SeenFunction)]
    return {(each.name, each.version): each for each in listed}


def test_every_version_is_listed_and_the_latest_by_one_name(
    client: "LambdaClient", role: str
) -> None:
    make(client, role)
    client.publish_version(FunctionName="orders-api")
    client.update_function_configuration(FunctionName="orders-api", Runtime="python3.13")
    found = versions(client)
    assert {key: each.runtime_id for key, each in found.items()} == {
        ("orders-api", LATEST): "python3.13",
        ("orders-api", "1"): "python3.10",
    }
    latest = found["orders-api", LATEST]
    assert latest.unit == UNIT
    assert latest.last_modified is not None


def test_an_image_has_no_runtime(client: "LambdaClient", role: str) -> None:
    client.create_function(
        FunctionName="report", Role=role, PackageType="Image", Code={"ImageUri": IMAGE}
    )
    found = versions(client)["report", LATEST]
    assert (found.runtime_id, found.package_type) == (None, "Image")


def test_layers_come_with_the_function(client: "LambdaClient", role: str) -> None:
    made = client.publish_layer_version(LayerName="shared", Content={"ZipFile": package()})
    layer = made["LayerVersionArn"]
    make(client, role, Layers=[layer])
    assert versions(client)["orders-api", LATEST].layers == (layer,)


def test_a_function_as_it_is_now_or_none(client: "LambdaClient", role: str) -> None:
    make(client, role)
    found = read_function(client, UNIT, "orders-api")
    assert found is not None
    assert (found.name, found.runtime_id, found.version) == ("orders-api", "python3.10", LATEST)
    client.delete_function(FunctionName="orders-api")
    assert read_function(client, UNIT, "orders-api") is None
    assert aliases_of(client, "orders-api") == {}


def test_aliases_and_triggers_tell_which_versions_are_used(
    client: "LambdaClient", role: str, sessions: Sessions
) -> None:
    arn = make(client, role)
    client.publish_version(FunctionName="orders-api")
    client.create_alias(
        FunctionName="orders-api",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"$LATEST": 0.2}},
    )
    assert aliases_of(client, "orders-api") == {"live": frozenset({"1", LATEST})}
    sqs = cast("Any", sessions._member("sqs", UNIT, ROLE, ""))
    queue = sqs.create_queue(QueueName="orders")["QueueUrl"]
    source = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    client.create_event_source_mapping(
        EventSourceArn=source["Attributes"]["QueueArn"], FunctionName=arn
    )
    assert triggered_versions(client) == {"orders-api": frozenset({LATEST})}


def test_tags_of_all_functions_come_at_once(
    client: "LambdaClient", role: str, sessions: Sessions
) -> None:
    make(client, role, Tags={"owner": "team-a@example.com"})
    make(client, role, "bare")
    found = function_tags(sessions.tagging(UNIT, ROLE))
    assert found["orders-api"] == {"owner": "team-a@example.com"}
    assert not found.get("bare")


def test_invocations_are_summed_over_ninety_days(sessions: Sessions) -> None:
    cloudwatch = sessions.cloudwatch(UNIT, ROLE)
    dimensions = [{"Name": "FunctionName", "Value": "orders-api"}]
    version = [*dimensions, {"Name": "Resource", "Value": "orders-api:1"}]
    for days, value, named in ((0, 3, dimensions), (60, 4, dimensions), (91, 9, dimensions)):
        put(cloudwatch, named, NOW - timedelta(days=days), value)
    put(cloudwatch, version, NOW - timedelta(days=1), 2)
    asked = [("orders-api", LATEST), ("orders-api", "1"), ("orders-api", "2")]
    assert invocations(cloudwatch, asked, NOW) == {
        ("orders-api", LATEST): 7,
        ("orders-api", "1"): 2,
        ("orders-api", "2"): 0,
    }


def put(client: Any, dimensions: list[dict[str, str]], at: datetime, value: int) -> None:
    datum = {
        "MetricName": "Invocations",
        "Dimensions": dimensions,
        "Timestamp": at,
        "Value": value,
        "Unit": "Count",
    }
    client.put_metric_data(Namespace="AWS/Lambda", MetricData=[datum])
