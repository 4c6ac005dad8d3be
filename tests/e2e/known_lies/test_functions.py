"""Lambda, Config and Health on plain ministack, where `local/emulator_server` answers as AWS."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulated_session import EmulatedSession
from tests.e2e.known_lies.making import a_name, allowing, client_under
from tests.integration.local.lambda_functions import create_function, zipped

pytestmark = pytest.mark.e2e


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


def of(client: Any, name: str, **asked: Any) -> list[dict[str, Any]]:
    pages = client.get_paginator("list_functions").paginate(**asked)
    return [each for page in pages for each in page["Functions"] if each["FunctionName"] == name]


def test_all_versions_are_not_listed(plain: EmulatedSession) -> None:
    name, client = a_name("versions"), plain.client("lambda")
    create_function(plain, name, Runtime="python3.9", Publish=True)
    assert len(client.list_versions_by_function(FunctionName=name)["Versions"]) == 2
    (only,) = of(client, name, FunctionVersion="ALL")
    assert only["Version"] == "$LATEST"
    assert only["FunctionArn"].endswith(f":function:{name}")


def test_lists_show_fields_that_only_getfunction_has(plain: EmulatedSession) -> None:
    name = a_name("fields")
    create_function(plain, name, Runtime="python3.9")
    (shown,) = of(plain.client("lambda"), name)
    assert {"State", "LastUpdateStatus", "RuntimeVersionConfig"} <= shown.keys()


def test_more_than_fifty_functions_come_at_once(plain: EmulatedSession) -> None:
    session = EmulatedSession(plain.client("lambda").meta.endpoint_url, "515151515151")
    for number in range(51):
        create_function(session, f"many-{number}", Runtime="python3.9")
    page = session.client("lambda").list_functions(MaxItems=1000)
    assert len(page["Functions"]) == 51


def test_an_image_has_an_empty_runtime(plain: EmulatedSession) -> None:
    name, client = a_name("image"), plain.client("lambda")
    create_function(plain, name)
    shown: Mapping[str, object] = client.get_function_configuration(FunctionName=name)
    assert shown["Runtime"] == ""


def test_a_custom_runtime_is_forgotten(plain: EmulatedSession) -> None:
    name = a_name("custom")
    runtime = {
        "RuntimeArn": "arn:aws:lambda:eu-west-1:222222222222:runtime/php83",
        "RuntimeAlias": "stable",
    }
    create_function(plain, name, Runtime="custom", RuntimeConfig=runtime)
    shown = plain.client("lambda").get_function_configuration(FunctionName=name)
    assert "RuntimeConfig" not in shown


def test_a_runtime_that_nobody_has_is_accepted(plain: EmulatedSession) -> None:
    """Not corrected: the scenario seeds functions on runtimes that AWS gives to nobody any more."""
    name = a_name("bogus")
    create_function(plain, name, Runtime="python3.99")
    (shown,) = of(plain.client("lambda"), name)
    assert shown["Runtime"] == "python3.99"


def test_runtime_management_is_not_there(plain: EmulatedSession) -> None:
    name = a_name("pinned")
    create_function(plain, name, Runtime="python3.13")
    with pytest.raises(ClientError) as error:
        plain.client("lambda").get_runtime_management_config(FunctionName=name)
    assert code_of(error) == "ResourceNotFoundException"


def test_urls_of_a_function_that_is_not_there_are_none(plain: EmulatedSession) -> None:
    answer = plain.client("lambda").list_function_url_configs(FunctionName="nobody")
    assert answer["FunctionUrlConfigs"] == []


def test_the_url_of_an_alias_counts_as_the_function_s(plain: EmulatedSession) -> None:
    """Not corrected: that there is a URL is all that Steward asks."""
    name, client = a_name("url"), plain.client("lambda")
    create_function(plain, name, Runtime="python3.13")
    client.create_alias(FunctionName=name, Name="live", FunctionVersion="$LATEST")
    client.create_function_url_config(FunctionName=name, Qualifier="live", AuthType="NONE")
    (url,) = client.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"]
    assert url["FunctionArn"].endswith(f":function:{name}")


def test_functions_without_tags_are_found_as_well(plain: EmulatedSession) -> None:
    """Not corrected: GetResources returns what is or was tagged; more of it does no harm."""
    name = a_name("bare")
    arn = create_function(plain, name, Runtime="python3.13")
    client = plain.client("resourcegroupstaggingapi")
    pages = client.get_paginator("get_resources").paginate(ResourceTypeFilters=["lambda:function"])
    found = {
        each["ResourceARN"]: each["Tags"]
        for page in pages
        for each in page["ResourceTagMappingList"]
    }
    assert found[arn] == []


@pytest.mark.parametrize(
    ("service", "call", "asked"),
    [
        ("health", "describe_events_for_organization", {}),
        ("synthetics", "describe_canaries", {}),
        (
            "config",
            "describe_configuration_aggregator_sources_status",
            {"ConfigurationAggregatorName": "all"},
        ),
        ("lambda-core", "get_runtime_alias", {"RuntimeName": "php83", "Name": "stable"}),
    ],
)
def test_services_that_steward_asks_are_not_there(
    plain: EmulatedSession, service: str, call: str, asked: dict[str, str]
) -> None:
    client: Any = plain.client(service)  # type: ignore[call-overload]
    with pytest.raises(ClientError) as error:
        getattr(client, call)(**asked)
    assert code_of(error) in {"400", "InvalidAction", "ResourceNotFoundException"}


@pytest.mark.parametrize(
    ("call", "asked", "action"),
    [
        ("list_function_url_configs", {"FunctionName": "f"}, "lambda:ListFunctionUrlConfigs"),
        ("list_layer_versions", {"LayerName": "l"}, "lambda:ListLayerVersions"),
        (
            "get_layer_version_by_arn",
            {"Arn": "arn:aws:lambda:eu-west-1:222222222222:layer:l:1"},
            "lambda:GetLayerVersion",
        ),
    ],
)
def test_a_call_is_authorized_as_another_one(
    plain_enforcing: EmulatedSession, call: str, asked: dict[str, str], action: str
) -> None:
    client = client_under(plain_enforcing, allowing([action]), "lambda")
    with pytest.raises(ClientError) as error:
        getattr(client, call)(**asked)
    assert code_of(error) == "AccessDeniedException"


def test_policies_that_demand_tls_shut_everybody_out(plain_enforcing: EmulatedSession) -> None:
    """The loopback speaks no TLS; here it stands for AWS's endpoints, which do."""
    bucket = a_name("tls")
    s3 = plain_enforcing.client("s3")
    place = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)  # type: ignore[arg-type]
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    client = client_under(plain_enforcing, allowing(["s3:PutObject"]), "s3")
    with pytest.raises(ClientError) as error:
        client.put_object(Bucket=bucket, Key="report", Body=zipped({"index.py": ""}))
    assert code_of(error) == "AccessDenied"
