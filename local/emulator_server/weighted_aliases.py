"""Invocations of an alias go to its two versions by weight, which ministack 1.5.33 ignores.

Source: "Implement Lambda canary deployments using a weighted alias", AWS Lambda Developer Guide.
What is invoked keeps the ARN of the alias, and the reserved concurrency of the function holds for
its versions and aliases too ("Configuring reserved concurrency for a function").
"""

import random
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from local.emulator_server.pinned import private, replace

LAMBDA = "ministack.services.lambda_svc"
POLLERS = ("_poll_sqs", "_poll_kinesis", "_poll_dynamodb_streams")
Record = dict[str, Any]
Found = tuple[Record | None, Record | None]
_polling: ContextVar[bool] = ContextVar("polling", default=False)
_called_as: ContextVar[str] = ContextVar("called_as", default="")


def install() -> None:
    for name in POLLERS:
        replace((LAMBDA,), name, _noticed)
    replace((LAMBDA,), "_invoke", _by_weight)
    replace((LAMBDA,), "_get_func_record_for_ref", _referred)
    replace((LAMBDA,), "_get_func_record_for_qualifier", _polled)
    for name in ("_execute_function_with_config_scope", "invoke_async_with_retry"):
        replace((LAMBDA,), name, _under_its_alias)
    replace((LAMBDA,), "_execute_function", _within_reserved_concurrency)


def version_for_one_invocation(alias: Record) -> str:
    """One draw; the rest of the weight belongs to the alias's own version."""
    drawn = random.random()
    for version, weight in (
        alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {}).items()
    ):
        if drawn < weight:
            return str(version)
        drawn -= weight
    return str(alias["FunctionVersion"])


def _by_weight(plain: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def invoke(
        name: str,
        event: Any,
        headers: dict[str, str],
        path_qualifier: Any = None,
        query: Any = None,
    ) -> Any:
        qualifier = path_qualifier or private(LAMBDA, "_qp_first")(query or {}, "Qualifier")
        alias = _alias(name, qualifier)
        if alias is None or "RoutingConfig" not in alias:
            return await plain(name, event, headers, path_qualifier, query)
        token = _called_as.set(alias["AliasArn"])
        try:
            return await plain(name, event, headers, version_for_one_invocation(alias), query)
        finally:
            _called_as.reset(token)

    return invoke


def _under_its_alias(plain: Callable[..., Any]) -> Callable[..., Any]:
    def call(record: Record, event: Any) -> Any:
        arn = _called_as.get()
        token = _called_as.set("")
        try:
            return plain(_renamed(record, arn) if arn else record, event)
        finally:
            _called_as.reset(token)

    return call


def _referred(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Rules, topics, buckets and other services invoke what they find by a reference."""

    def get_record(reference: str) -> Any:
        record, config, name = plain(reference)
        qualifier = private(LAMBDA, "_resolve_name_and_qualifier")(reference)[1]
        alias = _alias(name, qualifier, config) if record else None
        if alias is None:
            return record, config, name
        return *_chosen(name, alias, (record, config)), name

    return get_record


def _polled(plain: Callable[..., Found]) -> Callable[..., Found]:
    def get_record(name: str, qualifier: str | None) -> Found:
        found = plain(name, qualifier)
        alias = _alias(name, qualifier) if _polling.get() else None
        return found if alias is None else _chosen(name, alias, found)

    return get_record


def _chosen(name: str, alias: Record, found: Found) -> Found:
    version = version_for_one_invocation(alias)
    base = _function(name, found[1])
    record = base["versions"].get(version, base) if base else found[0]
    renamed = _renamed(record or {}, alias["AliasArn"])
    return renamed, renamed["config"]


def _renamed(record: Record, arn: str) -> Record:
    return record | {"config": record["config"] | {"FunctionArn": arn}}


def _alias(name: str, qualifier: str | None, config: Record | None = None) -> Record | None:
    function = _function(name, config)
    found: Record | None = function["aliases"].get(qualifier) if function else None
    return found


def _function(name: str, config: Record | None) -> Record | None:
    functions = private(LAMBDA, "_functions")
    if config is None:
        found: Record | None = functions.get(name)
        return found
    place = private(LAMBDA, "_account_region_from_function_config")(config)
    within: Record | None = functions.get_scoped(*place, name)
    return within


def _noticed(plain: Callable[[], Any]) -> Callable[[], Any]:
    def poll() -> Any:
        token = _polling.set(True)
        try:
            return plain()
        finally:
            _polling.reset(token)

    return poll


def _within_reserved_concurrency(plain: Callable[..., Any]) -> Callable[..., Any]:
    def execute(record: Record, event: Any) -> Any:
        config = record.get("config") or record
        function = _function(config["FunctionName"], config)
        limit = function.get("concurrency") if function else None
        limited = record if limit is None else record | {"config": config, "concurrency": limit}
        return plain(limited, event)

    return execute
