"""`probe`: both versions by turns, as one payload has it, within the time there is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from steward.aws.errors import NotAllowed
from steward.domain.rollouts.config_checks import ProbeCheck
from steward.domain.rollouts.results import Finding, Outcome
from steward.workflows.rollouts.checks.probe import check_probe
from tests.unit.workflows.rollouts.checks.lambda_wire import (
    DENIED,
    GONE,
    TARGET,
    THROTTLED,
    Invocation,
    LambdaWire,
    Reply,
)

FAILED = Reply(b'{"errorMessage": "no"}', error="Unhandled")


def probe(**declared: Any) -> ProbeCheck:
    return ProbeCheck.model_validate({"type": "probe", "payload": {"path": "/"}} | declared)


def taking(**milliseconds: float) -> Callable[[Invocation], Reply]:
    """`v3`, `v4`: how long each version takes."""
    return lambda sent: Reply(took_ms=milliseconds[f"v{sent.qualifier}"])


def replying(**replies: Reply | None) -> Callable[[Invocation], Reply | None]:
    return lambda sent: replies.get(f"v{sent.qualifier}", Reply())


def probed(answer: Callable[[Invocation], Reply | None], **declared: Any) -> Finding:
    return check_probe(probe(**declared), LambdaWire(answer).bench(seconds=60))


def test_a_target_that_is_slower_in_every_pair_fails() -> None:
    found = probed(taking(v3=40, v4=140))
    assert found.outcome is Outcome.FAIL
    assert "slower in 15 of 15 pairs" in found.reason
    assert found.evidence["target_ms"] == [140] * 15
    assert found.evidence["current_ms"] == [40] * 15


@pytest.mark.parametrize(
    ("current", "target"),
    [
        pytest.param(140, 40, id="faster"),
        pytest.param(40, 89, id="slower-by-less-than-matters"),
    ],
)
def test_a_target_that_is_not_slower_by_enough_passes(current: float, target: float) -> None:
    assert probed(taking(v3=current, v4=target)).outcome is Outcome.PASS


def test_versions_are_called_in_turn_and_each_goes_first_as_often() -> None:
    wire = LambdaWire(taking(v3=40, v4=40))
    check_probe(probe(iterations=8, discard=2), wire.bench(seconds=60))
    order = "".join(sent.qualifier for sent in wire.invocations)
    assert order == "3443" * 5
    assert {(sent.function, sent.payload) for sent in wire.invocations} == {
        ("shop", b'{"path": "/"}')
    }


def test_the_first_pairs_warm_up_and_do_not_count() -> None:
    calls: list[Invocation] = []

    def cold_at_first(sent: Invocation) -> Reply:
        calls.append(sent)
        return Reply(took_ms=900 if len(calls) <= 4 and sent.qualifier == "4" else 40)

    found = probed(cold_at_first, discard=2)
    assert found.outcome is Outcome.PASS
    assert (len(calls), found.evidence["discarded"], found.evidence["pairs"]) == (34, 2, 15)


@pytest.mark.parametrize("current", ["", "4"], ids=["none", "same"])
def test_without_a_version_before_it_there_is_nothing_to_compare(current: str) -> None:
    wire = LambdaWire(taking())
    target = replace(TARGET, current_version=current)
    found = check_probe(probe(), wire.bench(target=target))
    assert (found.outcome, wire.invocations) == (Outcome.SKIPPED, [])


def test_an_error_of_the_current_version_is_the_payloads_fault() -> None:
    found = probed(replying(v3=FAILED))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.reason.startswith("shop:3, which has the traffic, fails with this payload")


def test_an_error_of_the_target_alone_fails() -> None:
    found = probed(replying(v4=FAILED))
    assert found.outcome is Outcome.FAIL
    assert found.reason.startswith("shop:4 fails (Unhandled)")


def test_an_error_of_both_says_nothing_of_the_target() -> None:
    assert probed(replying(v3=FAILED, v4=FAILED)).outcome is Outcome.INCONCLUSIVE


def test_it_ends_in_time_with_the_pairs_it_has() -> None:
    wire = LambdaWire(taking(v3=500, v4=700))
    bench = wire.bench(seconds=20)
    found = check_probe(probe(), bench)
    assert found.outcome is Outcome.FAIL
    assert "time for 13 of 15 pairs only" in found.reason
    assert wire.clock() <= bench.deadline


def test_too_few_pairs_decide_nothing() -> None:
    wire = LambdaWire(taking(v3=1_000, v4=2_000))
    bench = wire.bench(seconds=20)
    found = check_probe(probe(), bench)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "time for 3 of 15 pairs only: raise the check's timeout_seconds" in found.reason
    assert wire.clock() <= bench.deadline


def test_connections_are_kept_and_none_outlasts_the_deadline() -> None:
    wire = LambdaWire(taking(v3=500, v4=500))
    ends: list[float] = []
    bench = wire.bench(seconds=20)

    def noted(_sent: Invocation) -> Reply:
        left = bench.deadline - wire.clock()
        ends.append((left - wire.patiences[-1]).total_seconds())
        return Reply(took_ms=500)

    wire.answer = noted
    check_probe(probe(), bench)
    assert len(wire.invocations) > 30
    assert len(wire.patiences) <= 6
    assert min(ends) >= 1


def test_a_target_that_stops_answering_fails() -> None:
    calls: list[Invocation] = []

    def hangs_later(sent: Invocation) -> Reply | None:
        calls.append(sent)
        return None if len(calls) > 10 and sent.qualifier == "4" else Reply(took_ms=40)

    found = probed(hangs_later)
    assert found.outcome is Outcome.FAIL
    assert found.reason.startswith("shop:4 did not answer within")


@pytest.mark.parametrize("version", ["v3", "v4"], ids=["current", "target"])
def test_a_version_that_never_answered_decides_nothing(version: str) -> None:
    assert probed(replying(**{version: None})).outcome is Outcome.INCONCLUSIVE


def test_a_throttled_call_is_an_error() -> None:
    found = probed(replying(v4=THROTTLED))
    assert found.outcome is Outcome.ERROR
    assert "TooManyRequestsException" in found.reason


def test_a_version_deleted_in_between_fails() -> None:
    found = probed(replying(v4=GONE))
    assert (found.outcome, found.evidence["qualifier"]) == (Outcome.FAIL, "4")
    assert found.reason.startswith("shop:4 does not exist")


def test_a_denied_call_is_raised_with_the_remedy() -> None:
    with pytest.raises(NotAllowed, match="steward:rollout=enabled"):
        probed(replying(v3=DENIED))


def test_an_answer_of_another_version_is_an_error() -> None:
    found = probed(replying(v4=Reply(version="3")))
    assert found.outcome is Outcome.ERROR
    assert found.reason == "shop:4 was invoked, and version 3 answered"


def test_a_function_by_arn_is_not_invoked() -> None:
    wire = LambdaWire(taking())
    arn = "arn:aws:lambda:eu-west-1:999999999999:function:theirs"
    found = check_probe(probe(), wire.bench(target=replace(TARGET, function=arn)))
    assert (found.outcome, wire.invocations) == (Outcome.ERROR, [])
