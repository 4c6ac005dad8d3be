"""Lambda and CloudWatch of the unit in which a deployment runs, called within its request scope."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from local.emulator_server.pinned import private, require

LAMBDA = "ministack.services.lambda_svc"
CLOUDWATCH = "ministack.services.cloudwatch"
RESPONSES = "ministack.core.responses"


class AliasRefusedError(Exception):
    """Lambda refuses the change of an alias; says why."""


def require_names() -> None:
    require(LAMBDA, "_functions", "_update_alias", "_get_func_record_for_ref")
    require(LAMBDA, "invoke_async_with_retry", "_execution_record_for_config")
    require(CLOUDWATCH, "_alarms", "_composite_alarms", "_evaluate_all_alarms")
    require(RESPONSES, "request_scope", "get_account_id", "get_region")


@contextmanager
def unit_scope(account: str, region: str) -> Iterator[None]:
    with private(RESPONSES, "request_scope")(account, region):
        yield


def current_place() -> tuple[str, str]:
    return str(private(RESPONSES, "get_account_id")()), str(private(RESPONSES, "get_region")())


def alias_of(function: str, alias: str) -> dict[str, Any] | None:
    record = private(LAMBDA, "_functions").get(function)
    found: dict[str, Any] | None = record["aliases"].get(alias) if record else None
    return found


def has_version(function: str, version: str) -> bool:
    record = private(LAMBDA, "_functions").get(function)
    return bool(record) and version in record["versions"]


def route(function: str, alias: str, version: str, also: dict[str, float]) -> None:
    """All traffic to `version`, except the parts that `also` gives to other versions."""
    wanted = {"FunctionVersion": version, "RoutingConfig": {"AdditionalVersionWeights": also}}
    status, _headers, body = private(LAMBDA, "_update_alias")(function, alias, wanted)
    if status >= 400:
        raise AliasRefusedError(json.loads(body).get("message", ""))


def invoke_later(function: str, event: dict[str, str]) -> bool:
    """An asynchronous invocation; False when there is no such function."""
    record, config, _name = private(LAMBDA, "_get_func_record_for_ref")(function)
    if not record or not config:
        return False
    called = private(LAMBDA, "_execution_record_for_config")(record, config)
    private(LAMBDA, "invoke_async_with_retry")(called, event)
    return True


def alarming(names: Iterable[str]) -> list[str]:
    private(CLOUDWATCH, "_evaluate_all_alarms")()
    alarms, composite = private(CLOUDWATCH, "_alarms"), private(CLOUDWATCH, "_composite_alarms")
    found = {name: alarms.get(name) or composite.get(name) or {} for name in names}
    return [name for name, alarm in found.items() if alarm.get("StateValue") == "ALARM"]
