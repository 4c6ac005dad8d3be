"""The Config aggregator: its rows are the emulator's real functions, unless a recorder is off."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from local.organization import HUB, MemberAccount, Organization, create_organization
from local.runtime_control import RuntimeControl
from tests.integration.local.lambda_functions import create_function

EXPRESSION = (
    "SELECT resourceId, arn, accountId, awsRegion, tags, configuration.runtime, "
    "configuration.packageType, configuration.layers.arn "
    "WHERE resourceType = 'AWS::Lambda::Function'"
)
REGIONS = ("eu-west-1", "us-east-1")


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """Of its own: every function of the organization is in the answers."""
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def organization(emulator: Emulator) -> Organization:
    members = (MemberAccount("one-dev", "Development"), MemberAccount("two-dev", "Development"))
    made = create_organization(emulator.endpoint, members)
    for account, region, name, runtime in (
        ("one-dev", "eu-west-1", "alpha", "python3.9"),
        ("one-dev", "us-east-1", "beta", "nodejs18.x"),
        ("two-dev", "eu-west-1", "gamma", "python3.13"),
        ("two-dev", "eu-central-1", "outside", "python3.9"),
    ):
        tags = {"owner": f"team-{name}"}
        create_function(made.session(account, region), name, Runtime=runtime, Tags=tags)
    create_function(made.session("two-dev"), "image")
    return made


@pytest.fixture
def control(emulator: Emulator, organization: Organization) -> RuntimeControl:
    """Everything is recorded; a new aggregator forgets what was said of the sources before."""
    found = RuntimeControl(emulator.endpoint)
    accounts = list(organization.accounts.values())
    place = (organization.accounts[HUB], "eu-west-1")
    for account in accounts:
        for region in REGIONS:
            found.set_recorder(account, region, "on")
    found.put_aggregator("all", place, accounts, REGIONS, EXPRESSION, "o-1")
    return found


def client_of(organization: Organization) -> Any:
    return organization.session().client("config")


def rows(organization: Organization, size: int = 100) -> list[dict[str, Any]]:
    pages = (
        client_of(organization)
        .get_paginator("select_aggregate_resource_config")
        .paginate(
            ConfigurationAggregatorName="all",
            Expression=EXPRESSION,
            PaginationConfig={"PageSize": size},
        )
    )
    return [json.loads(row) for page in pages for row in page["Results"]]


def names(organization: Organization) -> set[str]:
    return {row["resourceId"] for row in rows(organization)}


@pytest.mark.usefixtures("control")
def test_rows_are_the_functions_of_all_its_accounts_and_regions(organization: Organization) -> None:
    assert names(organization) == {"alpha", "beta", "gamma", "image"}
    (alpha,) = [row for row in rows(organization) if row["resourceId"] == "alpha"]
    account = organization.accounts["one-dev"]
    assert alpha == {
        "resourceId": "alpha",
        "arn": f"arn:aws:lambda:eu-west-1:{account}:function:alpha",
        "accountId": account,
        "awsRegion": "eu-west-1",
        "tags": [{"key": "owner", "value": "team-alpha", "tag": "owner=team-alpha"}],
        "configuration": {"runtime": "python3.9", "packageType": "Zip"},
    }


@pytest.mark.usefixtures("control")
def test_an_image_has_no_runtime(organization: Organization) -> None:
    (image,) = [row for row in rows(organization) if row["resourceId"] == "image"]
    assert image["configuration"] == {"packageType": "Image"}


@pytest.mark.usefixtures("control")
@pytest.mark.parametrize("size", [1, 3, 4, 100])
def test_every_row_comes_once_whatever_the_page(organization: Organization, size: int) -> None:
    found = [row["resourceId"] for row in rows(organization, size)]
    assert sorted(found) == ["alpha", "beta", "gamma", "image"]


@pytest.mark.usefixtures("control")
def test_a_token_holds_for_the_same_expression_only(organization: Organization) -> None:
    client = client_of(organization)
    asked = {"ConfigurationAggregatorName": "all", "Expression": EXPRESSION}
    token = client.select_aggregate_resource_config(**asked, Limit=1)["NextToken"]
    with pytest.raises(client.exceptions.InvalidNextTokenException):
        client.select_aggregate_resource_config(**asked, Limit=2, NextToken=token)


@pytest.mark.usefixtures("control")
def test_any_other_expression_is_invalid(organization: Organization) -> None:
    client = client_of(organization)
    with pytest.raises(client.exceptions.InvalidExpressionException):
        client.select_aggregate_resource_config(
            ConfigurationAggregatorName="all", Expression=f"{EXPRESSION} "
        )


@pytest.mark.usefixtures("control")
@pytest.mark.parametrize("account", [HUB, "one-dev"])
def test_an_aggregator_is_known_in_its_own_account_only(
    organization: Organization, account: str
) -> None:
    client = organization.session(account).client("config")
    name = "none" if account == HUB else "all"
    with pytest.raises(client.exceptions.NoSuchConfigurationAggregatorException):
        client.select_aggregate_resource_config(
            ConfigurationAggregatorName=name, Expression=EXPRESSION
        )


def test_without_a_recorder_a_unit_has_no_rows(
    control: RuntimeControl, organization: Organization
) -> None:
    control.set_recorder(organization.accounts["one-dev"], "eu-west-1", "absent")
    assert names(organization) == {"beta", "gamma", "image"}


def test_a_stopped_recorder_keeps_what_it_saw(
    control: RuntimeControl, organization: Organization
) -> None:
    control.set_recorder(organization.accounts["one-dev"], "us-east-1", "stopped")
    client = organization.session("one-dev", "us-east-1").client("lambda")
    client.update_function_configuration(FunctionName="beta", Runtime="nodejs24.x")
    create_function(organization.session("one-dev", "us-east-1"), "new", Runtime="python3.13")
    try:
        runtimes = {row["resourceId"]: row["configuration"] for row in rows(organization)}
        assert runtimes["beta"]["runtime"] == "nodejs18.x"
        assert "new" not in runtimes
        control.set_recorder(organization.accounts["one-dev"], "us-east-1", "on")
        runtimes = {row["resourceId"]: row["configuration"] for row in rows(organization)}
        assert runtimes["beta"]["runtime"] == "nodejs24.x"
        assert "new" in runtimes
    finally:
        client.delete_function(FunctionName="new")


def test_one_row_lags_until_it_catches_up(
    control: RuntimeControl, organization: Organization
) -> None:
    account = organization.accounts["two-dev"]
    control.let_config_lag(account, "eu-west-1", "gamma")
    organization.session("two-dev").client("lambda").update_function_configuration(
        FunctionName="gamma", Runtime="python3.14"
    )
    runtime = {row["resourceId"]: row["configuration"].get("runtime") for row in rows(organization)}
    assert runtime["gamma"] == "python3.13"
    control.let_config_catch_up(account, "eu-west-1", "gamma")
    runtime = {row["resourceId"]: row["configuration"].get("runtime") for row in rows(organization)}
    assert runtime["gamma"] == "python3.14"


def test_a_function_that_is_not_there_cannot_lag(
    control: RuntimeControl, organization: Organization
) -> None:
    with pytest.raises(HTTPError, match="400"):
        control.let_config_lag(organization.accounts["two-dev"], "eu-west-1", "nobody")


def test_sources_are_fine_unless_told_otherwise(
    control: RuntimeControl, organization: Organization
) -> None:
    account = organization.accounts["two-dev"]
    told = {"LastUpdateStatus": "FAILED", "LastErrorCode": "AccessDenied"}
    control.set_source_status(account, "us-east-1", told)
    client = client_of(organization)
    answer = client.describe_configuration_aggregator_sources_status(
        ConfigurationAggregatorName="all"
    )
    found = answer["AggregatedSourceStatusList"]
    assert len(found) == 1 + len(organization.accounts) * len(REGIONS)
    bad = [each for each in found if each["LastUpdateStatus"] != "SUCCEEDED"]
    assert [(each["SourceId"], each["AwsRegion"]) for each in bad] == [(account, "us-east-1")]
    only = client.describe_configuration_aggregator_sources_status(
        ConfigurationAggregatorName="all", UpdateStatus=["FAILED"]
    )
    assert [each["SourceId"] for each in only["AggregatedSourceStatusList"]] == [account]


def test_an_answer_of_ours_that_breaks_the_model_is_a_server_error(
    control: RuntimeControl, organization: Organization
) -> None:
    account = organization.accounts["two-dev"]
    control.set_source_status(account, "us-east-1", {"LastUpdateStatus": "TIRED"})
    with pytest.raises(ClientError, match="'TIRED' is not one of") as error:
        client_of(organization).describe_configuration_aggregator_sources_status(
            ConfigurationAggregatorName="all"
        )
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


def test_the_emulator_s_own_operations_still_answer(organization: Organization) -> None:
    assert client_of(organization).describe_configuration_recorders() is not None


def test_a_row_that_no_recorder_would_write_comes_last(
    control: RuntimeControl, organization: Organization
) -> None:
    control.add_odd_config_row("{not json")
    answer = client_of(organization).select_aggregate_resource_config(
        ConfigurationAggregatorName="all", Expression=EXPRESSION, Limit=100
    )
    assert answer["Results"][-1] == "{not json"
    assert [field["Name"] for field in answer["QueryInfo"]["SelectFields"]][:2] == [
        "resourceId",
        "arn",
    ]
