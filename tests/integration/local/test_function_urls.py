"""Function URLs of the embedded organization, called as a browser would."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.emulated_session import EmulatedSession
from local.emulator import Emulator
from local.emulator_environment import HUB_ACCOUNT
from local.function_url import local_url
from local.stack_operations import Deployment, create

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CODE = """
import json

def answer(event, context):
    if event["rawPath"] == "/fails":
        raise RuntimeError("swordfish")
    headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
    if event["rawPath"] == "/gone":
        return {"statusCode": 410, "headers": headers, "cookies": ["a=b; Secure", "c=d"],
                "body": "<p>gr\\u00fc\\u00dfe"}
    if event["rawPath"] == "/binary":
        return {"statusCode": 200, "isBase64Encoded": True, "body": "iVBORw=="}
    return {"statusCode": 200, "body": json.dumps(event)}
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
VIA_URL = {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"}
INVOKE = {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True}
BOTH = (VIA_URL, INVOKE)


def template(permissions: tuple[dict[str, Any], ...]) -> str:
    function = {
        "Runtime": "python3.13",
        "Handler": "index.answer",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": CODE},
    }
    alias = {
        "FunctionName": {"Ref": "Function"},
        "FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]},
        "Name": "live",
    }
    url = {"TargetFunctionArn": {"Ref": "Function"}, "Qualifier": "live", "AuthType": "NONE"}
    resources: dict[str, Any] = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
        "Version": {
            "Type": "AWS::Lambda::Version",
            "Properties": {"FunctionName": {"Ref": "Function"}},
        },
        "Alias": {"Type": "AWS::Lambda::Alias", "Properties": alias},
        "Url": {"Type": "AWS::Lambda::Url", "DependsOn": "Alias", "Properties": url},
    }
    for number, permission in enumerate(permissions):
        properties = {"FunctionName": {"Ref": "Alias"}, "Principal": "*"} | permission
        resources[f"May{number}"] = {"Type": "AWS::Lambda::Permission", "Properties": properties}
    output = {"Url": {"Value": {"Fn::GetAtt": ["Url", "FunctionUrl"]}}}
    return json.dumps({"Resources": resources, "Outputs": output})


def deploy(emulator: Emulator, name: str, permissions: tuple[dict[str, Any], ...] = BOTH) -> str:
    """Returns the URL."""
    client = EmulatedSession(emulator.endpoint, HUB_ACCOUNT).client("cloudformation")
    deployment = Deployment(name, template(permissions), {}, {})
    stack_id = create(client, deployment, "CREATE_COMPLETE")
    (output,) = client.describe_stacks(StackName=stack_id)["Stacks"][0]["Outputs"]
    return output["OutputValue"]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event


