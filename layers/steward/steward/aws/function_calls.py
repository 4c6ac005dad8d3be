"""Calls of one version of a function: sent once each, and awaited for a limited time."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, HTTPClientError, ReadTimeoutError
from botocore.exceptions import ConnectionError as NotConnected

from steward.aws.errors import code_of, denials, message_of
from steward.aws.function_versions import VersionGone

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import InvocationRequestTypeDef, InvocationResponseTypeDef

# The hooks' role may invoke only functions that carry this tag, in either of their versions.
TAG = "steward:rollout=enabled"
MAY_INVOKE = (
    f"tag the function {TAG} (in SAM: Tags: {{'steward:rollout': enabled}}), which is how its team "
    "allows the rollout hooks to invoke it; when you try checks by hand, you need "
    "lambda:InvokeFunction on it yourself"
)


class CallFailed(Exception):
    """Lambda, or the way to it, did not let the function run; it may do so later."""


class NoAnswerInTime(Exception):
    """The function did not answer as long as it was waited for; it may still be running."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call brought. `error`: Lambda's word for a function that failed; empty if it did not.

    `took`: from the caller's end, so the way to Lambda and a cold start are in it.
    """

    payload: bytes
    executed_version: str
    error: str
    took: timedelta


def call(
    client: "LambdaClient",
    function: str,
    qualifier: str,
    payload: bytes,
    user_agent: str,
    clock: Callable[[], datetime],
) -> Answer:
    """Invoke once and wait for the answer.

    `user_agent`: what the function finds as `custom.user-agent` of its client context; none if it
    is empty. Raise VersionGone, NotAllowed, CallFailed or NoAnswerInTime.
    """
    request: InvocationRequestTypeDef = {
        "FunctionName": function,
        "Qualifier": qualifier,
        "InvocationType": "RequestResponse",
        "Payload": payload,
    }
    if user_agent:
        request["ClientContext"] = _context(user_agent)
    started = clock()
    answer, content = _sent(client, request, function, qualifier)
    return Answer(
        payload=content,
        executed_version=answer.get("ExecutedVersion", ""),
        error=answer.get("FunctionError", ""),
        took=clock() - started,
    )


def ask_whether_allowed(client: "LambdaClient", function: str, qualifier: str) -> None:
    """Have Lambda check a call without running anything ("Invoke", AWS Lambda API Reference).

    Raise VersionGone, NotAllowed, CallFailed or NoAnswerInTime.
    """
    request: InvocationRequestTypeDef = {
        "FunctionName": function,
        "Qualifier": qualifier,
        "InvocationType": "DryRun",
    }
    _sent(client, request, function, qualifier)


def _sent(
    client: "LambdaClient", request: "InvocationRequestTypeDef", function: str, qualifier: str
) -> "tuple[InvocationResponseTypeDef, bytes]":
    try:
        with denials(MAY_INVOKE):
            answer = client.invoke(**request)
            return answer, answer["Payload"].read()
    except client.exceptions.ResourceNotFoundException as error:
        raise VersionGone(function, qualifier) from error
    except ClientError as error:
        said = f"{code_of(error)}: {message_of(error)}"
        raise CallFailed(f"Lambda did not run {function}:{qualifier} ({said})") from error
    except ReadTimeoutError as error:
        raise NoAnswerInTime(f"{function}:{qualifier} did not answer in time") from error
    except (NotConnected, HTTPClientError) as error:
        raise CallFailed(f"Lambda could not be reached ({error})") from error


def _context(user_agent: str) -> str:
    """ "Using the Lambda context object", AWS Lambda: `custom` is the caller's own."""
    return b64encode(json.dumps({"custom": {"user-agent": user_agent}}).encode()).decode()
