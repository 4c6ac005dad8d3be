"""The functions of the runtimes scenario as AWS shows them once they are seeded."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from local.emulator import Emulator
from local.function_seeds import change_runtimes, seed_functions
from local.organization import HUB, Organization, create_organization
from local.runtime_signals import AGGREGATOR, health_bus_event, health_event_arn, say_everything
from local.scenario_accounts import MEMBERS
from local.scenario_runtimes import (
    CUSTOM,
    CUSTOM_PLACE,
    INDEX,
    ORDERS,
    REPORTS,
    SHOP,
    STACKS,
    STOREFRONT,
    WITHOUT_RECORDER,
)
from steward.aws.config_inventory import CONFIG_EXPRESSION

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import MetricTypeDef

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """Of its own: every function of the organization is in the answers."""
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def organization(emulator: Emulator) -> Organization:
    return create_organization(emulator.endpoint, MEMBERS)


@pytest.fixture(scope="module")
def stack_ids(organization: Organization) -> dict[str, str]:
    found = seed_functions(organization, STACKS, NOW)
    say_everything(organization, NOW)
    return found


@pytest.fixture
def configured(organization: Organization, stack_ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Config's rows by the function's name."""
    assert stack_ids
    pages = (
        organization.session()
        .client("config")
        .get_paginator("select_aggregate_resource_config")
        .paginate(ConfigurationAggregatorName=AGGREGATOR, Expression=CONFIG_EXPRESSION)
    )
    rows = [json.loads(row) for page in pages for row in page["Results"]]
    return {row["resourceId"]: row for row in rows}


def lambda_of(organization: Organization, account: str, region: str = "eu-west-1") -> Any:
    return organization.session(account, region).client("lambda")


def test_config_shows_all_but_what_no_recorder_sees(configured: dict[str, Any]) -> None:
    recorded = {
        each.name
        for stack in STACKS
        for each in stack.functions
        if (stack.account, stack.region) not in WITHOUT_RECORDER
    }
    assert configured.keys() == recorded | {CUSTOM.name}


@pytest.mark.usefixtures("stack_ids")
@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: stack.key)
def test_every_function_is_there_on_its_runtime(organization: Organization, stack: Any) -> None:
    client = lambda_of(organization, stack.account, stack.region)
    for each in stack.functions:
        shown = client.get_function_configuration(FunctionName=each.name)
        assert shown.get("Runtime", "") == (each.recorded_as or each.runtime)


def test_functions_carry_their_stack_s_tags(
    configured: dict[str, Any], stack_ids: dict[str, str]
) -> None:
    tags = {tag["key"]: tag["value"] for tag in configured["orders-api"]["tags"]}
    assert tags["owner"] == "payments"
    assert tags["aws:cloudformation:stack-id"] == stack_ids[ORDERS.key]


@pytest.mark.usefixtures("stack_ids")
def test_the_alias_points_at_the_version_before(organization: Organization) -> None:
    client = lambda_of(organization, ORDERS.account)
    (alias,) = client.list_aliases(FunctionName="orders-worker")["Aliases"]
    version = client.get_function_configuration(FunctionName="orders-worker", Qualifier="1")
    assert alias["FunctionVersion"] == "1"
    assert version["Runtime"] == "python3.9"


@pytest.mark.usefixtures("stack_ids")
def test_the_layer_the_pin_and_the_invocations_are_there(organization: Organization) -> None:
    index = lambda_of(organization, INDEX.account)
    (layer,) = index.get_function_configuration(FunctionName="index-crawl")["Layers"]
    made_for = index.get_layer_version_by_arn(Arn=layer["Arn"])["CompatibleRuntimes"]
    assert made_for == ["python3.10"]
    pinned = lambda_of(organization, REPORTS.account).get_runtime_management_config(
        FunctionName="reports-daily"
    )
    assert pinned["UpdateRuntimeOn"] == "Manual"
    metric: MetricTypeDef = {
        "Namespace": "AWS/Lambda",
        "MetricName": "Invocations",
        "Dimensions": [{"Name": "FunctionName", "Value": "orders-api"}],
    }
    (found,) = (
        organization.session(ORDERS.account)
        .client("cloudwatch")
        .get_metric_data(
            StartTime=NOW - timedelta(days=90),
            EndTime=NOW,
            MetricDataQueries=[
                {"Id": "calls", "MetricStat": {"Metric": metric, "Period": 86400, "Stat": "Sum"}}
            ],
        )["MetricDataResults"]
    )
    assert sum(found["Values"]) == 41_000


@pytest.mark.usefixtures("stack_ids")
def test_the_custom_function_s_alias_is_found(organization: Organization) -> None:
    account, region = CUSTOM_PLACE
    shown = lambda_of(organization, account, region).get_function_configuration(
        FunctionName=CUSTOM.name
    )
    runtime = shown["RuntimeConfig"]
    alias = (
        organization.session(account, region)
        .client("lambda-core")
        .get_runtime_alias(RuntimeName=runtime["RuntimeArn"], Name=runtime["RuntimeAlias"])
    )
    assert alias["ReleaseLifecycle"]["DeprecationDate"] == "2028-11-30"


@pytest.mark.usefixtures("stack_ids")
def test_the_canary_names_its_function(organization: Organization) -> None:
    (canary,) = (
        organization.session(STOREFRONT.account)
        .client("synthetics")
        .describe_canaries()["Canaries"]
    )
    assert ":function:cwsyn-checkout-" in canary["EngineArn"]


def test_an_owner_changes_runtimes_by_updating_the_stack(
    organization: Organization, stack_ids: dict[str, str]
) -> None:
    change_runtimes(organization, SHOP, stack_ids[SHOP.key], {"shop-cart": "nodejs24.x"})
    client = lambda_of(organization, SHOP.account)
    found = {
        each.name: client.get_function_configuration(FunctionName=each.name)["Runtime"]
        for each in SHOP.functions
    }
    assert found == {"shop-cart": "nodejs24.x", "shop-mail": "python3.9"}


def test_the_event_of_the_bus_is_that_of_the_api(organization: Organization) -> None:
    event = health_bus_event(organization, (ORDERS.account, ORDERS.region), NOW)
    account = organization.accounts[ORDERS.account]
    assert event["account"] == organization.accounts[HUB]
    assert event["detail"]["affectedAccount"] == account
    assert event["detail"]["eventArn"] == health_event_arn(account, ORDERS.region)
