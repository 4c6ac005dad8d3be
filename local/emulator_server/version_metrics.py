"""What Lambda says of invocations in AWS/Lambda, by function, alias and executed version.

Source: "Types of metrics for Lambda functions", AWS Lambda Developer Guide: dimensions
FunctionName, Resource and ExecutedVersion; the timestamp is that of the invocation; throttled
requests count neither as invocations nor as errors; the duration holds no cold start. ministack
1.5.33 knows only FunctionName, counts an asynchronous invocation when it is asked for, misses its
errors, and adds cold starts.
"""

import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from local.emulator_server.pinned import private, replace, require

LAMBDA = "ministack.services.lambda_svc"
CLOUDWATCH = "ministack.services.cloudwatch"
NAMESPACE = "AWS/Lambda"
RUNTIME = "ministack.core.lambda_runtime"
Record = dict[str, Any]
_starting: ContextVar[list[float]] = ContextVar("starting")
Stamp = Callable[[str, str, str, float], float]


def install(stamp: Stamp) -> None:
    """`stamp`: the time that is shown for an instant of a function (account, region, name)."""
    require(CLOUDWATCH, "_metric_bucket", "_dims_key")
    _time_cold_starts()
    replace((LAMBDA,), "_emit_lambda_metrics", lambda _plain: _nothing)
    replace((LAMBDA,), "_execute_function", lambda plain: _measured(plain, stamp))


def _time_cold_starts() -> None:
    worker = private(RUNTIME, "Worker")
    plain: Callable[[Any], None] = worker._spawn

    def spawn(self: Any) -> None:
        began = time.time()
        try:
            plain(self)
        finally:
            _starting.get([]).append(time.time() - began)

    worker._spawn = spawn


def _nothing(*_arguments: object, **_named: object) -> None:
    """Every way to a function is measured where it is executed."""


def _measured(plain: Callable[..., Any], stamp: Stamp) -> Callable[..., Any]:
    def execute(record: Record, event: Any) -> Any:
        config = record.get("config") or record
        if private(LAMBDA, "_function_config_scope_mismatch")(config):
            return plain(record, event)
        began, starts = time.time(), list[float]()
        token = _starting.set(starts)
        try:
            result = plain(record, event)
        finally:
            _starting.reset(token)
        lasted = (time.time() - began - sum(starts)) * 1000
        place: tuple[str, str] = private(LAMBDA, "_account_region_from_function_config")(config)
        _emit(config, result, lasted, stamp(place[0], place[1], config["FunctionName"], began))
        return result

    return execute


def _emit(config: Record, result: Record, lasted: float, at: float) -> None:
    throttled = bool(result.get("throttle"))
    counted = {"Throttles": (float(throttled), "Count")}
    if not throttled:
        counted |= {
            "Invocations": (1.0, "Count"),
            "Errors": (float(bool(result.get("error"))), "Count"),
            "Duration": (lasted, "Milliseconds"),
        }
    for dimensions in _dimensions(config):
        for metric, (value, unit) in counted.items():
            _put(metric, value, unit, dimensions, at)


def _put(metric: str, value: float, unit: str, dimensions: dict[str, str], at: float) -> None:
    key = (NAMESPACE, metric, private(CLOUDWATCH, "_dims_key")(dimensions))
    datum = {"Timestamp": at, "Value": value, "Unit": unit, "Dimensions": dimensions}
    private(CLOUDWATCH, "_metric_bucket")(key).append(datum)


def _dimensions(config: Record) -> Iterator[dict[str, str]]:
    """Of the function; of what was named in the invocation; of an alias's executed version."""
    name, version = config["FunctionName"], str(config.get("Version", "$LATEST"))
    qualifier = config["FunctionArn"].partition(f":function:{name}:")[2]
    yield {"FunctionName": name}
    if not qualifier or qualifier == "$LATEST":
        return
    resource = {"FunctionName": name, "Resource": f"{name}:{qualifier}"}
    yield resource
    if not qualifier.isdigit():
        yield resource | {"ExecutedVersion": version}
