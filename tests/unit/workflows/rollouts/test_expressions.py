"""Expressions compile before they are needed, and whatever an answer holds, none raises."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.rollouts.config_checks import Assertion
from steward.workflows.rollouts.compiling import BadExpression, check_expression
from steward.workflows.rollouts.expressions import Answer, evaluate, holds

BODY = {
    "statusCode": 200,
    "body": json.dumps({"db": "ok", "version": "v1.20.3"}),
    "items": [1, 2.0, {"a": None}],
    "nothing": None,
    "yes": True,
}
ANSWER = Answer(BODY, duration_ms=123.4, executed_version="4")
FAILED = Answer({}, duration_ms=1.0, function_error="Unhandled")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text('ab1{"', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=6,
)
EXPRESSIONS = st.sampled_from(
    [
        *("a", "a.b", "[0]", "[]", "a[*].b", "[?a > `1`]", "length(@)", "sum(@)", "json(@)"),
        *("sort_by(@, &a)", "max(@)", "join('', @)", "keys(@)", "[::0]", "to_number(a)", "a && b"),
        *("abs(@)", "avg(@)", "map(&json(@), @)", "merge(@, @)", "contains(@, 'a')", "a."),
        *("$duration_ms", "$nothing"),
    ]
)


@pytest.mark.parametrize(
    "expression",
    [
        *("statusCode", "json(body).db", "$duration_ms", " $function_error ", "$executed_version"),
        *("length(items) > `2`", "items[?a].a | [0]", "not_null(a, b, c)", "join('-', keys(@))"),
    ],
)
def test_an_expression_compiles(expression: str) -> None:
    check_expression(expression)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        pytest.param("a.[", "'a.[' does not compile at character 4: it ends too early", id="end"),
        pytest.param("a b", "'a b' does not compile at character 3: 'b' is not", id="two-words"),
        pytest.param("a = b", "does not compile at character 3: Unknown token '='", id="one-equal"),
        pytest.param("'a", "does not compile at character 1: Unclosed ' delimiter", id="quote"),
        pytest.param("nope(a)", "'nope(a)' calls nope(), which JMESPath does not have", id="call"),
        pytest.param("a[?nope(@)]", "calls nope()", id="call-inside"),
        pytest.param("length(a, b)", "gives length() 2 arguments; it takes 1", id="too-many"),
        pytest.param("json()", "gives json() 0 arguments; it takes 1", id="too-few"),
        pytest.param("not_null()", "gives not_null() 0 arguments", id="none-of-many"),
        pytest.param("$durations", "what begins with $ is one of $duration_ms", id="unknown-fact"),
        pytest.param("$duration_ms > `1`", "alone", id="fact-in-company"),
        pytest.param("(" * 512, "does not compile", id="deep"),
        pytest.param(" ", "does not compile", id="blank"),
    ],
)
def test_what_does_not_compile_is_told_with_its_position(expression: str, complaint: str) -> None:
    with pytest.raises(BadExpression) as refused:
        check_expression(expression)
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param("statusCode", 200, id="field"),
        pytest.param("json(body).db", "ok", id="json-in-a-text"),
        pytest.param("items[2].a", None, id="null"),
        pytest.param("not.there", None, id="absent"),
        pytest.param("$duration_ms", 123.4, id="duration"),
        pytest.param("$function_error", None, id="no-error"),
        pytest.param("$executed_version", "4", id="version"),
    ],
)
def test_an_expression_has_the_value_that_the_answer_gives(expression: str, value: object) -> None:
    found = evaluate(expression, ANSWER)
    assert (found.value, found.problem) == (value, "")


@given(EXPRESSIONS, VALUES)
def test_no_answer_makes_an_expression_raise(expression: str, body: object) -> None:
    found = evaluate(expression, Answer(body, 1.0))
    assert found.value is None or not found.problem


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        pytest.param("json(items)", "invalid type", id="json-of-a-list"),
        pytest.param("json(nothing)", "invalid type", id="json-of-null"),
        pytest.param("json('{')", "json() was given no JSON: '{'", id="no-json"),
        pytest.param("json('NaN')", "json() was given no JSON", id="not-a-number"),
        pytest.param("sum(items)", "sum()", id="sum-of-a-mapping"),
        pytest.param("items[::0]", "", id="steps-of-nothing"),
    ],
)
def test_what_cannot_be_evaluated_says_why(expression: str, problem: str) -> None:
    found = evaluate(expression, ANSWER)
    assert found.value is None
    assert found.problem
    assert problem in found.problem


@pytest.mark.parametrize(
    ("expression", "body"),
    [
        pytest.param("[@,@][]|" * 60 + "@", [1], id="doubling-a-list"),
        pytest.param("join('',[@,@])|" * 30 + "@", "abcd", id="doubling-a-text"),
        pytest.param("map(&[@,@], @)[]|" * 30 + "@", [1, 2], id="many-steps"),
    ],
)
def test_an_expression_that_multiplies_the_answer_ends_early(expression: str, body: Any) -> None:
    check_expression(expression)
    began = time.monotonic()
    found = evaluate(expression, Answer(body, 1.0))
    assert time.monotonic() - began < 30
    assert found.value is None
    assert found.problem


def test_a_deep_answer_is_a_problem_and_no_crash() -> None:
    found = evaluate("json(@)", Answer("[" * 100_000, 1.0))
    assert "json() was given no JSON" in found.problem


@pytest.mark.parametrize(
    ("assertion", "held", "sentence"),
    [
        ({"path": "statusCode", "value": 200}, True, "statusCode is 200"),
        ({"path": "statusCode", "value": 201}, False, "statusCode is 200, but must be 201"),
        ({"path": "statusCode", "value": 200.0}, True, "statusCode is 200"),
        ({"path": "statusCode", "value": "200"}, False, 'statusCode is 200, but must be "200"'),
        ({"path": "yes", "value": 1}, False, "yes is true, but must be 1"),
        ({"path": "yes", "value": True}, True, "yes is true"),
        ({"path": "items", "value": [1, 2, {"a": None}]}, True, 'items is [1, 2.0, {"a": null}]'),
        ({"path": "items[2]", "value": {"a": 0}}, False, "but must be {"),
        ({"path": "a", "value": None}, True, "a is null"),
        ({"path": "statusCode", "op": "ne", "value": 200}, False, "but must not be 200"),
        ({"path": "$duration_ms", "op": "lte", "value": 123.4}, True, "$duration_ms is 123.4"),
        ({"path": "$duration_ms", "op": "lt", "value": 123.4}, False, "must be less than 123.4"),
        ({"path": "$duration_ms", "op": "gt", "value": 123}, True, "$duration_ms is 123.4"),
        ({"path": "$duration_ms", "op": "gte", "value": 124}, False, "must be at least 124"),
        ({"path": "body", "op": "lt", "value": 1}, False, ", which is no number"),
        ({"path": "yes", "op": "lt", "value": 2}, False, "yes is true, which is no number"),
        ({"path": "a", "op": "gt", "value": 2}, False, "a is null, which is no number"),
        ({"path": "body", "op": "contains", "value": "ok"}, True, "body is "),
        ({"path": "body", "op": "contains", "value": "bad"}, False, 'must contain "bad"'),
        ({"path": "items", "op": "contains", "value": 2}, True, "items is "),
        ({"path": "items", "op": "contains", "value": True}, False, "must contain true"),
        ({"path": "@", "op": "contains", "value": "yes"}, True, "@ is "),
        ({"path": "statusCode", "op": "contains", "value": 2}, False, "can contain nothing"),
        ({"path": "json(body).version", "op": "matches", "value": r"^v\d+\."}, True, "v1.20.3"),
        ({"path": "json(body).version", "op": "matches", "value": "^1"}, False, 'match "^1"'),
        ({"path": "statusCode", "op": "matches", "value": "2.."}, False, "which is no text"),
        ({"path": "body", "op": "exists"}, True, "body is "),
        ({"path": "a", "op": "exists"}, False, "a is null, but must exist"),
        ({"path": "a", "op": "exists", "value": False}, True, "a is null"),
        ({"path": "body", "op": "exists", "value": False}, False, "but must not exist"),
        ({"path": "a.[", "value": 1}, False, "a.[ cannot be evaluated: 'a.[' does not compile"),
    ],
)
def test_an_assertion_says_what_is_and_what_must_be(
    assertion: dict[str, Any], held: bool, sentence: str
) -> None:
    found = holds(Assertion.model_validate(assertion), ANSWER)
    assert found.holds is held
    assert sentence in found.sentence


def test_an_error_of_the_function_exists_and_is_named() -> None:
    wanted = Assertion.model_validate({"path": "$function_error", "op": "exists", "value": False})
    assert holds(wanted, ANSWER).holds
    found = holds(wanted, FAILED)
    assert not found.holds
    assert found.sentence == '$function_error is "Unhandled", but must not exist'


def test_a_long_value_is_shortened_in_the_sentence_and_whole_in_what_was_observed() -> None:
    wanted = Assertion.model_validate({"path": "a", "value": 1})
    found = holds(wanted, Answer({"a": "x\n" * 500}, 1.0))
    assert len(found.sentence) < 200
    assert "\n" not in found.sentence
    assert found.observed == "x\n" * 500
