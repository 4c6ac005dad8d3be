"""The services and calls that Steward reads functions with, under IAM, by an assumed role."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from tests.e2e.known_lies.making import MEMBER, allowing, client_under
from tests.integration.local.lambda_functions import create_function, zipped

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HUB_ONLY = "AccessDeniedException"
LAYER = f"arn:aws:lambda:eu-west-1:{MEMBER}:layer:shared:1"
FUNCTION = {"FunctionName": "read"}
PERIOD = {"StartTime": NOW, "EndTime": NOW.replace(month=12), "MetricDataQueries": []}
CALLS = [
    ("lambda", "list_functions", {}, "lambda:ListFunctions"),
    ("lambda", "get_function_configuration", FUNCTION, "lambda:GetFunctionConfiguration"),
    ("lambda", "list_aliases", FUNCTION, "lambda:ListAliases"),
    ("lambda", "list_event_source_mappings", {}, "lambda:ListEventSourceMappings"),
    ("lambda", "list_function_url_configs", FUNCTION, "lambda:ListFunctionUrlConfigs"),
    ("lambda", "get_runtime_management_config", FUNCTION, "lambda:GetRuntimeManagementConfig"),
    ("lambda", "get_layer_version_by_arn", {"Arn": LAYER}, "lambda:GetLayerVersion"),
    ("resourcegroupstaggingapi", "get_resources", {}, "tag:GetResources"),
    ("cloudwatch", "get_metric_data", PERIOD, "cloudwatch:GetMetricData"),
    ("synthetics", "describe_canaries", {}, "synthetics:DescribeCanaries"),
    ("synthetics", "describe_runtime_versions", {}, "synthetics:DescribeRuntimeVersions"),
]


@pytest.fixture(scope="module")
def member(enforcing: Emulator) -> EmulatedSession:
    session = EmulatedSession(enforcing.endpoint, MEMBER)
    create_function(session, "read", Runtime="python3.9")
    session.client("lambda").publish_layer_version(
        LayerName="shared",
        Content={"ZipFile": zipped({"in_the_layer.py": ""})},
        CompatibleRuntimes=["python3.9"],
    )
    return session


@pytest.mark.parametrize(("service", "call", "asked", "action"), CALLS, ids=lambda each: str(each))
def test_a_call_needs_its_own_action_and_no_other(
    member: EmulatedSession, service: str, call: str, asked: dict[str, Any], action: str
) -> None:
    allowed = client_under(member, allowing([action]), service)
    assert getattr(allowed, call)(**asked)
    refused = client_under(
        member, allowing([each[3] for each in CALLS if each[3] != action]), service
    )
    with pytest.raises(ClientError) as error:
        getattr(refused, call)(**asked)
    assert error.value.response["Error"]["Code"] in {"AccessDeniedException", "AccessDenied"}


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [
        (f"arn:aws:config:eu-west-1:{MEMBER}:config-aggregator/*", True),
        (f"arn:aws:config:eu-west-1:{MEMBER}:config-rule/*", False),
    ],
)
def test_a_query_is_authorized_on_its_aggregator(
    member: EmulatedSession, resource: str, allowed: bool
) -> None:
    action = "config:DescribeConfigurationAggregatorSourcesStatus"
    client = client_under(member, allowing([action], Resource=resource), "config")
    with pytest.raises(ClientError) as error:
        client.describe_configuration_aggregator_sources_status(ConfigurationAggregatorName="none")
    found = "NoSuchConfigurationAggregatorException" if allowed else "AccessDeniedException"
    assert error.value.response["Error"]["Code"] == found


def test_a_runtime_alias_needs_its_own_action(member: EmulatedSession) -> None:
    asked = {"RuntimeName": "php83", "Name": "stable"}
    allowed = client_under(member, allowing(["lambda:GetRuntimeAlias"]), "lambda-core")
    with pytest.raises(allowed.exceptions.ResourceNotFoundException):
        allowed.get_runtime_alias(**asked)
    refused = client_under(member, allowing(["lambda:GetFunction"]), "lambda-core")
    with pytest.raises(ClientError) as error:
        refused.get_runtime_alias(**asked)
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"
