"""What became of a deployment in words, and what to do about it next."""

from datetime import timedelta
from typing import Any

import pytest

from steward.domain.rollouts.results import Cause, CheckMode, Outcome, Phase, Status
from steward_cli.rollouts.advice import advice_of
from steward_cli.rollouts.selecting import StatusChoice, Wish, status_of
from steward_cli.rollouts.show_rendering import key_numbers
from steward_cli.rollouts.timeline import timeline_of
from steward_cli.rollouts.words import outcome_of, versions_of, workload_of
from tests.factories import NOW
from tests.rollout_values import ROLLBACK, make_result, make_rollout, make_verdict

PASSED = make_verdict(
    status=Status.SUCCEEDED,
    results=(
        make_result("a", Outcome.PASS),
        make_result("b", Outcome.FAIL, mode=CheckMode.OBSERVE),
        make_result("c", Outcome.INCONCLUSIVE),
    ),
)
STOPPED: dict[str, Any] = {"status": "Stopped", "error_code": "MANUAL_STOP"}
FAILED: dict[str, Any] = {"status": "Failed", "verdicts": (make_verdict(),)}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({}, "not checked", id="unchecked"),
        pytest.param({"status": "InProgress"}, "under way", id="running"),
        pytest.param(
            {"verdicts": (PASSED,)},
            "3 checks done, 1 failed in mode observe, 1 undecided",
            id="checked",
        ),
        pytest.param(
            {"verdicts": (make_verdict(status=Status.SUCCEEDED, cause=Cause.OVERRIDE),)},
            "let pass by an override",
            id="override",
        ),
        pytest.param(
            FAILED,
            "before traffic shifted: check health failed: statusCode is 500 instead of 200",
            id="pre",
        ),
        pytest.param(
            STOPPED | {"verdicts": (make_verdict(phase=Phase.SHIFT, cause=Cause.GUARD),)},
            "while traffic shifted: check health failed: statusCode is 500 instead of 200",
            id="guard",
        ),
        pytest.param(STOPPED, "stopped by hand: MANUAL_STOP", id="by-hand"),
        pytest.param(
            {"status": "Stopped", "error_code": "ALARM_ACTIVE", "error_message": "an alarm"},
            "stopped by an alarm of its deployment group: an alarm",
            id="alarm",
        ),
        pytest.param({"status": "Failed"}, "ended by CodeDeploy", id="no-reason"),
        pytest.param(
            {"is_rollback": True, "rolls_back": "d-A"}, "rolls back d-A; done", id="rollback"
        ),
        pytest.param({"is_rollback": True}, "rolls back; done", id="rollback-of-the-stack"),
        pytest.param(
            {"rolled_back_by": ROLLBACK}, f"not checked; rolled back by {ROLLBACK}", id="undone"
        ),
    ],
)
def test_what_became_of_it(fields: dict[str, Any], said: str) -> None:
    assert outcome_of(make_rollout(**fields)) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"status": "Created"}, ["it is under way; ask again"], id="running"),
        pytest.param({}, ["nothing checked it"], id="unchecked"),
        pytest.param({"verdicts": (PASSED,)}, [], id="all-is-well"),
        pytest.param({"is_rollback": True}, [], id="a-good-rollback"),
        pytest.param(FAILED, ["mend what the failing checks say", "in an emergency"], id="checks"),
        pytest.param(
            {"status": "Failed", "verdicts": (make_verdict(cause=Cause.CONFIGURATION),)},
            ["correct the configuration", "in an emergency"],
            id="configuration",
        ),
        *(
            pytest.param(
                {"status": "Failed", "verdicts": (make_verdict(cause=cause),)},
                ["read the log of CodeDeployHook_steward-pre in 222222222222/eu-west-1", "in an"],
                id=cause,
            )
            for cause in (Cause.HOOK, Cause.FAILSAFE, Cause.WATCHDOG, Cause.DEADLINE)
        ),
        pytest.param(
            {"status": "Stopped", "error_code": "ALARM_ACTIVE", "rolled_back_by": ROLLBACK},
            [f"what came of the rollback: steward rollouts show {ROLLBACK}", "see which alarm"],
            id="alarm",
        ),
        pytest.param(STOPPED, ["CloudTrail's event StopDeployment"], id="by-hand"),
        pytest.param({"status": "Failed"}, ["CodeDeploy gives no reason"], id="no-reason"),
        pytest.param(
            {"status": "Failed", "is_rollback": True, "error_code": "TIMEOUT"},
            [
                "the rollback failed: see which version serves, by aws lambda get-alias "
                "--function-name shop-checkout --name live --region eu-west-1",
                "CodeDeploy gives TIMEOUT",
            ],
            id="a-failed-rollback",
        ),
    ],
)
def test_what_to_do(fields: dict[str, Any], said: list[str]) -> None:
    advice = advice_of(make_rollout(**fields))
    assert len(advice) == len(said)
    for each, begins in zip(advice, said, strict=True):
        assert each.startswith(begins)


