"""Requests and answers of CloudFormation's query protocol by botocore's model of it."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import ServiceModel

from local.emulator_server.modelled.service import RefusedCallError, model_of
from local.emulator_server.modelled.validation import problems
from local.emulator_server.pinned import private

ANSWERING = "ministack.services.cloudformation.helpers"
BESIDE_THE_MODEL = ("ValidationError",)
Answer = tuple[int, dict[str, str], bytes]
Operation = Callable[[dict[str, Any]], Mapping[str, Any]]


def answering(operations: Mapping[str, Operation]) -> dict[str, Callable[[Any], Answer]]:
    """The operations as ministack's table of actions holds them."""
    model = model_of("cloudformation")
    return {name: _action(model, name, operation) for name, operation in operations.items()}


def _action(model: ServiceModel, name: str, operation: Operation) -> Callable[[Any], Answer]:
    shapes = model.operation_model(name)
    errors: list[Any] = shapes.error_shapes
    known = {shape.error_code for shape in errors}

    def answer(params: Mapping[str, list[str]]) -> Answer:
        refuse, envelop = private(ANSWERING, "_error"), private(ANSWERING, "_xml")
        request = _request(params, shapes.input_shape)
        if wrong := problems(request, shapes.input_shape):
            return refused(refuse, "ValidationError", "; ".join(wrong))
        try:
            found = operation(request)
        except RefusedCallError as error:
            if error.code not in known and error.code not in BESIDE_THE_MODEL:
                return refused(refuse, "WrongAnswer", f"{name} has no {error.code}", 500)
            return refused(refuse, error.code, error.message)
        if wrong := problems(found, shapes.output_shape):
            return refused(refuse, "WrongAnswer", "; ".join(wrong), 500)
        inner = _xml(found, shapes.output_shape) if shapes.output_shape else ""
        done: Answer = envelop(200, f"{name}Response", f"<{name}Result>{inner}</{name}Result>")
        return done

    return answer


def refused(refuse: Callable[..., Any], code: str, message: str, status: int = 400) -> Answer:
    answer: Answer = refuse(code, message, status)
    return answer


def _request(params: Mapping[str, list[str]], shape: Any) -> dict[str, Any]:
    """Parameters of these operations are plain, but for filters, which are lists of structures."""
    members = shape.members if shape else {}
    plain = {
        name: _converted(params[name][0], members[name].type_name)
        for name in members
        if name in params
    }
    listed = {name: _structures(params, name) for name in members}
    return plain | {name: rows for name, rows in listed.items() if rows}


def _structures(params: Mapping[str, list[str]], name: str) -> list[dict[str, str]]:
    """`Filters.member.1.Name=...`, in the order of the numbers; their members are text."""
    rows: dict[int, dict[str, str]] = {}
    for key, values in params.items():
        if found := re.fullmatch(rf"{name}\.member\.(\d+)\.(\w+)", key):
            rows.setdefault(int(found[1]), {})[found[2]] = values[0]
    return [rows[number] for number in sorted(rows)]


def _converted(text: str, kind: str) -> Any:
    match kind:
        case "integer":
            return int(text)
        case "boolean":
            return text == "true"
        case _:
            return text


def _xml(value: Any, shape: Any) -> str:
    match shape.type_name:
        case "structure":
            parts = (
                f"<{name}>{_xml(each, shape.members[name])}</{name}>"
                for name, each in value.items()
            )
            return "".join(parts)
        case "list":
            return "".join(f"<member>{_xml(each, shape.member)}</member>" for each in value)
        case "boolean":
            return str(value).lower()
        case "timestamp" if isinstance(value, datetime):
            return value.isoformat()
        case _:
            return escape(str(value))
