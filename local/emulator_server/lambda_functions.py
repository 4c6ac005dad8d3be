"""Functions as AWS Lambda lists and shows them, where ministack 1.5.33 does it otherwise.

Sources, AWS Lambda API Reference: "ListFunctions" returns at most 50 at a time, with `ALL` every
published version too, and leaves some fields to GetFunction; the ARN of an unpublished version
among `ALL` ends in `:$LATEST`. "FunctionConfiguration": a container image has neither runtime nor
handler. "ListFunctionUrlConfigs": an unknown function is an error.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from local.emulator_server.clock import TravellingClock
from local.emulator_server.pinned import private, replace, require

LAMBDA = "ministack.services.lambda_svc"
MOST_FUNCTIONS = 50
LATEST = "$LATEST"
NOT_LISTED = re.compile(r"State|LastUpdateStatus|RuntimeVersionConfig")
Config = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Query = dict[str, Any]


def install(clock: TravellingClock) -> None:
    """Changes to functions are stamped with the travelling time, whoever makes them."""
    require(LAMBDA, "_qp_first", "_functions", "_function_urls", "json_response", "_func_arn")
    replace((LAMBDA,), "_now_iso", lambda _wall_clock: lambda: _stamp(clock))
    replace((LAMBDA,), "_list_functions", lambda _plain: _list_functions)
    replace((LAMBDA,), "_build_config", _with_custom_runtime)
    replace((LAMBDA,), "_get_function_config", lambda plain: _shown(plain, None))
    replace((LAMBDA,), "_get_function", lambda plain: _shown(plain, "Configuration"))
    replace((LAMBDA,), "_list_function_url_configs", _of_known_functions)


def last_modified(config: Config) -> str:
    """In Lambda's own form, which those made by CloudFormation lack here."""
    return str(config["LastModified"]).replace("Z", "+0000")


def _stamp(clock: TravellingClock) -> str:
    return clock.now_iso().replace("Z", "+0000")


def _list_functions(query: Query) -> Answer:
    first = private(LAMBDA, "_qp_first")
    wanted = min(int(first(query, "MaxItems", "50")), MOST_FUNCTIONS)
    listed = list(_configs(every_version=first(query, "FunctionVersion") == "ALL"))
    start = int(first(query, "Marker") or "0")
    page: Config = {"Functions": listed[start : start + wanted]}
    if start + wanted < len(listed):
        page["NextMarker"] = str(start + wanted)
    answer: Answer = private(LAMBDA, "json_response")(page)
    return answer


def _configs(*, every_version: bool) -> Iterator[Config]:
    for _name, record in sorted(private(LAMBDA, "_functions").items()):
        latest = record["config"]
        if not every_version:
            yield _listed(latest)
            continue
        arn = latest["FunctionArn"]
        yield _listed(latest) | {"FunctionArn": f"{arn}:{LATEST}"}
        for version in sorted(record["versions"], key=int):
            config = record["versions"][version]["config"]
            yield _listed(config) | {"FunctionArn": f"{arn}:{version}"}


def _listed(config: Config) -> Config:
    return {name: value for name, value in _real(config).items() if not NOT_LISTED.match(name)}


def _real(config: Config) -> Config:
    image = ("Runtime", "Handler") if config.get("PackageType") == "Image" else ()
    kept = {name: value for name, value in config.items() if name not in image}
    return kept | {"LastModified": last_modified(config)}


def _with_custom_runtime(plain: Callable[..., Config]) -> Callable[..., Config]:
    def build_config(name: str, data: Config, code: bytes | None = None) -> Config:
        config = plain(name, data, code)
        runtime = data.get("RuntimeConfig")
        return config | ({"RuntimeConfig": runtime} if runtime else {})

    return build_config


def _shown(plain: Callable[..., Answer], part: str | None) -> Callable[..., Answer]:
    """`part`: the member of the answer that holds the configuration; None for the answer itself."""

    def show(*arguments: Any, **named: Any) -> Answer:
        status, headers, body = plain(*arguments, **named)
        if status != 200:
            return status, headers, body
        answer = json.loads(body)
        shown = answer | {part: _real(answer[part])} if part else _real(answer)
        return status, headers, json.dumps(shown).encode()

    return show


def _of_known_functions(plain: Callable[..., Answer]) -> Callable[..., Answer]:
    def list_function_url_configs(name: str, query: Query) -> Answer:
        if name in private(LAMBDA, "_functions"):
            return plain(name, query)
        what = f"Function not found: {private(LAMBDA, '_func_arn')(name)}"
        answer: Answer = private(LAMBDA, "error_response_json")(
            "ResourceNotFoundException", what, 404
        )
        return answer

    return list_function_url_configs
