"""Expressions as documents have them, compiled before anything depends on them.

JMESPath knows no variables, so what is no part of an answer has names that begin with `$` and
stand alone.
"""

from collections.abc import Iterator
from typing import Any

from jmespath.exceptions import JMESPathError, LexerError, ParseError
from jmespath.parser import ParsedResult, Parser

from steward.domain.one_line import one_line
from steward.workflows.rollouts.bounded_search import OwnFunctions

FACTS = ("$duration_ms", "$function_error", "$executed_version")
_LONGEST_PROBLEM = 200


class BadExpression(ValueError):
    """It does not compile. Says the expression, where in it, and why."""


def check_expression(expression: str) -> None:
    """Raise BadExpression unless the expression compiles and calls only functions there are."""
    if expression.strip().startswith("$"):
        if expression.strip() not in FACTS:
            known = ", ".join(FACTS)
            raise BadExpression(f"{expression!r}: what begins with $ is one of {known}, alone")
        return
    for name, arguments in _calls(compiled(expression)):
        _check_call(expression, name, arguments)


def compiled(expression: str) -> ParsedResult:
    """The expression's tree; raise BadExpression."""
    try:
        return Parser().parse(expression)
    except LexerError as error:
        raise _bad(expression, error.lexer_position, error.message) from None
    except ParseError as error:
        raise _bad(expression, error.lex_position, _unexpected(error)) from None
    except JMESPathError as error:
        raise _bad(expression, 0, str(error)) from None
    except RecursionError:
        raise _bad(expression, 0, "it is nested too deeply") from None


def _bad(expression: str, position: int, why: str) -> BadExpression:
    what = f"{expression!r} does not compile at character {position + 1}: {why}"
    return BadExpression(one_line(what, len(expression) + _LONGEST_PROBLEM))


def _unexpected(error: ParseError) -> str:
    if not error.token_value:
        return "it ends too early"
    return f"{error.token_value!r} is not expected there"


def _calls(expression: ParsedResult) -> Iterator[tuple[str, int]]:
    """Each function that is called, with the number of its arguments."""
    pending: list[Any] = [expression.parsed]
    while pending:
        node = pending.pop()
        if not isinstance(node, dict):
            continue
        if node["type"] == "function_expression":
            yield node["value"], len(node["children"])
        pending += node["children"]


def _check_call(expression: str, name: str, arguments: int) -> None:
    known = OwnFunctions.FUNCTION_TABLE
    if name not in known:
        raise BadExpression(
            f"{expression!r} calls {name}(), which JMESPath does not have; it has "
            f"{', '.join(sorted(known))}"
        )
    signature = known[name]["signature"]
    open_ended = bool(signature and signature[-1].get("variadic"))
    if arguments < len(signature) or (arguments > len(signature) and not open_ended):
        raise BadExpression(
            f"{expression!r} gives {name}() {arguments} arguments; it takes {len(signature)}"
        )
