"""What an invocation answered, looked at through expressions and assertions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from steward.domain.one_line import one_line
from steward.domain.rollouts.config_checks import Assertion
from steward.workflows.rollouts.bounded_search import BoundedInterpreter
from steward.workflows.rollouts.comparing import Incomparable, compare, shown, wanted_of
from steward.workflows.rollouts.compiling import compiled

_LONGEST_PROBLEM = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What one invocation gave. `body`: its payload, as JSON has it.

    `function_error` is empty where Lambda reports none, and then null in expressions.
    """

    body: object
    duration_ms: float
    function_error: str = ""
    executed_version: str = ""


@dataclass(frozen=True, slots=True)
class Observed:
    """The value of an expression; or None, and as `problem` why there is none."""

    value: object
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """`sentence` says what was observed and, where the assertion does not hold, what was wanted."""

    holds: bool
    sentence: str
    observed: object


# By the names of compiling.FACTS.
_FACTS: Mapping[str, Callable[[Answer], object]] = {
    "$duration_ms": lambda answer: answer.duration_ms,
    "$function_error": lambda answer: answer.function_error or None,
    "$executed_version": lambda answer: answer.executed_version or None,
}


def evaluate(expression: str, answer: Answer) -> Observed:
    """The value of the expression; whatever goes wrong is told as its problem, never raised."""
    fact = _FACTS.get(expression.strip())
    if fact is not None:
        return Observed(fact(answer))
    try:
        return Observed(BoundedInterpreter().visit(compiled(expression).parsed, answer.body))
    except RecursionError:
        return Observed(None, "the answer or the expression is nested too deeply")
    except (ValueError, TypeError, ArithmeticError, AttributeError, LookupError) as error:
        return Observed(None, one_line(str(error), _LONGEST_PROBLEM))


def holds(assertion: Assertion, answer: Answer) -> Holding:
    """What the answer has at the assertion's path, and whether that is as wanted. Never raises."""
    observed = evaluate(assertion.path, answer)
    if observed.problem:
        what = f"{assertion.path} cannot be evaluated: {observed.problem}"
        return Holding(False, what, None)
    said = f"{assertion.path} is {shown(observed.value)}"
    try:
        held = compare(assertion.op, observed.value, assertion.value)
    except Incomparable as why:
        return Holding(False, f"{said}, {why}", observed.value)
    sentence = said if held else f"{said}, but must {wanted_of(assertion)}"
    return Holding(held, sentence, observed.value)
