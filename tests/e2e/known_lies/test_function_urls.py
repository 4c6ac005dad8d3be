"""Function URLs, without the corrections of `local/emulator_server/function_urls.py`."""

import json
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.emulated_session import EmulatedSession
from local.function_url import local_url
from tests.e2e.known_lies.making import a_stack, role_trusting

pytestmark = pytest.mark.e2e

CODE = """
def answer(event, context):
    if event["rawPath"] == "/fails":
        raise RuntimeError("swordfish")
    return {"statusCode": 200, "body": context.invoked_function_arn}
"""
TRUST = json.loads(role_trusting({"Service": "lambda.amazonaws.com"}))


def closed_page(reserved: int | None = None) -> dict[str, Any]:
    """A function URL on an alias that nobody has a permission for."""
    function: dict[str, Any] = {
        "Runtime": "python3.13",
        "Handler": "index.answer",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": CODE},
    }
    if reserved is not None:
        function["ReservedConcurrentExecutions"] = reserved
    name = {"Ref": "Function"}
    version = {"FunctionName": name}
    alias = version | {"FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]}, "Name": "live"}
    url = {"TargetFunctionArn": name, "Qualifier": "live", "AuthType": "NONE"}
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
        "Version": {"Type": "AWS::Lambda::Version", "Properties": version},
        "Alias": {"Type": "AWS::Lambda::Alias", "Properties": alias},
        "Url": {"Type": "AWS::Lambda::Url", "DependsOn": "Alias", "Properties": url},
    }
    output = {"Url": {"Value": {"Fn::GetAtt": ["Url", "FunctionUrl"]}}}
    return {"Resources": resources, "Outputs": output}


def deployed(session: EmulatedSession, page: dict[str, Any]) -> str:
    client = session.client("cloudformation")
    stack_id = a_stack(client, page)
    (output,) = client.describe_stacks(StackName=stack_id)["Stacks"][0]["Outputs"]
    return local_url(output["OutputValue"], client.meta.endpoint_url)


def call(url: str, body: bytes | None = None) -> tuple[int, bytes]:
    target = urlsplit(url)
    connection = HTTPConnection(target.netloc, timeout=timedelta(minutes=1).total_seconds())
    try:
        connection.request("POST" if body else "GET", target.path, body)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_a_url_without_permissions_is_open(plain_enforcing: EmulatedSession) -> None:
    """AWS: 403."""
    assert call(deployed(plain_enforcing, closed_page()))[0] == 200


def test_an_event_above_six_megabytes_is_taken(plain: EmulatedSession) -> None:
    """AWS: 413."""
    assert call(deployed(plain, closed_page()), b"a" * 6 * 1024 * 1024)[0] == 200


def test_an_error_of_the_function_is_shown(plain: EmulatedSession) -> None:
    """AWS: "Internal Server Error" and nothing else."""
    status, body = call(deployed(plain, closed_page()) + "fails")
    assert (status, b"swordfish" in body) == (502, True)


def test_a_version_has_no_share_of_the_reserved_concurrency(plain: EmulatedSession) -> None:
    """AWS: 429, as nothing may run."""
    assert call(deployed(plain, closed_page(reserved=0)))[0] == 200


def test_a_function_called_by_its_alias_sees_the_version(plain: EmulatedSession) -> None:
    """AWS: the ARN ends in `:live`."""
    _, arn = call(deployed(plain, closed_page()))
    assert arn.endswith(b":1")
