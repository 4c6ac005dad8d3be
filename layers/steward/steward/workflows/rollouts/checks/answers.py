"""What an invoked function answered, against what its check asserts."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from steward.aws.function_calls import Answer as Called
from steward.domain.one_line import one_line
from steward.domain.rollouts.config_checks import Assertion, InvokeCheck
from steward.domain.rollouts.results import Evidence
from steward.workflows.rollouts.checks.calling import kept, milliseconds
from steward.workflows.rollouts.expressions import Answer, Holding, holds

_FUNCTION_ERROR = "$function_error"
_LONGEST_OBSERVED = 512
_LONGEST_ERROR = 300


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """Whether an answer is as it should be; `reason` says what it is, or all that is wrong."""

    is_right: bool
    reason: str
    evidence: Evidence


def judge_answer(check: InvokeCheck, target_version: str, called: Called) -> JudgedAnswer:
    """The assertions of `check`, and the two that every check makes: which version answers, and
    that it does not fail."""
    body, is_json = _body(called.payload)
    duration_ms = milliseconds(called.took)
    answer = Answer(body, duration_ms, called.error, called.executed_version)
    judged = [(each, holds(each, answer)) for each in check.assertions]
    wrong = [
        *_wrong_version(check, target_version, called.executed_version),
        *(_function_failed(check, called, body) or _not_holding(judged, is_json=is_json)),
    ]
    evidence = {
        "executed_version": called.executed_version,
        "function_error": called.error,
        "duration_ms": round(duration_ms, 1),
        "answer_is_json": is_json,
        **kept(called.payload),
        "assertions": [_row(assertion, holding) for assertion, holding in judged],
    }
    if not wrong:
        return JudgedAnswer(True, _said(called, len(judged)), evidence)
    return JudgedAnswer(False, "; ".join(wrong), evidence)


def _wrong_version(check: InvokeCheck, wanted: str, answered: str) -> Iterator[str]:
    """Only an alias may be answered by whichever version gets the call."""
    if check.qualifier == "target" and answered != wanted:
        by = f"version {answered}" if answered else "a version that Lambda does not name"
        yield f"version {wanted} was invoked, and {by} answered"


def _function_failed(check: InvokeCheck, called: Called, body: object) -> list[str]:
    """A function error fails, unless the check itself says what is expected of it. What an error
    object lacks of an answer goes without saying."""
    declared = any(each.path.strip() == _FUNCTION_ERROR for each in check.assertions)
    if not called.error or declared:
        return []
    return [f"the function failed ({called.error}{_error_in(body)})"]


def _not_holding(judged: Sequence[tuple[Assertion, Holding]], *, is_json: bool) -> list[str]:
    wrong = [holding.sentence for _, holding in judged if not holding.holds]
    if wrong and not is_json:
        wrong.append("the answer is no JSON, so expressions see one text")
    return wrong


def _error_in(body: object) -> str:
    """What the runtime says of an exception ("Lambda function errors in Python", AWS Lambda)."""
    if not isinstance(body, dict):
        return ""
    said = [str(body[key]) for key in ("errorType", "errorMessage") if body.get(key)]
    return f": {one_line(': '.join(said), _LONGEST_ERROR)}" if said else ""


def _body(payload: bytes) -> tuple[object, bool]:
    """The answer as JSON, else as text: a runtime of one's own may answer anything."""
    if not payload:
        return None, True
    try:
        return json.loads(payload), True
    except (ValueError, RecursionError):
        return payload.decode("utf-8", errors="replace"), False


def _said(called: Called, assertions: int) -> str:
    by = f"version {called.executed_version}" if called.executed_version else "the function"
    told = f"{by} answered in {milliseconds(called.took):.0f} ms"
    return f"{told} as asserted" if assertions else told


def _row(assertion: Assertion, holding: Holding) -> Evidence:
    """What was observed is a part of the answer, and may be as long."""
    text = json.dumps(holding.observed, ensure_ascii=False, default=str)
    is_cut = len(text) > _LONGEST_OBSERVED
    return {
        "path": assertion.path,
        "op": assertion.op.value,
        "value": assertion.value,
        "observed": text[:_LONGEST_OBSERVED] if is_cut else holding.observed,
        "observed_cut": is_cut,
        "holds": holding.holds,
    }
