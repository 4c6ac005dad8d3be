"""Reading Lambda: what rows may lack, what uses a version, and what cannot be read."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from steward.aws.errors import NotAllowed
from steward.aws.functions import (
    aliases_of,
    has_url,
    layer_runtimes,
    list_versions,
    pinned_version,
    read_function,
    triggered_versions,
)
from steward.aws.sessions import UnitUnreachable
from steward.domain.runtimes.functions import LATEST
from steward.domain.runtimes.inventory import SeenFunction, Unreadable
from tests.factories import UNIT
from tests.unit.aws.scripted import Scripted

ARN = f"arn:aws:lambda:eu-west-1:{UNIT.account_id}:function:orders-api"
LAYER = "arn:aws:lambda:eu-west-1:999999999999:layer:shared:7"
RUNTIME = "arn:aws:lambda:eu-west-1:999999999999:runtime/companyphp8"
PINNED = "arn:aws:lambda:eu-west-1::runtime:0123456789abcdef"
ASKED = {"FunctionVersion": "ALL", "MaxItems": 50}


def row(**fields: Any) -> dict[str, Any]:
    base = {
        "FunctionName": "orders-api",
        "FunctionArn": f"{ARN}:$LATEST",
        "Runtime": "python3.10",
        "Version": "$LATEST",
        "PackageType": "Zip",
        "Architectures": ["arm64"],
        "LastModified": "2026-03-01T10:00:00.000+0000",
        **fields,
    }
    return {name: value for name, value in base.items() if value is not None}


def listed(*rows: dict[str, Any]) -> list[SeenFunction | Unreadable]:
    with Scripted("lambda").answers("list_functions", {"Functions": list(rows)}, ASKED) as aws:
        return list(list_versions(aws.client, UNIT))


def test_a_row_is_read_field_by_field() -> None:
    assert listed(row(Layers=[{"Arn": LAYER}], SnapStart={"ApplyOn": "PublishedVersions"})) == [
        SeenFunction(
            account_id=UNIT.account_id,
            region=UNIT.region,
            name="orders-api",
            version=LATEST,
            runtime_id="python3.10",
            architecture="arm64",
            layers=(LAYER,),
            snap_start=True,
            last_modified=datetime(2026, 3, 1, 10, tzinfo=UTC),
        )
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(
            {"Runtime": None, "PackageType": "Image"},
            {"runtime_id": None, "package_type": "Image"},
            id="image",
        ),
        pytest.param({"PackageType": None}, {"package_type": "Zip"}, id="no-package-type"),
        pytest.param({"Architectures": None}, {"architecture": ""}, id="no-architecture"),
        pytest.param({"Runtime": "python4.0"}, {"runtime_id": "python4.0"}, id="unknown-runtime"),
        pytest.param({"Version": "12"}, {"version": "12"}, id="version"),
        pytest.param({"Version": None}, {"version": LATEST}, id="no-version"),
        pytest.param({"SnapStart": {"ApplyOn": "None"}}, {"snap_start": False}, id="no-snap-start"),
        pytest.param({"LastModified": ""}, {"last_modified": None}, id="no-instant"),
        pytest.param(
            {
                "Runtime": "custom",
                "RuntimeConfig": {"RuntimeArn": RUNTIME, "RuntimeAlias": "prod"},
            },
            {"runtime_id": "custom", "custom_alias": f"{RUNTIME}/alias/prod"},
            id="customer-managed",
        ),
        pytest.param(
            {"Runtime": "custom"},
            {"runtime_id": "custom", "custom_alias": ""},
            id="customer-managed-and-an-older-sdk",
        ),
        pytest.param({"FunctionName": None}, {"name": "orders-api"}, id="the-arn-says-the-name"),
    ],
)
def test_rows_may_lack_much(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    (seen,) = listed(row(**fields))
    assert isinstance(seen, SeenFunction)
    assert {name: getattr(seen, name) for name in expected} == expected


def test_lambda_shows_no_tags() -> None:
    (seen,) = listed(row())
    assert isinstance(seen, SeenFunction)
    assert seen.tags is None


def test_a_row_without_a_name_is_told_and_drops_no_other() -> None:
    told, seen = listed(row(FunctionName=None, FunctionArn=None), row())
    assert isinstance(told, Unreadable)
    assert str(UNIT) in told.source
    assert isinstance(seen, SeenFunction)


def test_pages_are_read_to_the_last_token_empty_ones_too() -> None:
    aws = Scripted("lambda").answers("list_functions", {"Functions": [], "NextMarker": "m"}, ASKED)
    aws.answers("list_functions", {"Functions": [row()]}, {**ASKED, "Marker": "m"})
    with aws:
        assert len(list(list_versions(aws.client, UNIT))) == 1


@pytest.mark.parametrize("code", ["AccessDeniedException", "UnrecognizedClientException"])
def test_a_unit_that_cannot_be_listed_says_what_to_allow(code: str) -> None:
    with (
        Scripted("lambda").refuses("list_functions", code, "no") as aws,
        pytest.raises(UnitUnreachable, match=rf"{UNIT}.*{code}.*lambda:ListFunctions") as caught,
    ):
        list(list_versions(aws.client, UNIT))
    assert caught.value.unit == UNIT


def test_a_list_that_breaks_off_is_raised_as_it_is() -> None:
    aws = Scripted("lambda").answers("list_functions", {"Functions": [row()], "NextMarker": "m"})
    with aws.refuses("list_functions", "TooManyRequestsException"):
        versions = list_versions(aws.client, UNIT)
        next(versions)
        with pytest.raises(ClientError):
            next(versions)


def test_a_region_that_has_no_lambda_is_a_unit_out_of_reach() -> None:
    aws = Scripted("lambda")
    aws.client.meta.events.register_first("before-call", _unreachable)
    with pytest.raises(UnitUnreachable, match="EndpointConnectionError"):
        list(list_versions(aws.client, UNIT))


def _unreachable(**_: Any) -> None:
    raise EndpointConnectionError(endpoint_url="https://lambda.eu-west-1.amazonaws.com")


def test_a_function_is_read_as_it_is_now() -> None:
    asked = {"FunctionName": "orders-api"}
    aws = Scripted("lambda")
    aws.answers("get_function_configuration", row(Runtime="python3.13"), asked)
    with aws:
        seen = read_function(aws.client, UNIT, "orders-api")
    assert seen is not None
    assert (seen.runtime_id, seen.version) == ("python3.13", LATEST)


def test_a_function_that_is_gone_is_none() -> None:
    with Scripted("lambda").refuses(
        "get_function_configuration", "ResourceNotFoundException"
    ) as aws:
        assert read_function(aws.client, UNIT, "orders-api") is None


def test_aliases_route_to_their_version_and_to_weighted_ones() -> None:
    weighted = {"AdditionalVersionWeights": {"4": 0.1}}
    aws = Scripted("lambda")
    aws.answers(
        "list_aliases",
        {
            "Aliases": [{"Name": "live", "FunctionVersion": "3", "RoutingConfig": weighted}],
            "NextMarker": "m",
        },
        {"FunctionName": "orders-api"},
    )
    aws.answers("list_aliases", {"Aliases": [{"Name": "dev", "FunctionVersion": "$LATEST"}]})
    with aws:
        assert aliases_of(aws.client, "orders-api") == {
            "live": frozenset({"3", "4"}),
            "dev": frozenset({LATEST}),
        }


def mapping(qualifier: str = "", **fields: Any) -> dict[str, Any]:
    return {"FunctionArn": f"{ARN}{qualifier}", "State": "Enabled", **fields}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([mapping()], {LATEST}, id="unqualified"),
        pytest.param([mapping(":3"), mapping(":4"), mapping(":3")], {"3", "4"}, id="versions"),
        pytest.param([mapping(":live")], None, id="an-aliass-versions-are-the-aliass"),
        pytest.param([mapping(":3", State="Disabled")], None, id="disabled"),
        pytest.param([mapping(":3", State="Updating")], {"3"}, id="updating"),
        pytest.param([{"State": "Enabled"}], None, id="no-function"),
    ],
)
def test_versions_that_event_sources_invoke(
    rows: list[dict[str, Any]], expected: set[str] | None
) -> None:
    aws = Scripted("lambda")
    aws.answers("list_event_source_mappings", {"EventSourceMappings": [], "NextMarker": "m"}, {})
    aws.answers("list_event_source_mappings", {"EventSourceMappings": rows}, {"Marker": "m"})
    with aws:
        found = triggered_versions(aws.client)
    assert found == ({"orders-api": frozenset(expected)} if expected else {})


URL = {
    "FunctionUrl": "https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws/",
    "FunctionArn": ARN,
    "CreationTime": "2026-01-01T00:00:00Z",
    "LastModifiedTime": "2026-01-01T00:00:00Z",
    "AuthType": "AWS_IAM",
}


@pytest.mark.parametrize(("urls", "expected"), [([], False), ([URL], True)])
def test_a_url_of_any_alias_counts(urls: list[dict[str, Any]], expected: bool) -> None:
    aws = Scripted("lambda")
    asked = {"FunctionName": "orders-api"}
    aws.answers("list_function_url_configs", {"FunctionUrlConfigs": urls}, asked)
    with aws:
        assert has_url(aws.client, "orders-api") is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param({"UpdateRuntimeOn": "Auto"}, "", id="auto"),
        pytest.param(
            {"UpdateRuntimeOn": "FunctionUpdate", "RuntimeVersionArn": PINNED}, "", id="on-update"
        ),
        pytest.param({"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": PINNED}, PINNED, id="held"),
        pytest.param(
            {"UpdateRuntimeOn": "Manual"},
            "a runtime version that Lambda does not name",
            id="held-at-no-name",
        ),
        pytest.param({}, "", id="nothing-said"),
    ],
)
def test_a_runtime_version_held_by_hand(answer: dict[str, Any], expected: str) -> None:
    aws = Scripted("lambda")
    asked = {"FunctionName": "orders-api"}
    aws.answers("get_runtime_management_config", answer, asked)
    with aws:
        assert pinned_version(aws.client, "orders-api") == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"CompatibleRuntimes": ["python3.12", "python3.13"]}, {"python3.12", "python3.13"}),
        ({"CompatibleRuntimes": []}, set()),
        ({}, set()),
    ],
)
def test_what_a_layer_is_made_for(answer: dict[str, Any], expected: set[str]) -> None:
    aws = Scripted("lambda").answers("get_layer_version_by_arn", answer, {"Arn": LAYER})
    with aws:
        assert layer_runtimes(aws.client, LAYER) == expected


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_a_layer_that_nobody_here_may_read_is_not_one_that_says_nothing(code: str) -> None:
    with (
        Scripted("lambda").refuses("get_layer_version_by_arn", code, "not shared") as aws,
        pytest.raises(NotAllowed, match=r"GetLayerVersionByArn.*not shared"),
    ):
        layer_runtimes(aws.client, LAYER)


@pytest.mark.parametrize(
    ("operation", "read", "nothing"),
    [
        ("list_aliases", aliases_of, {}),
        ("list_function_url_configs", has_url, False),
        ("get_runtime_management_config", pinned_version, ""),
    ],
)
def test_a_function_deleted_meanwhile_is_used_by_nothing(
    operation: str, read: Any, nothing: object
) -> None:
    with Scripted("lambda").refuses(operation, "ResourceNotFoundException") as aws:
        assert read(aws.client, "orders-api") == nothing


def test_what_cannot_be_held_is_not() -> None:
    with Scripted("lambda").refuses(
        "get_runtime_management_config", "InvalidParameterValueException"
    ) as aws:
        assert pinned_version(aws.client, "an-image") == ""


@pytest.mark.parametrize(
    ("operation", "read"),
    [
        ("list_aliases", aliases_of),
        ("list_function_url_configs", has_url),
        ("get_runtime_management_config", pinned_version),
        ("list_event_source_mappings", lambda client, _: triggered_versions(client)),
        ("get_function_configuration", lambda client, name: read_function(client, UNIT, name)),
    ],
)
def test_a_denied_call_is_named(operation: str, read: Any) -> None:
    action = "".join(word.capitalize() for word in operation.split("_"))
    with (
        Scripted("lambda").refuses(operation, "AccessDeniedException", "no") as aws,
        pytest.raises(NotAllowed, match=rf"{action} is not allowed.*members/roles"),
    ):
        read(aws.client, "orders-api")
