"""Checks requests and answers against botocore's models, enums, patterns and maximums included.

botocore's own validator checks names, types, what is required, and minimums.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from botocore.model import Shape
from botocore.validate import ParamValidator

# Patterns are those of Java; the one class that Python does not know: control characters.
CONTROL_CHARACTERS = (r"\p{C}", r"\x00-\x1f\x7f-\x9f")


def problems(value: Any, shape: Shape | None) -> list[str]:
    """What is wrong with a value of `shape`; empty when nothing is."""
    if shape is None:
        return [] if not value else [f"nothing is modelled, but there is {value}"]
    report = ParamValidator().validate(value, shape)
    if report.has_errors():
        return str(report.generate_report()).splitlines()
    return list(_walk(value, shape, shape.name))


def _walk(value: Any, shape: Any, where: str) -> Iterator[str]:
    if shape.type_name == "string":
        yield from _text(value, shape, where)
    elif shape.type_name in ("integer", "long"):
        yield from _too_many(value, shape, where)
    elif shape.type_name in ("list", "map"):
        yield from _too_many(len(value), shape, where)
    for each, inner, name in _parts(value, shape):
        yield from _walk(each, inner, f"{where}{name}")


def _parts(value: Any, shape: Any) -> Iterator[tuple[Any, Any, str]]:
    """What the value holds: each with its shape, and how it is named."""
    match shape.type_name:
        case "structure":
            yield from ((each, shape.members[name], f".{name}") for name, each in value.items())
        case "list":
            yield from ((each, shape.member, f"[{at}]") for at, each in enumerate(value))
        case "map":
            yield from ((name, shape.key, f".{name}") for name in value)
            yield from ((each, shape.value, f".{name}") for name, each in value.items())
        case _:
            return


def _too_many(size: int, shape: Shape, where: str) -> Iterator[str]:
    most = shape.metadata.get("max")
    if most is not None and size > most:
        yield f"{where}: {size} is more than {most}"


def _text(value: str, shape: Any, where: str) -> Iterator[str]:
    yield from _too_many(len(value), shape, where)
    if shape.enum and value not in shape.enum:
        yield f"{where}: {value!r} is not one of {', '.join(shape.enum)}"
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield f"{where}: {value!r} does not match {pattern}"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(*CONTROL_CHARACTERS))
