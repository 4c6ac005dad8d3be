"""Whether a role's policies allow a call, as IAM decides within one account.

"Policy evaluation logic" and "IAM JSON policy elements: Condition operators", IAM User Guide. What
these templates do not use, such as NotAction or numeric operators, is refused instead of guessed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

type Statement = Mapping[str, Any]
KNOWN_ELEMENTS = {"Sid", "Effect", "Action", "Resource", "Condition"}


class NotUnderstoodError(Exception):
    """A policy uses something that nothing here decides; says what."""


@dataclass(frozen=True)
class Request:
    """`keys`: condition keys in lower case, each with all its values. `resource`: empty when it was
    not seen. `unseen`: how condition keys begin whose values were not seen."""

    action: str
    resource: str
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()


def allowing(statements: Iterable[Statement], request: Request) -> Statement | None:
    """The statement that allows the request; None when none does or one denies it."""
    matching = [each for each in statements if matches(each, request)]
    if any(each["Effect"] == "Deny" for each in matching):
        return None
    return next(iter(matching), None)


def matches(statement: Statement, request: Request) -> bool:
    if unknown := statement.keys() - KNOWN_ELEMENTS:
        raise NotUnderstoodError(f"{statement.get('Sid')}: {', '.join(sorted(unknown))}")
    return (
        any(fits(pattern, request.action, re.IGNORECASE) for pattern in listed(statement["Action"]))
        and _names_its_resource(statement, request)
        and _conditions_hold(statement, request)
    )


def _names_its_resource(statement: Statement, request: Request) -> bool:
    """What was not seen is in favour of the call: a denial must be of everything to count."""
    patterns = listed(statement["Resource"])
    if not request.resource:
        return statement["Effect"] == "Allow" or "*" in patterns
    return any(fits(pattern, request.resource) for pattern in patterns)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def fits(pattern: str, text: str, flags: int = 0) -> bool:
    return _compiled(pattern, flags).fullmatch(text) is not None


@cache
def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    """`*` is any text, also across colons and slashes; `?` is one character."""
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, flags | re.DOTALL)


def _conditions_hold(statement: Statement, request: Request) -> bool:
    conditions: Mapping[str, Mapping[str, Any]] = statement.get("Condition", {})
    return all(
        statement["Effect"] == "Allow"
        if key.lower().startswith(request.unseen)
        else _holds(operator, [str(e) for e in listed(expected)], request.keys.get(key.lower(), ()))
        for operator, by_key in conditions.items()
        for key, expected in by_key.items()
    )


def _same(expected: str, actual: str) -> bool:
    return expected == actual


def _like(expected: str, actual: str) -> bool:
    return fits(expected, actual)


def _arn_like(expected: str, actual: str) -> bool:
    """Part by part: `*` does not reach over a colon before the resource's own part."""
    pairs = zip(expected.split(":", 5), actual.split(":", 5), strict=False)
    return expected.count(":") >= 5 and all(fits(wanted, given) for wanted, given in pairs)


def _bool(expected: str, actual: str) -> bool:
    return expected.lower() == actual.lower()


COMPARISONS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": _same,
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": _bool,
}


def _holds(operator: str, expected: Sequence[str], actual: Sequence[str]) -> bool:
    """A key that the request lacks fails, except with IfExists."""
    name = operator.removeprefix("ForAnyValue:").removesuffix("IfExists")
    if name not in COMPARISONS:
        raise NotUnderstoodError(f"condition operator {operator}")
    if not actual:
        return operator.endswith("IfExists")
    return any(COMPARISONS[name](wanted, given) for wanted in expected for given in actual)
