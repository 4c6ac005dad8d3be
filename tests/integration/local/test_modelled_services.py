"""Synthetics and customer-managed runtimes, as a client of AWS meets them."""

from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from local.organization import Organization
from local.runtime_control import RuntimeControl

REGION = "eu-west-1"


@pytest.fixture
def control(emulator: Emulator) -> RuntimeControl:
    return RuntimeControl(emulator.endpoint)


def a_canary(name: str) -> dict[str, Any]:
    return {"Name": name, "RuntimeVersion": "syn-nodejs-puppeteer-7.0"}


def test_canaries_are_those_of_the_unit(
    control: RuntimeControl, organization: Organization
) -> None:
    for account, region in (
        ("alpha-dev", REGION),
        ("beta-dev", REGION),
        ("alpha-dev", "us-east-1"),
    ):
        name = f"{account}-{region}"
        control.put_canary(organization.accounts[account], region, a_canary(name))
    client = organization.session("alpha-dev").client("synthetics")
    found = [each["Name"] for each in client.describe_canaries()["Canaries"]]
    assert found == ["alpha-dev-eu-west-1"]
    assert client.describe_canaries(Names=["other"])["Canaries"] == []


def test_canaries_come_twenty_a_page(control: RuntimeControl, organization: Organization) -> None:
    names = [f"canary-{number:02}" for number in range(45)]
    for name in names:
        control.put_canary(organization.accounts["shop-prod"], REGION, a_canary(name))
    client = organization.session("shop-prod").client("synthetics")
    pages: list[list[str]] = []
    token = ""
    while token or not pages:
        page = client.describe_canaries(**({"NextToken": token} if token else {}))
        pages.append([each["Name"] for each in page["Canaries"]])
        token = page.get("NextToken", "")
    assert [len(page) for page in pages] == [20, 20, 5]
    assert [name for page in pages for name in page] == names


def test_runtime_versions_have_their_dates(
    control: RuntimeControl, organization: Organization
) -> None:
    ended = {"VersionName": "syn-1.0", "DeprecationDate": "2026-01-22T00:00:00Z"}
    control.set_canary_versions([ended, {"VersionName": "syn-2.0"}])
    client = organization.session("beta-dev").client("synthetics")
    first, second = client.describe_runtime_versions()["RuntimeVersions"]
    assert first["DeprecationDate"] == datetime(2026, 1, 22, tzinfo=UTC)
    assert "DeprecationDate" not in second


def test_a_canary_that_breaks_the_model_is_refused(
    control: RuntimeControl, organization: Organization
) -> None:
    with pytest.raises(HTTPError, match="400"):
        control.put_canary(organization.accounts["beta-dev"], REGION, a_canary("Capital Letters"))


def alias_of(account: str, name: str = "php83") -> dict[str, Any]:
    runtime = f"arn:aws:lambda:{REGION}:{account}:runtime/{name}"
    return {
        "Name": "stable",
        "Arn": f"{runtime}/alias/stable",
        "RuntimeVersion": "3",
        "RuntimeVersionArn": f"{runtime}/version/3",
        "State": "ACTIVE",
        "ReleaseLifecycle": {"ReleaseState": "GA", "DeprecationDate": "2028-11-30"},
        "Created": "2026-10-05T09:00:00Z",
        "LastModified": "2026-10-05T09:00:00Z",
    }


@pytest.mark.parametrize("by", ["name", "arn"])
def test_an_alias_is_found_by_the_runtime_s_name_and_arn(
    control: RuntimeControl, organization: Organization, by: str
) -> None:
    account = organization.accounts["alpha-dev"]
    alias = alias_of(account)
    control.put_runtime_alias(alias)
    client = organization.session("alpha-dev").client("lambda-core")
    named = {"name": "php83", "arn": f"arn:aws:lambda:{REGION}:{account}:runtime/php83"}
    found = client.get_runtime_alias(RuntimeName=named[by], Name="stable")
    assert {name: found[name] for name in alias} == alias


def test_an_unknown_alias_is_not_found_and_another_account_s_is_denied(
    control: RuntimeControl, organization: Organization
) -> None:
    control.put_runtime_alias(alias_of(organization.accounts["alpha-dev"]))
    client = organization.session("beta-dev").client("lambda-core")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_runtime_alias(RuntimeName="php83", Name="stable")
    foreign = f"arn:aws:lambda:{REGION}:{organization.accounts['alpha-dev']}:runtime/php83"
    with pytest.raises(ClientError) as error:
        client.get_runtime_alias(RuntimeName=foreign, Name="stable")
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"


def test_network_connectors_still_belong_to_the_emulator(organization: Organization) -> None:
    client = organization.session("beta-dev").client("lambda-core")
    assert client.list_network_connectors()["NetworkConnectors"] == []