@pytest.mark.parametrize(
    ("fields", "workload", "versions"),
    [
        pytest.param({}, "shop-checkout:live", "3 -> 4", id="known"),
        pytest.param({"from_version": ""}, "shop-checkout:live", "- -> 4", id="the-first"),
        pytest.param(
            {"function": "", "to_version": "", "group": "g"}, "group g", "?", id="unknown"
        ),
    ],
)
def test_what_it_moves(fields: dict[str, Any], workload: str, versions: str) -> None:
    rollout = make_rollout(**fields)
    assert (workload_of(rollout), versions_of(rollout)) == (workload, versions)


@pytest.mark.parametrize(
    ("status", "choice"),
    [
        ("Created", StatusChoice.RUNNING),
        ("Queued", StatusChoice.RUNNING),
        ("InProgress", StatusChoice.RUNNING),
        ("Baking", StatusChoice.RUNNING),
        ("Ready", StatusChoice.RUNNING),
        ("Succeeded", StatusChoice.SUCCEEDED),
        ("Failed", StatusChoice.FAILED),
        ("Stopped", StatusChoice.STOPPED),
    ],
)
def test_every_status_of_codedeploy_is_one_of_four(status: str, choice: StatusChoice) -> None:
    assert status_of(make_rollout(status=status)) is choice


def test_filters_are_all_to_hold() -> None:
    wish = Wish(frozenset({"shop-checkout"}), frozenset({"payments-dev"}))
    assert wish.admits(make_rollout())
    assert not wish.admits(make_rollout(account_name="other"))
    assert not wish.admits(make_rollout(function="other"))


def test_the_timeline_is_in_order_and_leaves_out_what_is_not_known() -> None:
    rollout = make_rollout(
        committed_at=NOW - timedelta(hours=1),
        shift_started_at=NOW + timedelta(minutes=2),
        verdicts=(make_verdict(phase=Phase.POST, decided_at=NOW + timedelta(minutes=9)),),
    )
    assert [each.what for each in timeline_of(rollout)] == [
        "code committed",
        "created by CloudFormation",
        "traffic began to shift",
        "verdict after traffic: fail (by checks)",
        "ended: Succeeded",
    ]


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        pytest.param({}, "", id="none"),
        pytest.param({"n": 120, "p": 0.000412345}, "n=120 p=0.0004123", id="numbers"),
        pytest.param({"ok": True, "stat": "p95"}, "ok=True stat=p95", id="short-texts"),
        pytest.param({"body": "x" * 41, "n": 1}, "n=1 (+1 in --json)", id="a-long-text"),
        pytest.param({"all": [1, 2]}, "(+1 in --json)", id="lists-only"),
        pytest.param(
            {f"k{number}": number for number in range(12)},
            " ".join(f"k{number}={number}" for number in range(10)) + " (+2 in --json)",
            id="many",
        ),
    ],
)
def test_numbers_of_evidence(evidence: dict[str, object], said: str) -> None:
    assert key_numbers(evidence) == said
