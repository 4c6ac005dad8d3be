"""Asynchronous invocations as Lambda retries, ages and gives them up.

Sources, AWS Lambda Developer Guide: "How Lambda handles errors and retries with asynchronous
invocation" (a throttled event goes back to the queue until its age is over) and "Capturing records
of Lambda asynchronous invocations" (the record of a destination). In ministack 1.5.33 a throttled
event counts as an attempt, a destination's record always says three attempts, and the settings of
versions and aliases are not found.
"""

import contextlib
import contextvars
import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.emulator_server.pinned import private, replace, require

LAMBDA = "ministack.services.lambda_svc"
EVENTS = "ministack.services.eventbridge"
LATEST = "$LATEST"
RETRIES = 2
AGE_SECONDS = 21600
THROTTLED_WAIT_SECONDS = 0.2
Record = dict[str, Any]


@dataclass
class AsyncPace:
    """`age_second`: real seconds that a second of an event's age takes. `waiting`: invocations that
    are neither done nor given up."""

    age_second: float = 1.0
    waiting: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def turn(self, age_second: float) -> None:
        if not 0 < age_second <= 1:
            raise ValueError(f"age_second is {age_second}: more than 0 and at most 1 real second")
        self.age_second = age_second

    def count(self, change: int) -> None:
        with self._counting:
            self.waiting += change


@dataclass
class Waiting:
    """An event in the queue of a function."""

    record: Record
    event: Any
    settings: Record
    since: float
    pace: AsyncPace
    request_id: str
    attempts: int = 0

    def too_old_in(self, seconds: float) -> bool:
        age = float(self.settings.get("MaximumEventAgeInSeconds", AGE_SECONDS))
        return time.monotonic() + seconds - self.since > age * self.pace.age_second

    def retries(self) -> int:
        given = self.settings.get("MaximumRetryAttempts")
        return RETRIES if given is None else int(given)


def install(pace: AsyncPace) -> None:
    require(
        LAMBDA, "_route_async_failure", "_get_func_record_for_ref", "_function_qualifier_exists"
    )
    require(LAMBDA, "_LAMBDA_ASYNC_RETRY_BASE_SECONDS", "_LAMBDA_ASYNC_RETRY_MAX_SECONDS")

    def invoke_async_with_retry(record: Record, event: Any) -> None:
        waiting = Waiting(
            record, event, _settings(record), time.monotonic(), pace, str(uuid.uuid4())
        )
        pace.count(1)
        run = contextvars.copy_context().run
        threading.Thread(target=run, args=(_work_off, waiting), daemon=True).start()

    replace((LAMBDA,), "invoke_async_with_retry", lambda _plain: invoke_async_with_retry)
    replace((EVENTS,), "_dispatch_to_lambda", lambda _plain: _from_a_rule)


def _work_off(waiting: Waiting) -> None:
    config = waiting.record.get("config") or waiting.record
    place = private(LAMBDA, "_account_region_from_function_config")(config)
    with private("ministack.core.responses", "request_scope")(*place):
        try:
            condition, result = _try_until_over(waiting)
            if condition:
                _hand_on(waiting, condition, result)
        finally:
            waiting.pace.count(-1)


def _try_until_over(waiting: Waiting) -> tuple[str, Record]:
    """Why it was given up, empty when it succeeded; with what the last attempt answered."""
    last: Record = {}
    while True:
        result = private(LAMBDA, "_execute_function")(_as_it_is_now(waiting.record), waiting.event)
        if result.get("throttle"):
            wait = THROTTLED_WAIT_SECONDS
        elif not result.get("error"):
            return "", result
        else:
            last = result
            waiting.attempts += 1
            if waiting.attempts > waiting.retries():
                return "RetriesExhausted", last
            wait = _before_retry(waiting.attempts)
        if waiting.too_old_in(wait):
            return "EventAgeExceeded", last
        time.sleep(wait)


def _as_it_is_now(record: Record) -> Record:
    """A retry runs the code of its day; that of a version never changes."""
    config = record.get("config") or record
    function = _function(config) or record
    if config.get("Version", LATEST) != LATEST or "config" not in function:
        return record
    return function | {"config": function["config"] | {"FunctionArn": config["FunctionArn"]}}


def _function(config: Record) -> Record | None:
    place = private(LAMBDA, "_account_region_from_function_config")(config)
    found: Record | None = private(LAMBDA, "_functions").get_scoped(*place, config["FunctionName"])
    return found


def _before_retry(attempts: int) -> float:
    base = private(LAMBDA, "_LAMBDA_ASYNC_RETRY_BASE_SECONDS")
    most = private(LAMBDA, "_LAMBDA_ASYNC_RETRY_MAX_SECONDS")
    return float(min(base * 2 ** (attempts - 1), most))


def _hand_on(waiting: Waiting, condition: str, result: Record) -> None:
    config = waiting.record.get("config") or waiting.record
    target = waiting.settings.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    if target and ":function:" in target:
        _to_function(target, _destination_record(waiting, condition, result))
        return
    target = target or (config.get("DeadLetterConfig") or {}).get("TargetArn")
    if target:
        route: Callable[..., None] = private(LAMBDA, "_route_async_failure")
        route(target, config["FunctionName"], waiting.event, result)


def _from_a_rule(target: str, payload: str) -> None:
    """ministack 1.5.33 calls the targets of rules once, come what may. Of input that is no JSON
    nothing arrives, as on AWS."""
    with contextlib.suppress(json.JSONDecodeError):
        _to_function(target, json.loads(payload))


def _to_function(target: str, record: Any) -> None:
    found, config, _name = private(LAMBDA, "_get_func_record_for_ref")(target)
    if found and config:
        called = private(LAMBDA, "_execution_record_for_config")(found, config)
        private(LAMBDA, "invoke_async_with_retry")(called, record)


def _destination_record(waiting: Waiting, condition: str, result: Record) -> Record:
    """Without a response when the function was never run."""
    config = waiting.record.get("config") or waiting.record
    name, arn = config["FunctionName"], config["FunctionArn"]
    qualified = arn if arn.partition(f":function:{name}:")[2] else f"{arn}:{LATEST}"
    record: Record = {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": waiting.request_id,
            "functionArn": qualified,
            "condition": condition,
            "approximateInvokeCount": waiting.attempts,
        },
        "requestPayload": waiting.event,
    }
    if result:
        record["responseContext"] = {
            "statusCode": 200,
            "executedVersion": config.get("Version", LATEST),
            "functionError": result.get("function_error") or "Unhandled",
        }
        record["responsePayload"] = result.get("body")
    return record


def _settings(record: Record) -> Record:
    """Of the version or alias that was named, else of the unqualified function."""
    config = record.get("config") or record
    name = config["FunctionName"]
    function = _function(config) or record
    qualifier = config["FunctionArn"].partition(f":function:{name}:")[2]
    known = function.get("event_invoke_configs") or {}
    if qualifier and qualifier != LATEST:
        return dict(known.get(qualifier) or {})
    legacy = function.get("event_invoke_config")
    return dict(known.get("") or known.get(LATEST) or legacy or {})
