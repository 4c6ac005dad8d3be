"""JMESPath with one function more, `json(text)`, and a bound on its work.

JMESPath has no loops, but `[@, @][]` doubles a list, and a few dozen of those in a row would take
longer than any hook may run.
"""

import json
from typing import Any, NoReturn

from jmespath import functions
from jmespath.exceptions import JMESPathError
from jmespath.visitor import Options, TreeInterpreter

# About two seconds, or as much memory as a list of 25 million parts takes.
MOST_WORK = 200_000_000
_STEP = 200
_PART = 8


class TooMuchWork(JMESPathError):
    """The expression makes far more of the answer than there is."""


class OwnFunctions(functions.Functions):
    """JMESPath's functions and Steward's."""

    @functions.signature({"types": ["string"]})
    def _func_json(self, text: str) -> Any:
        try:
            return json.loads(text, parse_constant=_no_json)
        except (ValueError, RecursionError):
            raise JMESPathError(f"json() was given no JSON: {text[:80]!r}") from None


class BoundedInterpreter(TreeInterpreter):
    """Adds up the sizes of all that it makes on the way, and gives up beyond MOST_WORK."""

    def __init__(self) -> None:
        super().__init__(Options(custom_functions=OwnFunctions()))
        self._work = 0

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        result = super().visit(node, *args, **kwargs)
        self._work += _STEP + _size(result)
        if self._work > MOST_WORK:
            raise TooMuchWork("the expression multiplies the answer; write a simpler one")
        return result


def _size(result: object) -> int:
    match result:
        case str():
            return len(result)
        case list() | dict():
            return _PART * len(result)
        case _:
            return 0


def _no_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")