@dataclass(frozen=True)
class Page:
    """A function URL; each call is a connection of its own."""

    url: str
    endpoint: str

    def call(
        self,
        method: str = "GET",
        rest: str = "",
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        target = urlsplit(local_url(self.url + rest, self.endpoint))
        connection = HTTPConnection(target.netloc, timeout=30)
        try:
            path = f"{target.path}?{target.query}" if target.query else target.path
            connection.request(method, path, body, headers or {})
            response: HTTPResponse = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def page(enforcing: Emulator) -> Page:
    return Page(deploy(enforcing, "page"), enforcing.endpoint)


def test_a_link_of_a_mail_reaches_the_function_unchanged(page: Page) -> None:
    event = page.call(rest="?t=v1.a%2Bb&x=1&x=2", headers={"Cookie": "k=v"}).event
    assert (event["rawPath"], event["version"]) == ("/", "2.0")
    assert event["queryStringParameters"] == {"t": "v1.a+b", "x": "1,2"}
    assert event["headers"]["host"] == urlsplit(page.url).hostname
    assert event["requestContext"]["domainName"] == urlsplit(page.url).hostname
    assert event["requestContext"]["http"]["method"] == "GET"
    assert event["headers"]["cookie"] == "k=v"
    assert "body" not in event


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_every_method_reaches_the_function(page: Page, method: str) -> None:
    assert page.call(method).event["requestContext"]["http"]["method"] == method


@pytest.mark.parametrize(
    ("body", "headers", "encoded"),
    [
        (b"t=a&choice=3", FORM, True),
        (b"\xff\x00\xfe", FORM, True),
        (b"a" * 20_000, FORM, True),
        (b"\xff\x00\xfe", {}, True),
        (b"plain", {"Content-Type": "text/plain"}, False),
    ],
    ids=["form", "binary-form", "20-kilobytes", "no-type", "text"],
)
def test_a_body_arrives_as_it_was_sent(
    page: Page, body: bytes, headers: dict[str, str], encoded: bool
) -> None:
    event = page.call("POST", body=body, headers=headers).event
    assert event["isBase64Encoded"] is encoded
    arrived = base64.b64decode(event["body"]) if encoded else event["body"].encode()
    assert arrived == body


def test_status_headers_cookies_and_body_come_back(page: Page) -> None:
    answer = page.call(rest="gone")
    assert (answer.status, answer.body.decode()) == (410, "<p>grüße")
    assert [value for name, value in answer.headers if name == "Set-Cookie"] == [
        "a=b; Secure",
        "c=d",
    ]
    assert ("Cache-Control", "no-store") in answer.headers
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_head_has_the_headers_and_no_body(page: Page) -> None:
    answer = page.call("HEAD", "gone")
    assert (answer.status, answer.body) == (410, b"")
    assert ("Cache-Control", "no-store") in answer.headers


def test_a_binary_answer_is_decoded(page: Page) -> None:
    assert page.call(rest="binary").body == b"\x89PNG"


def test_an_error_of_the_function_shows_nothing_of_it(page: Page) -> None:
    answer = page.call(rest="fails")
    assert (answer.status, answer.body) == (502, b"Internal Server Error")


def test_an_event_above_six_megabytes_is_refused(page: Page) -> None:
    most = 6 * 1024 * 1024 * 3 // 4  # the form arrives in base64
    assert page.call("POST", body=b"a" * (most - 8192), headers=FORM).status != 413
    refused = page.call("POST", body=b"a" * most, headers=FORM)
    assert (refused.status, ("x-amzn-ErrorType", "RequestTooLargeException")) == (
        413,
        next(each for each in refused.headers if each[0] == "x-amzn-ErrorType"),
    )


def test_a_request_is_as_old_as_the_clock_says(page: Page, enforcing: Emulator) -> None:
    then = datetime.now(UTC) - timedelta(days=12)
    enforcing.control.travel_to(then)
    context = page.call().event["requestContext"]
    told = datetime.fromtimestamp(context["timeEpoch"] / 1000, UTC)
    assert abs(told - then) < timedelta(minutes=2)
    assert context["time"] == told.strftime("%d/%b/%Y:%H:%M:%S +0000")


@pytest.mark.parametrize(
    "permissions",
    [(), (VIA_URL,), (INVOKE,), (VIA_URL | {"FunctionUrlAuthType": "AWS_IAM"}, INVOKE)],
    ids=["none", "url-only", "invoke-only", "another-authentication"],
)
def test_without_both_permissions_nobody_comes_in(
    enforcing: Emulator, permissions: tuple[dict[str, Any], ...]
) -> None:
    name = f"closed-{len(permissions)}-{abs(hash(str(permissions)))}"
    closed = Page(deploy(enforcing, name, permissions), enforcing.endpoint)
    assert closed.call().status == 403


def test_where_iam_is_not_enforced_no_permission_is_needed(emulator: Emulator) -> None:
    assert Page(deploy(emulator, "open", ()), emulator.endpoint).call().status == 200


def test_a_throttled_request_is_told_so(enforcing: Emulator) -> None:
    busy = Page(deploy(enforcing, "busy"), enforcing.endpoint)
    functions = EmulatedSession(enforcing.endpoint, HUB_ACCOUNT).client("lambda")
    (name,) = [
        each["FunctionName"]
        for each in functions.list_functions()["Functions"]
        if each["FunctionName"].startswith("busy-")
    ]
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    assert busy.call().status == 429
