"""`invoke`: call the target version, or the alias, and look at its answer."""

from dataclasses import dataclass, field

from steward.aws.errors import NotAllowed
from steward.aws.function_calls import CallFailed, NoAnswerInTime, ask_whether_allowed
from steward.aws.function_versions import VersionGone
from steward.aws.payloads import UnusablePayload, payload_of
from steward.domain.rollouts.config_checks import InvokeCheck
from steward.domain.rollouts.results import Evidence, Finding, Outcome
from steward.workflows.rollouts.bench import CheckBench
from steward.workflows.rollouts.checks.answers import judge_answer
from steward.workflows.rollouts.checks.calling import (
    MARGIN,
    NotOurs,
    called,
    milliseconds,
    own_function,
    time_left,
)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One call and what it showed. `is_final`: another one would show the same."""

    outcome: Outcome
    reason: str
    took_ms: float
    evidence: Evidence = field(default_factory=dict)
    is_final: bool = False


def check_invoke(check: InvokeCheck, bench: CheckBench) -> Finding:
    """Invoke what the check declares, as often as it allows; raise NotAllowed.

    The target version has to answer itself: an answer of another one fails, whatever it says.
    """
    try:
        if check.dry_run:
            return _dry_run(check, bench)
        payload = payload_of(check, bench.clients)
        return _found(check, payload, _attempts(check, bench, payload))
    except (NotOurs, UnusablePayload) as error:
        return Finding(Outcome.ERROR, str(error))


def _dry_run(check: InvokeCheck, bench: CheckBench) -> Finding:
    function, qualifier = own_function(bench), _qualifier(check, bench)
    evidence = {"qualifier": qualifier, "dry_run": True}
    try:
        ask_whether_allowed(bench.clients.invoking(time_left(bench)), function, qualifier)
    except NotAllowed as denied:
        return Finding(Outcome.SKIPPED, f"{function} may not be invoked: {denied}", evidence)
    except VersionGone as gone:
        return Finding(Outcome.FAIL, str(gone), evidence)
    except (CallFailed, NoAnswerInTime) as error:
        return Finding(Outcome.ERROR, str(error), evidence)
    said = f"{function}:{qualifier} would accept a call; nothing was sent"
    return Finding(Outcome.PASS, said, evidence)


def _attempts(check: InvokeCheck, bench: CheckBench, payload: bytes) -> list[_Attempt]:
    """At least one, and the last one decides."""
    tried = [_attempt(check, bench, payload)]
    while not tried[-1].is_final and len(tried) < check.attempts:
        if time_left(bench).total_seconds() <= check.retry_seconds + MARGIN.total_seconds():
            break
        bench.sleep(check.retry_seconds)
        tried.append(_attempt(check, bench, payload))
    return tried


def _attempt(check: InvokeCheck, bench: CheckBench, payload: bytes) -> _Attempt:
    qualifier, limit, started = _qualifier(check, bench), time_left(bench), bench.clock()
    try:
        answer = called(check, bench, bench.clients.invoking(limit), qualifier, payload)
    except VersionGone as gone:
        return _Attempt(Outcome.FAIL, str(gone), 0, is_final=True)
    except NoAnswerInTime as error:
        told = (
            f"{error}, within {limit.total_seconds():.1f} s: make it answer sooner, or raise the "
            "check's timeout_seconds"
        )
        return _Attempt(Outcome.FAIL, told, milliseconds(bench.clock() - started))
    except CallFailed as error:
        return _Attempt(Outcome.ERROR, str(error), milliseconds(bench.clock() - started))
    judged = judge_answer(check, bench.target.target_version, answer)
    outcome = Outcome.PASS if judged.is_right else Outcome.FAIL
    took_ms = milliseconds(answer.took)
    return _Attempt(outcome, judged.reason, took_ms, judged.evidence, is_final=judged.is_right)


def _found(check: InvokeCheck, payload: bytes, tried: list[_Attempt]) -> Finding:
    last = tried[-1]
    times = f" (attempt {len(tried)} of {check.attempts})" if len(tried) > 1 else ""
    evidence = {
        "qualifier": check.qualifier,
        "payload_bytes": len(payload),
        "payload_from": check.payload_from,
        **last.evidence,
        "attempts": [
            {
                "outcome": each.outcome.value,
                "reason": each.reason,
                "duration_ms": round(each.took_ms, 1),
            }
            for each in tried
        ],
    }
    return Finding(last.outcome, last.reason + times, evidence)


def _qualifier(check: InvokeCheck, bench: CheckBench) -> str:
    target = bench.target
    return target.alias if check.qualifier == "alias" else target.target_version
