"""The functions of a report as one compact JSON document, written while they are read.

Thousands of functions share what is said of them, so each row is a name, a count and the numbers
of three shared tuples. Tuples and texts come after the rows: only then are all of them known.
"""

import json
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any

from steward.domain.runtimes.results import ReportedFunction
from steward.notify.harmless import harmless

# What each function has of its own; everything else is in one of the groups.
OWN = ("name", "invocations")
GROUPS: dict[str, tuple[str, ...]] = {
    "place": (
        "account_id",
        "account_name",
        "region",
        "owner",
        "owner_source",
        "owned",
        "stack",
        "stack_id",
    ),
    "story": (
        "runtime_id",
        "package_type",
        "architecture",
        "bucket",
        "state",
        "reason",
        "milestone",
        "day",
        "level",
        "severity_reason",
        "advice",
        "smallest",
        "latest",
        "recommended",
        "breakers",
        "target_reason",
        "passed_over",
        "rollback",
        "interim",
    ),
    "case": (
        "version",
        "origin",
        "in_use",
        "aliases",
        "internet_facing",
        "outcome",
        "outcome_reason",
        "blocking_layers",
        "pinned",
        "excepted",
        "remind",
        "opened_on",
        "acknowledged",
    ),
}
# No `<` can end the script element, and `&` means nothing wherever the page is pasted.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


class _Numbered[T]:
    """Numbers values in the order in which they are first met."""

    def __init__(self) -> None:
        self._numbers: dict[T, int] = {}

    def number(self, value: T) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    def __iter__(self) -> Iterator[T]:
        return iter(self._numbers)


class _Encoder:
    def __init__(self) -> None:
        self._texts: _Numbered[str] = _Numbered()
        self._groups: dict[str, _Numbered[tuple[Any, ...]]] = {each: _Numbered() for each in GROUPS}

    def row(self, function: ReportedFunction) -> list[Any]:
        own = [harmless(function.name), function.invocations]
        return [*own, *(self._shared(group, function) for group in GROUPS)]

    def groups(self) -> dict[str, dict[str, list[Any]]]:
        return {
            name: {"fields": list(fields), "values": list(self._groups[name])}
            for name, fields in GROUPS.items()
        }

    def texts(self) -> list[str]:
        return list(self._texts)

    def _shared(self, group: str, function: ReportedFunction) -> int:
        values = tuple(self._coded(getattr(function, field)) for field in GROUPS[group])
        return self._groups[group].number(values)

    def _coded(self, value: Any) -> Any:
        """Texts by number; booleans and None as they are; tuples item by item."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, tuple):
            return tuple(self._coded(each) for each in value)
        text = value.value if isinstance(value, Enum) else str(value)
        return self._texts.number(harmless(text))


def rows_as_json(functions: Iterable[ReportedFunction]) -> Iterator[str]:
    """The document piece by piece, fit for a script element."""
    encoder = _Encoder()
    yield f'{{"own":{script_json(OWN)},"rows":['
    separator = ""
    for function in functions:
        yield separator + script_json(encoder.row(function))
        separator = ",\n"
    yield f'],\n"groups":{script_json(encoder.groups())},\n"texts":{script_json(encoder.texts())}}}'


def script_json(value: Any) -> str:
    """`value` as JSON that is harmless inside a script element, in ASCII."""
    return json.dumps(value, separators=(",", ":")).translate(_ESCAPES)
