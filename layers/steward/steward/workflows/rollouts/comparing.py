"""Comparing what was observed with what was declared, as JSON has them."""

import json
from collections.abc import Mapping
from typing import assert_never

from steward.domain.one_line import one_line
from steward.domain.rollouts.config_checks import Assertion, Operator
from steward.workflows.rollouts.matching import MatchFailed, matches

_LONGEST_SHOWN = 120
_WORDS = {
    Operator.EQ: "be",
    Operator.NE: "not be",
    Operator.LT: "be less than",
    Operator.LTE: "be at most",
    Operator.GT: "be greater than",
    Operator.GTE: "be at least",
    Operator.CONTAINS: "contain",
    Operator.MATCHES: "match",
}


class Incomparable(Exception):
    """What was observed cannot be compared so; says what it is."""


def compare(op: Operator, observed: object, wanted: object) -> bool:
    """Whether `observed` is to `wanted` as `op` says; raise Incomparable."""
    match op:
        case Operator.EQ:
            return _same(observed, wanted)
        case Operator.NE:
            return not _same(observed, wanted)
        case Operator.LT | Operator.LTE | Operator.GT | Operator.GTE:
            return _ordered(op, observed, wanted)
        case Operator.CONTAINS:
            return _contains(observed, wanted)
        case Operator.MATCHES:
            return _matches(observed, wanted)
        case Operator.EXISTS:
            return (observed is not None) == (wanted is not False)
        case _:
            assert_never(op)


def _same(one: object, other: object) -> bool:
    """Equal as JSON has it: true is no 1, and 1.0 is 1."""
    match one, other:
        case bool(), bool():
            return one == other
        case (bool(), _) | (_, bool()):
            return False
        case list(), list():
            return len(one) == len(other) and all(map(_same, one, other))
        case dict(), dict():
            return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
        case _:
            return one == other


def _ordered(op: Operator, observed: object, wanted: object) -> bool:
    if not _is_number(observed) or not _is_number(wanted):
        raise Incomparable("which is no number")
    assert isinstance(observed, int | float)
    assert isinstance(wanted, int | float)
    match op:
        case Operator.LT:
            return observed < wanted
        case Operator.LTE:
            return observed <= wanted
        case Operator.GT:
            return observed > wanted
        case _:
            return observed >= wanted


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _contains(observed: object, wanted: object) -> bool:
    match observed:
        case str():
            return isinstance(wanted, str) and wanted in observed
        case list():
            return any(_same(each, wanted) for each in observed)
        case Mapping():
            return wanted in observed if isinstance(wanted, str) else False
        case _:
            raise Incomparable("which can contain nothing")


def _matches(observed: object, pattern: object) -> bool:
    if not isinstance(observed, str) or not isinstance(pattern, str):
        raise Incomparable("which is no text")
    try:
        return matches(pattern, observed)
    except MatchFailed as why:
        raise Incomparable(f"and {why}") from None


def wanted_of(assertion: Assertion) -> str:
    """What must be, in words that follow `must`."""
    if assertion.op is Operator.EXISTS:
        return "not exist" if assertion.value is False else "exist"
    return f"{_WORDS[assertion.op]} {shown(assertion.value)}"


def shown(value: object) -> str:
    """`value`, short, on one line and as JSON writes it."""
    return one_line(json.dumps(value, ensure_ascii=False, default=str), _LONGEST_SHOWN)
