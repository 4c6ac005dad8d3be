"""Functions as AWS Lambda lists them, where the emulator alone does otherwise."""

import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from tests.integration.local.lambda_functions import create_function, zipped

PINNED = "arn:aws:lambda:eu-west-1::runtime:" + "0" * 64


@pytest.fixture
def session(emulator: Emulator) -> EmulatedSession:
    """An account of its own for each test."""
    return EmulatedSession(emulator.endpoint, f"{uuid.uuid4().int % 10**12:012}")


@pytest.fixture
def client(session: EmulatedSession) -> Any:
    return session.client("lambda")


def listed(client: Any, **asked: Any) -> list[tuple[str, str, str | None]]:
    pages = client.get_paginator("list_functions").paginate(**asked)
    functions = [each for page in pages for each in page["Functions"]]
    for each in functions:
        qualifier = f":{each['Version']}" if asked.get("FunctionVersion") == "ALL" else ""
        assert each["FunctionArn"].endswith(f":function:{each['FunctionName']}{qualifier}")
    return [(each["FunctionName"], each["Version"], each.get("Runtime")) for each in functions]


def test_all_means_published_versions_too(session: EmulatedSession, client: Any) -> None:
    create_function(session, "one", Runtime="python3.9")
    client.publish_version(FunctionName="one")
    client.update_function_configuration(FunctionName="one", Runtime="python3.13")
    client.publish_version(FunctionName="one")
    create_function(session, "two", Runtime="nodejs24.x")
    assert listed(client) == [("one", "$LATEST", "python3.13"), ("two", "$LATEST", "nodejs24.x")]
    assert listed(client, FunctionVersion="ALL") == [
        ("one", "$LATEST", "python3.13"),
        ("one", "1", "python3.9"),
        ("one", "2", "python3.13"),
        ("two", "$LATEST", "nodejs24.x"),
    ]


def test_a_page_holds_fifty_whatever_was_asked(session: EmulatedSession, client: Any) -> None:
    create_function(session, "many", Runtime="python3.9")
    for number in range(52):
        client.update_function_configuration(FunctionName="many", Description=str(number))
        client.publish_version(FunctionName="many")
    page = client.list_functions(FunctionVersion="ALL", MaxItems=1000)
    assert len(page["Functions"]) == 50
    rest = client.list_functions(FunctionVersion="ALL", Marker=page["NextMarker"])
    versions = [each["Version"] for each in (*page["Functions"], *rest["Functions"])]
    assert versions == ["$LATEST", *map(str, range(1, 53))]
    assert "NextMarker" not in rest


def test_lists_leave_out_what_only_getfunction_tells(session: EmulatedSession, client: Any) -> None:
    create_function(session, "lean", Runtime="python3.9")
    (shown,) = client.list_functions()["Functions"]
    assert not {"State", "LastUpdateStatus", "RuntimeVersionConfig"} & shown.keys()
    assert "State" in client.get_function_configuration(FunctionName="lean")


def test_an_image_has_neither_runtime_nor_handler(session: EmulatedSession, client: Any) -> None:
    create_function(session, "image")
    (in_list,) = client.list_functions()["Functions"]
    shown = client.get_function_configuration(FunctionName="image")
    for each in (in_list, shown, client.get_function(FunctionName="image")["Configuration"]):
        assert each["PackageType"] == "Image"
        assert not {"Runtime", "Handler"} & each.keys()


def test_a_custom_runtime_names_its_alias(session: EmulatedSession, client: Any) -> None:
    runtime = {
        "RuntimeArn": "arn:aws:lambda:eu-west-1:222222222222:runtime/php83",
        "RuntimeAlias": "stable",
    }
    create_function(session, "php", Runtime="custom", RuntimeConfig=runtime)
    (in_list,) = client.list_functions()["Functions"]
    assert in_list["Runtime"] == "custom"
    assert in_list["RuntimeConfig"] == runtime


def test_changes_are_stamped_with_the_travelling_time(
    emulator: Emulator, session: EmulatedSession, client: Any
) -> None:
    before = emulator.control.now()
    emulator.control.travel_to(before.replace(year=2031))
    try:
        create_function(session, "later", Runtime="python3.9")
    finally:
        emulator.control.travel_to(before)
    (shown,) = client.list_functions()["Functions"]
    assert shown["LastModified"].startswith("2031-")
    assert shown["LastModified"].endswith("+0000")


def test_runtimes_update_by_themselves_unless_pinned(session: EmulatedSession, client: Any) -> None:
    arn = create_function(session, "pinned", Runtime="python3.13")
    assert client.get_runtime_management_config(FunctionName="pinned")["UpdateRuntimeOn"] == "Auto"
    client.put_runtime_management_config(
        FunctionName=arn, UpdateRuntimeOn="Manual", RuntimeVersionArn=PINNED
    )
    found = client.get_runtime_management_config(FunctionName="pinned")
    assert (found["UpdateRuntimeOn"], found["RuntimeVersionArn"]) == ("Manual", PINNED)
    assert found["FunctionArn"] == arn
    client.publish_version(FunctionName="pinned")
    of_version = client.get_runtime_management_config(FunctionName="pinned", Qualifier="1")
    assert of_version["UpdateRuntimeOn"] == "Auto"
    client.put_runtime_management_config(FunctionName="pinned", UpdateRuntimeOn="FunctionUpdate")
    found = client.get_runtime_management_config(FunctionName="pinned")
    assert found["UpdateRuntimeOn"] == "FunctionUpdate"
    assert "RuntimeVersionArn" not in found


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"UpdateRuntimeOn": "Manual"}, "InvalidParameterValueException"),
        (
            {"UpdateRuntimeOn": "Auto", "RuntimeVersionArn": PINNED},
            "InvalidParameterValueException",
        ),
        ({"UpdateRuntimeOn": "Never"}, "ValidationException"),
        ({"UpdateRuntimeOn": "Auto", "FunctionName": "nobody"}, "ResourceNotFoundException"),
    ],
    ids=["manual-without-arn", "arn-without-manual", "no-such-mode", "no-such-function"],
)
def test_a_wrong_pin_is_refused(
    session: EmulatedSession, client: Any, asked: dict[str, str], code: str
) -> None:
    create_function(session, "strict", Runtime="python3.13")
    with pytest.raises(ClientError) as error:
        client.put_runtime_management_config(**{"FunctionName": "strict"} | asked)
    assert error.value.response["Error"]["Code"] == code


def test_urls_of_an_unknown_function_are_an_error(session: EmulatedSession, client: Any) -> None:
    create_function(session, "shown", Runtime="python3.13")
    assert client.list_function_url_configs(FunctionName="shown")["FunctionUrlConfigs"] == []
    client.create_function_url_config(FunctionName="shown", AuthType="NONE")
    assert len(client.list_function_url_configs(FunctionName="shown")["FunctionUrlConfigs"]) == 1
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.list_function_url_configs(FunctionName="nobody")


def test_a_layer_tells_what_it_is_made_for(client: Any) -> None:
    arn = client.publish_layer_version(
        LayerName="deps",
        Content={"ZipFile": zipped({"in_the_layer.py": ""})},
        CompatibleRuntimes=["python3.9"],
    )["LayerVersionArn"]
    assert client.get_layer_version_by_arn(Arn=arn)["CompatibleRuntimes"] == ["python3.9"]
