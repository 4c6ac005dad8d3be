"""Reads a request of one of three protocols, and writes the answer in the same one.

Sources: "Smithy RPC v2 CBOR protocol", "AWS JSON 1.1 protocol" and "AWS restJson1 protocol" of the
Smithy 2.0 specification.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import unquote

from botocore.model import OperationModel, ServiceModel

from local.emulator_server import cbor

Headers = dict[str, str]
Query = Mapping[str, list[str]]
Answer = tuple[int, Headers, bytes]
RPC_PATH = re.compile(r"/service/[^/]+/operation/(\w+)")
PLACEHOLDER = re.compile(r"\\\{(\w+)\\\}")


@dataclass(frozen=True)
class Call:
    """What was asked, in which protocol. `operation` may be none of the model's."""

    operation: str
    parameters: dict[str, Any]
    protocol: str

    def answer(self, status: int, body: Mapping[str, Any]) -> Answer:
        if self.protocol == "cbor":
            headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
            return status, headers, cbor.dumps(dict(body))
        kind = "application/x-amz-json-1.1" if self.protocol == "json" else "application/json"
        return status, {"Content-Type": kind}, json.dumps(body, default=_epoch).encode()

    def error(self, status: int, code: str, message: str) -> Answer:
        answered, headers, body = self.answer(status, {"__type": code, "message": message})
        return answered, headers | {"x-amzn-errortype": code}, body


def operation_name(model: ServiceModel, method: str, path: str, headers: Headers) -> str:
    """The operation that a request names; empty when it names none."""
    if rpc := RPC_PATH.fullmatch(path):
        return rpc[1]
    if target := headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    matching = (each for each in _rest_operations(model) if _path(each, path) is not None)
    return next((each.name for each in matching if each.http["method"] == method), "")


def read_call(
    model: ServiceModel, method: str, path: str, headers: Headers, body: bytes, query: Query
) -> Call:
    name = operation_name(model, method, path, headers)
    if RPC_PATH.fullmatch(path):
        return Call(name, cbor.loads(body) if body else {}, "cbor")
    parameters: dict[str, Any] = json.loads(body) if body else {}
    if "x-amz-target" in headers:
        return Call(name, parameters, "json")
    if name:
        operation = model.operation_model(name)
        parameters |= _from_path(operation, path) | _from_query(operation, query)
    return Call(name, parameters, "rest")


def _rest_operations(model: ServiceModel) -> list[OperationModel]:
    """The longest paths first: an ARN matches what follows it too."""
    operations = [model.operation_model(name) for name in model.operation_names]
    return sorted(operations, key=lambda each: -each.http["requestUri"].count("/"))


def _from_path(operation: OperationModel, path: str) -> dict[str, str]:
    found = _path(operation, path)
    members = operation.input_shape.members if operation.input_shape else {}
    places = {shape.serialization.get("name", name): name for name, shape in members.items()}
    named = found.groupdict() if found else {}
    return {places[place]: unquote(value) for place, value in named.items()}


def _from_query(operation: OperationModel, query: Query) -> dict[str, str]:
    members = operation.input_shape.members if operation.input_shape else {}
    places = {
        shape.serialization["name"]: name
        for name, shape in members.items()
        if shape.serialization.get("location") == "querystring"
    }
    return {places[place]: values[0] for place, values in query.items() if place in places}


def _path(operation: OperationModel, path: str) -> re.Match[str] | None:
    """An ARN in a path holds slashes, which arrive decoded; names do not."""
    uri = operation.http["requestUri"]
    return _template(uri, "[^/]+").fullmatch(path) or _template(uri, "arn:.+").fullmatch(path)


@cache
def _template(uri: str, what: str) -> re.Pattern[str]:
    """The first placeholder holds `what`, those after it a name."""
    escaped = PLACEHOLDER.sub(rf"(?P<\1>{what})", re.escape(uri.partition("?")[0]), count=1)
    return re.compile(PLACEHOLDER.sub(r"(?P<\1>[^/]+)", escaped))


def _epoch(value: object) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} has no JSON form")


Operation = Callable[[dict[str, Any]], Mapping[str, Any]]
