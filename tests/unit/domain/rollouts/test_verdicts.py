"""What follows from results: only what is enforced and fails does fail a deployment."""

from datetime import timedelta

import pytest

from steward.domain.rollouts.override import Override
from steward.domain.rollouts.results import Cause, CheckMode, CheckResult, Outcome, Phase, Status
from steward.domain.rollouts.results import Verdict as ResultVerdict
from steward.domain.rollouts.verdicts import judge, let_through
from tests.unit.domain.rollouts.check_results import NOW, make_result

ID = "d-A1B2C3D4E"
OVERRIDE = Override(NOW + timedelta(hours=1), "outage", "ada")
FAIL = make_result(Outcome.FAIL, "errors", reason="5 of 50 against 5 of 450, p 0.0014")
ERROR = make_result(Outcome.ERROR, "alarms", reason="not allowed")
UNDECIDED = make_result(Outcome.INCONCLUSIVE, "slow", reason="12 of 50 invocations")
STRICT = make_result(Outcome.INCONCLUSIVE, "slow", reason="12 of 50 invocations", fails=True)
LENIENT = make_result(Outcome.ERROR, "alarms", reason="not allowed", fails=False)
SKIPPED = make_result(Outcome.SKIPPED, "dry-run", reason="no tag")
PASS = make_result()
OBSERVED = make_result(Outcome.FAIL, "p95", mode=CheckMode.OBSERVE, reason="400 ms")


def judged(*results: CheckResult, override: Override | None = None) -> ResultVerdict:
    return judge(ID, Phase.POST, results, mode=CheckMode.ENFORCE, decided_at=NOW, override=override)


@pytest.mark.parametrize(
    ("results", "status", "reason"),
    [
        pytest.param([], Status.SUCCEEDED, "this phase has no checks", id="none"),
        pytest.param(
            [PASS], Status.SUCCEEDED, "the only check passed: health: answered 200", id="one"
        ),
        pytest.param([PASS, PASS], Status.SUCCEEDED, "all 2 checks passed", id="all-pass"),
        pytest.param(
            [PASS, FAIL],
            Status.FAILED,
            "1 of 2 checks failed: errors: 5 of 50 against 5 of 450, p 0.0014",
            id="one-fails",
        ),
        pytest.param(
            [ERROR, FAIL],
            Status.FAILED,
            "2 of 2 checks failed: alarms (could not be carried out): not allowed; "
            "errors: 5 of 50 against 5 of 450, p 0.0014",
            id="an-error-fails-too",
        ),
        pytest.param(
            [PASS, LENIENT],
            Status.SUCCEEDED,
            "of 2 checks: 1 passed, 1 could not be carried out: alarms: not allowed",
            id="an-error-that-may-be",
        ),
        pytest.param(
            [PASS, UNDECIDED],
            Status.SUCCEEDED,
            "of 2 checks: 1 passed, 1 inconclusive: slow: 12 of 50 invocations",
            id="inconclusive",
        ),
        pytest.param(
            [PASS, STRICT],
            Status.FAILED,
            "1 of 2 checks failed: slow (inconclusive): 12 of 50 invocations",
            id="inconclusive-and-that-fails",
        ),
        pytest.param(
            [SKIPPED], Status.SUCCEEDED, "of 1 check: 1 skipped: dry-run: no tag", id="skipped"
        ),
        pytest.param(
            [PASS, OBSERVED],
            Status.SUCCEEDED,
            "only observed: 1 of 2 checks would have failed the deployment: p95: 400 ms",
            id="observed",
        ),
        pytest.param(
            [OBSERVED, FAIL],
            Status.FAILED,
            "1 of 2 checks failed: errors: 5 of 50 against 5 of 450, p 0.0014",
            id="observed-beside-enforced",
        ),
    ],
)
def test_the_verdict(results: list[CheckResult], status: Status, reason: str) -> None:
    verdict = judged(*results)
    assert (verdict.status, verdict.cause) == (status, Cause.CHECKS)
    assert verdict.reason == reason
    assert verdict.results == tuple(results)


@pytest.mark.parametrize(
    ("results", "against"),
    [
        pytest.param(
            [PASS, FAIL],
            "1 of 2 checks would have failed: errors: 5 of 50 against 5 of 450, p 0.0014",
            id="against-a-failure",
        ),
        pytest.param([PASS, PASS], "all 2 checks passed", id="against-nothing"),
    ],
)
def test_an_override_lets_pass_and_says_what_would_have_been(
    results: list[CheckResult], against: str
) -> None:
    verdict = judged(*results, override=OVERRIDE)
    assert (verdict.status, verdict.cause) == (Status.SUCCEEDED, Cause.OVERRIDE)
    by = "let through by the override of ada until 2026-11-23T10:30:00Z (outage); "
    assert verdict.reason == by + against


def test_what_the_configuration_says_is_in_the_verdict() -> None:
    verdict = judge(
        ID,
        Phase.PRE,
        [PASS],
        mode=CheckMode.OBSERVE,
        decided_at=NOW,
        configuration=("parameter a",),
        notes=("odd",),
        owner=("ada@example.com",),
        notify=("failed",),
    )
    assert (verdict.configuration, verdict.notes) == (("parameter a",), ("odd",))
    assert (verdict.owner, verdict.notify) == (("ada@example.com",), ("failed",))
    assert (verdict.mode, verdict.phase, verdict.decided_at) == (CheckMode.OBSERVE, Phase.PRE, NOW)


def test_an_override_changes_no_verdict_that_passes() -> None:
    rollback = ResultVerdict(ID, Phase.PRE, Status.SUCCEEDED, Cause.ROLLBACK, "a rollback", NOW)
    assert let_through(rollback, OVERRIDE) == rollback


def test_an_override_lets_a_failed_hook_pass() -> None:
    failed = ResultVerdict(ID, Phase.PRE, Status.FAILED, Cause.HOOK, "it broke", NOW)
    verdict = let_through(failed, OVERRIDE)
    assert (verdict.status, verdict.cause) == (Status.SUCCEEDED, Cause.OVERRIDE)
    assert verdict.reason.endswith("else it would have failed: it broke")
