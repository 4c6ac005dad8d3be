"""What ministack 1.5.33 lets pass at a function URL although AWS does not.

- The event's time is that of the travelling clock, as for every other part of the story.
- A URL without authentication needs two permissions: InvokeFunctionUrl, and InvokeFunction via the
  URL ("Control access to Lambda function URLs"). Enforced where IAM is.
- Reserved concurrency is shared by all versions of a function, that of an alias included
  ("Configuring reserved concurrency for a function").
- An invocation of more than 6 MB is refused with 413, and the error of a function is told as
  "Internal Server Error" only ("Troubleshooting Lambda function URLs", "Lambda quotas").
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from local.emulator_server.clock import TravellingClock
from local.emulator_server.pinned import private, replace, require

LAMBDA = "ministack.services.lambda_svc"
LARGEST_EVENT_BYTES = 6 * 1024 * 1024
NEEDED = {
    "lambda:InvokeFunctionUrl": ("StringEquals", "lambda:FunctionUrlAuthType", "NONE"),
    "lambda:InvokeFunction": ("Bool", "lambda:InvokedViaFunctionUrl", "true"),
}
Answer = tuple[int, dict[str, Any], bytes]
Statement = dict[str, Any]


class EventTooLargeError(Exception):
    """The event of a request exceeds what a synchronous invocation takes."""


def install(clock: TravellingClock) -> None:
    require(LAMBDA, "_functions")
    require("ministack.app", "AUTH")
    replace((LAMBDA,), "_build_function_url_event", lambda build: _timed(build, clock))
    replace((LAMBDA,), "lambda_execute_result_to_api_proxy_response", _discreet)
    replace((LAMBDA,), "_get_func_record_for_ref_in_scope", _sharing_concurrency)
    replace((LAMBDA,), "handle_function_url_request", _guarded)


def _timed(
    build: Callable[..., dict[str, Any]], clock: TravellingClock
) -> Callable[..., dict[str, Any]]:
    def build_event(*arguments: Any, **named: Any) -> dict[str, Any]:
        event = build(*arguments, **named)
        now = clock.now()
        event["requestContext"]["time"] = now.strftime("%d/%b/%Y:%H:%M:%S +0000")
        event["requestContext"]["timeEpoch"] = int(now.timestamp() * 1000)
        if len(json.dumps(event)) > LARGEST_EVENT_BYTES:
            raise EventTooLargeError
        return event

    return build_event


def _discreet(answer_of: Callable[..., Any]) -> Callable[..., Any]:
    """A throttled or failed invocation shows nothing of itself."""

    def proxy_response(result: dict[str, Any]) -> Any:
        if result.get("throttle"):
            return {"statusCode": 429, "body": "Rate Exceeded."}, None
        if result.get("error"):
            return {"statusCode": 502, "body": "Internal Server Error"}, None
        return answer_of(result)

    return proxy_response


def _sharing_concurrency(find: Callable[..., Any]) -> Callable[..., Any]:
    """ministack keeps the reservation with the function and forgets it for a version."""

    def find_version(
        reference: str, *, account_id: str | None = None, region: str | None = None
    ) -> Any:
        record, configuration, name = find(reference, account_id=account_id, region=region)
        function = private(LAMBDA, "_functions").get_scoped(account_id, region, name)
        if record is not None and function is not None:
            record = record | {"concurrency": function.get("concurrency")}
        return record, configuration, name

    return find_version


def _guarded(handle: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    async def handle_request(*arguments: Any, resolved: Any = None, **named: Any) -> Answer:
        if resolved is not None and not _permitted(resolved):
            return _refusal(403, "AccessDeniedException", "Forbidden")
        try:
            return await handle(*arguments, resolved=resolved, **named)
        except EventTooLargeError:
            most = f"Request must be smaller than {LARGEST_EVENT_BYTES} bytes"
            return _refusal(413, "RequestTooLargeException", most)

    return handle_request


def _permitted(resolved: tuple[str, str, str, str | None, dict[str, Any]]) -> bool:
    account, region, function, qualifier, configuration = resolved
    if not private("ministack.app", "AUTH") or configuration["AuthType"] != "NONE":
        return True
    functions = private(LAMBDA, "_functions")
    record = functions.get_scoped(account, region, function) or {"policy": {"Statement": []}}
    arn = f"arn:aws:lambda:{region}:{account}:function:{function}"
    of_the_url = [
        statement
        for statement in record["policy"]["Statement"]
        if statement["Resource"] == (f"{arn}:{qualifier}" if qualifier else arn)
    ]
    return all(any(_allows(each, action) for each in of_the_url) for action in NEEDED)


def _allows(statement: Statement, action: str) -> bool:
    """Whether anybody may; a condition that is no part of a function URL is not met."""
    operator, key, value = NEEDED[action]
    conditions = statement.get("Condition", {})
    return (
        statement["Principal"] == "*"
        and statement["Action"] == action
        and conditions in ({}, {operator: {key: value}})
    )


def _refusal(status: int, code: str, message: str) -> Answer:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return status, headers, json.dumps({"Message": message}).encode()
