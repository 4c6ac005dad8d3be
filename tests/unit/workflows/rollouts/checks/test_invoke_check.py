"""`invoke`: the target version itself answers, in time and as asserted; no other is called."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from steward.aws.errors import NotAllowed
from steward.domain.rollouts.config_checks import MOST_PAYLOAD_BYTES, InvokeCheck
from steward.domain.rollouts.results import Finding, Outcome, Phase
from steward.workflows.rollouts.checks.invoke import check_invoke
from tests.unit.workflows.rollouts.checks.lambda_wire import (
    DENIED,
    GONE,
    TARGET,
    THROTTLED,
    LambdaWire,
    Reply,
)

OK = {"path": "statusCode", "value": 200}
CRASH = (
    b'{"errorType": "ImportError", "errorMessage": "No module named \'shop\'", "requestId": "1"}'
)


def invoke(**declared: Any) -> InvokeCheck:
    payload: dict[str, Any] = {} if "dry_run" in declared else {"payload": {}}
    return InvokeCheck.model_validate({"type": "invoke"} | payload | declared)


def replying(*replies: Reply | None) -> LambdaWire:
    """One reply after the other; the last one again and again."""
    left = list(replies)
    return LambdaWire(lambda _: left.pop(0) if len(left) > 1 else left[0])


def outcomes(found: Finding) -> list[object]:
    attempts = found.evidence["attempts"]
    assert isinstance(attempts, Iterable)
    return [each["outcome"] for each in attempts]


def test_the_target_version_is_sent_the_declared_payload() -> None:
    wire = replying(Reply())
    payload = {"httpMethod": "GET", "path": "/health"}
    found = check_invoke(invoke(payload=payload, **{"assert": [OK]}), wire.bench())
    (sent,) = wire.invocations
    assert (sent.function, sent.qualifier, sent.kind) == ("shop", "4", "RequestResponse")
    assert json.loads(sent.payload) == payload
    assert sent.context == {"custom": {"user-agent": "steward/pre"}}
    assert found.outcome is Outcome.PASS
    assert found.reason == "version 4 answered in 20 ms as asserted"


def test_the_phase_is_in_the_user_agent() -> None:
    wire = replying(Reply())
    check_invoke(invoke(), wire.bench(phase=Phase.POST))
    assert wire.invocations[0].context == {"custom": {"user-agent": "steward/post"}}


def test_no_client_context_where_none_is_wanted() -> None:
    wire = replying(Reply())
    check_invoke(invoke(client_context=False), wire.bench())
    assert (wire.invocations[0].context, wire.invocations[0].payload) == ({}, b"{}")


def test_an_assertion_that_does_not_hold_fails_with_what_was_observed() -> None:
    wire = replying(Reply(b'{"statusCode": 503}'))
    found = check_invoke(invoke(attempts=1, **{"assert": [OK]}), wire.bench())
    assert found.outcome is Outcome.FAIL
    assert found.reason == "statusCode is 503, but must be 200"
    assert found.evidence["assertions"] == [
        {
            "path": "statusCode",
            "op": "eq",
            "value": 200,
            "observed": 503,
            "observed_cut": False,
            "holds": False,
        }
    ]


def test_an_expression_that_cannot_be_evaluated_fails_and_says_why() -> None:
    assertions = [{"path": "length(statusCode)", "op": "gt", "value": 0}]
    found = check_invoke(invoke(attempts=1, **{"assert": assertions}), replying(Reply()).bench())
    assert found.outcome is Outcome.FAIL
    assert "length(statusCode) cannot be evaluated" in found.reason


def test_another_version_than_the_target_fails_whatever_it_answers() -> None:
    found = check_invoke(invoke(**{"assert": [OK]}), replying(Reply(version="3")).bench())
    assert found.outcome is Outcome.FAIL
    assert "version 4 was invoked, and version 3 answered" in found.reason
    assert found.evidence["executed_version"] == "3"


def test_an_answer_of_nobody_knows_which_version_fails() -> None:
    found = check_invoke(invoke(), replying(Reply(version=None)).bench())
    assert found.outcome is Outcome.FAIL
    assert "a version that Lambda does not name answered" in found.reason


def test_the_alias_may_be_answered_by_any_version_and_which_is_recorded() -> None:
    wire = replying(Reply(version="3"))
    found = check_invoke(invoke(qualifier="alias", **{"assert": [OK]}), wire.bench())
    assert wire.invocations[0].qualifier == "live"
    assert (found.outcome, found.evidence["executed_version"]) == (Outcome.PASS, "3")


def test_a_function_error_fails_and_says_what_the_function_said() -> None:
    wire = replying(Reply(CRASH, error="Unhandled"))
    found = check_invoke(invoke(attempts=1, **{"assert": [OK]}), wire.bench())
    assert found.outcome is Outcome.FAIL
    assert found.reason == ("the function failed (Unhandled: ImportError: No module named 'shop')")


def test_a_function_error_that_the_check_expects_is_no_failure() -> None:
    expected = [{"path": "$function_error", "value": "Unhandled"}]
    wire = replying(Reply(CRASH, error="Unhandled"))
    assert check_invoke(invoke(**{"assert": expected}), wire.bench()).outcome is Outcome.PASS


def test_an_expected_function_error_that_does_not_come_fails() -> None:
    expected = [{"path": "$function_error", "value": "Unhandled"}]
    found = check_invoke(invoke(attempts=1, **{"assert": expected}), replying(Reply()).bench())
    assert found.outcome is Outcome.FAIL


def test_a_failing_attempt_is_repeated_after_a_pause() -> None:
    wire = replying(Reply(b'{"statusCode": 500}'), Reply())
    found = check_invoke(invoke(retry_seconds=3, **{"assert": [OK]}), wire.bench())
    assert found.outcome is Outcome.PASS
    assert found.reason.endswith("(attempt 2 of 3)")
    assert (outcomes(found), wire.clock.slept) == (["fail", "pass"], [3])


def test_the_last_attempt_decides() -> None:
    wire = replying(Reply(b"{}"))
    found = check_invoke(invoke(attempts=2, **{"assert": [OK]}), wire.bench())
    assert (found.outcome, len(wire.invocations)) == (Outcome.FAIL, 2)
    assert found.reason.endswith("(attempt 2 of 2)")


def test_no_attempt_is_begun_for_which_there_is_no_time() -> None:
    wire = replying(Reply(b"{}", took_ms=6_000))
    found = check_invoke(invoke(attempts=5, **{"assert": [OK]}), wire.bench(seconds=15))
    assert (found.outcome, len(wire.invocations)) == (Outcome.FAIL, 2)
    assert wire.clock() < wire.bench(seconds=1).deadline


def test_a_throttled_call_is_an_attempt_and_not_tried_again_by_the_sdk() -> None:
    wire = replying(THROTTLED, THROTTLED, Reply())
    found = check_invoke(invoke(attempts=3), wire.bench())
    assert outcomes(found) == ["error", "error", "pass"]
    assert len(wire.invocations) == 3


def test_calls_that_are_throttled_to_the_end_are_an_error() -> None:
    wire = replying(THROTTLED)
    found = check_invoke(invoke(attempts=2), wire.bench())
    assert (found.outcome, len(wire.invocations)) == (Outcome.ERROR, 2)
    assert "TooManyRequestsException" in found.reason


def test_a_function_that_does_not_answer_fails() -> None:
    found = check_invoke(invoke(attempts=1), replying(None).bench(seconds=20))
    assert found.outcome is Outcome.FAIL
    assert found.reason.startswith("shop:4 did not answer in time, within 19.0 s")


def test_a_deleted_version_fails_at_once_and_says_what_happened() -> None:
    wire = replying(GONE)
    found = check_invoke(invoke(attempts=3), wire.bench())
    assert (found.outcome, len(wire.invocations)) == (Outcome.FAIL, 1)
    assert found.reason.startswith("shop:4 does not exist in this account and region")


def test_a_denied_call_is_raised_with_the_remedy_and_not_repeated() -> None:
    wire = replying(DENIED)
    with pytest.raises(NotAllowed, match="steward:rollout=enabled"):
        check_invoke(invoke(attempts=3), wire.bench())
    assert len(wire.invocations) == 1


def test_an_answer_that_is_no_json_is_a_text() -> None:
    text = [{"path": "@", "op": "contains", "value": "alive"}]
    wire = replying(Reply(b"I am alive"))
    found = check_invoke(invoke(**{"assert": text}), wire.bench())
    assert (found.outcome, found.evidence["answer_is_json"]) == (Outcome.PASS, False)


def test_an_answer_that_is_no_json_fails_assertions_of_fields_and_says_so() -> None:
    wire = replying(Reply(b"<html>"))
    found = check_invoke(invoke(attempts=1, **{"assert": [OK]}), wire.bench())
    assert found.outcome is Outcome.FAIL
    assert found.reason.endswith("the answer is no JSON, so expressions see one text")


def test_the_function_may_answer_nothing() -> None:
    wire = replying(Reply(b""))
    assert check_invoke(invoke(), wire.bench()).outcome is Outcome.PASS


def test_of_a_long_answer_the_beginning_is_kept_and_the_cut_is_told() -> None:
    answer = json.dumps({"body": "x" * 5_000}).encode()
    body = [{"path": "body", "op": "exists"}]
    found = check_invoke(invoke(**{"assert": body}), replying(Reply(answer)).bench())
    kept = str(found.evidence["answer"])
    assert (len(kept), found.evidence["answer_cut"]) == (2048, True)
    assert found.evidence["answer_bytes"] == len(answer)
    rows: Any = found.evidence["assertions"]
    (row,) = rows
    assert (len(row["observed"]), row["observed_cut"]) == (512, True)
    assert len(json.dumps(dict(found.evidence))) < 4_096


def test_a_payload_of_exactly_256_kb_is_sent() -> None:
    wire = replying(Reply())
    found = check_invoke(invoke(payload="x" * (MOST_PAYLOAD_BYTES - 2)), wire.bench())
    assert (found.outcome, len(wire.invocations[0].payload)) == (Outcome.PASS, 256 * 1024)


def test_a_payload_that_is_larger_as_it_is_sent_is_refused() -> None:
    """A configuration may be built without being read, as profiles and tests do."""
    wire = replying(Reply())
    large = InvokeCheck.model_construct(type="invoke", payload="x" * MOST_PAYLOAD_BYTES)
    found = check_invoke(large, wire.bench())
    assert (found.outcome, wire.invocations) == (Outcome.ERROR, [])
    assert found.reason.startswith("payload is larger than 256 KB")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("arn:aws:lambda:eu-west-1:999999999999:function:theirs", id="arn"),
        pytest.param("999999999999:function:theirs", id="partial-arn"),
        pytest.param("shop:9", id="qualified"),
        pytest.param("", id="none"),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False], ids=["dry-run", "real"])
def test_only_a_function_of_ours_by_its_name_is_ever_invoked(name: str, dry_run: bool) -> None:
    wire = replying(Reply())
    found = check_invoke(
        invoke(**({"dry_run": True} if dry_run else {})),
        wire.bench(target=replace(TARGET, function=name)),
    )
    assert (found.outcome, wire.invocations) == (Outcome.ERROR, [])
    assert "only a function of this account and region is invoked" in found.reason


def test_a_dry_run_sends_nothing_and_passes_where_a_call_would_be_taken() -> None:
    wire = replying(Reply(b"", status=204, version=None))
    found = check_invoke(invoke(dry_run=True), wire.bench())
    (asked,) = wire.invocations
    assert (asked.kind, asked.qualifier, asked.payload) == ("DryRun", "4", b"")
    assert (found.outcome, found.reason) == (
        Outcome.PASS,
        "shop:4 would accept a call; nothing was sent",
    )


def test_a_dry_run_that_is_denied_is_skipped_with_the_remedy() -> None:
    found = check_invoke(invoke(dry_run=True), replying(DENIED).bench())
    assert found.outcome is Outcome.SKIPPED
    assert "tag the function steward:rollout=enabled" in found.reason


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        pytest.param(GONE, Outcome.FAIL, id="deleted"),
        pytest.param(THROTTLED, Outcome.ERROR, id="throttled"),
        pytest.param(None, Outcome.ERROR, id="no-answer"),
    ],
)
def test_a_dry_run_may_fail_otherwise(reply: Reply | None, outcome: Outcome) -> None:
    assert check_invoke(invoke(dry_run=True), replying(reply).bench()).outcome is outcome
