"""`steward rollouts list`, `show` and `dora`: what the ledger has on record of deployments."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from steward.domain.rollouts.records import Rollout
from steward.domain.rollouts.results import Cause, CheckMode, Outcome, Phase, Status
from steward_cli import clock
from steward_cli.rollouts.dora_rendering import show_dora
from steward_cli.rollouts.dora_report import By, dora_report
from steward_cli.rollouts.list_rendering import show_rollouts
from steward_cli.rollouts.selecting import Found, Wish
from steward_cli.rollouts.show_rendering import show_rollout
from steward_cli.rollouts.show_report import rollout_report
from tests.factories import NOW
from tests.integration.cli.conftest import Calls, Operator
from tests.integration.cli.world import TABLE
from tests.rollout_values import FAILED, ROLLBACK, make_result, make_rollout, make_verdict

GUIDE = Path(__file__).parents[3] / "docs/guide/rollouts.md"
READS = {"DescribeStacks", "GetCallerIdentity", "AssumeRole", "Query", "GetItem", "BatchGetItem"}
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BEGAN = NOW - 2 * HOUR

FAILURE = make_rollout(
    status="Failed",
    error_code="HOOK_EXECUTION_FAILURE",
    error_message="One or more lifecycle event hooks failed",
    created_at=BEGAN,
    started_at=BEGAN + timedelta(seconds=4),
    completed_at=BEGAN + MINUTE,
    rolled_back_by=ROLLBACK,
    hooks={"BeforeAllowTraffic": "CodeDeployHook_steward-pre"},
    verdicts=(
        make_verdict(
            decided_at=BEGAN + timedelta(seconds=40),
            results=(
                make_result("alarms", Outcome.PASS, type="alarms", reason="2 alarms are OK"),
                make_result(
                    "health",
                    evidence={"attempts": 3, "observed": 500, "p95_ms": 812.0351, "answer": [1]},
                ),
                make_result(
                    "slow", Outcome.INCONCLUSIVE, mode=CheckMode.OBSERVE, reason="only 12 calls"
                ),
            ),
            configuration=("parameter /steward/rollout/shop-checkout version 3",),
            notes=("the override ended yesterday",),
        ),
    ),
)
UNDONE = make_rollout(
    ROLLBACK,
    creator="codeDeployRollback",
    is_rollback=True,
    rolls_back=FAILED,
    from_version="4",
    to_version="3",
    created_at=BEGAN + MINUTE,
    completed_at=BEGAN + 2 * MINUTE,
)
GOOD = make_rollout("d-GOOD", from_version="3", to_version="5", created_at=BEGAN + HOUR)
RUNNING = make_rollout(
    "d-RUNNING",
    function="billing",
    account_id="333333333333",
    account_name="billing-prod",
    status="InProgress",
    completed_at=None,
    created_at=NOW - MINUTE,
    owners=("billing@example.com",),
)
OLD = make_rollout("d-OLD", created_at=NOW - timedelta(days=20))
ALL = (RUNNING, GOOD, UNDONE, FAILURE)


@pytest.fixture
def past(operator: Operator, ledger_put_back: None, monkeypatch: pytest.MonkeyPatch) -> Operator:
    assert ledger_put_back is None
    monkeypatch.setattr(clock, "now", lambda: NOW)
    save(operator, [*ALL, OLD])
    return operator


def save(operator: Operator, rollouts: list[Rollout]) -> None:
    for each in rollouts:
        assert operator.world.ledger.save_rollout(None, each)


def listed(operator: Operator, *arguments: str) -> list[str]:
    answer = operator("rollouts", "list", *arguments, "--json")
    assert answer.code == 0, answer.err
    return [each["deployment_id"] for each in json.loads(answer.out)["rollouts"]]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param((), ["d-RUNNING", "d-GOOD", ROLLBACK, FAILED], id="the-last-week"),
        pytest.param(("--since", "61m"), ["d-RUNNING", "d-GOOD"], id="since"),
        pytest.param(
            ("--since", "30d", "--status", "succeeded"), ["d-GOOD", ROLLBACK, "d-OLD"], id="status"
        ),
        pytest.param(("--function", "billing"), ["d-RUNNING"], id="function"),
        pytest.param(("--function", "billing:live"), ["d-RUNNING"], id="alias"),
        pytest.param(("--function", "billing:beta"), [], id="another-alias"),
        pytest.param(("--account", "billing-prod"), ["d-RUNNING"], id="account-name"),
        pytest.param(("--account", "333333333333"), ["d-RUNNING"], id="account-id"),
        pytest.param(
            ("--status", "failed", "--status", "running"), ["d-RUNNING", FAILED], id="two-statuses"
        ),
    ],
)
def test_deployments_are_listed_latest_first(
    past: Operator, arguments: tuple[str, ...], expected: list[str]
) -> None:
    assert listed(past, *arguments) == expected


def test_a_line_in_a_pipe_is_one_deployment(past: Operator) -> None:
    lines = past("rollouts", "list").out.splitlines()
    assert lines[0].split() == ["BEGAN", "(UTC)", "STATUS", "FUNCTION", "VERSIONS", "WHAT"]
    assert lines[4].startswith("2026-11-23 07:00  failed     shop-checkout:live  3 -> 4")
    assert lines[4].endswith(
        f"{FAILED} in payments-dev/eu-west-1: before traffic shifted: "
        "check health failed: statusCode is 500 instead of 200; "
        f"rolled back by {ROLLBACK}"
    )
    assert lines[3].endswith(f"{ROLLBACK} in payments-dev/eu-west-1: rolls back {FAILED}; done")
    assert (
        lines[5] == "4 deployments in the last 7 days; `steward rollouts show ID` tells all of one"
    )


def test_only_the_latest_are_shown_unless_all_are_asked_for(past: Operator) -> None:
    more = [make_rollout(f"d-{number}", created_at=NOW - HOUR / 2) for number in range(60)]
    save(past, more)
    shown = past("rollouts", "list").out
    assert len(shown.splitlines()) == 1 + 50 + 2
    assert "the latest 50 are shown; --all shows the 14 before them too" in shown
    assert len(past("rollouts", "list", "--all").out.splitlines()) == 1 + 64 + 1
    assert len(listed(past)) == 64


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param((), "no deployment began in the last 7 days; look further", id="none"),
        pytest.param(("--status", "failed"), "leave a filter out", id="filtered"),
    ],
)
def test_an_empty_list_says_what_to_do(
    operator: Operator, arguments: tuple[str, ...], told: str
) -> None:
    answer = operator("rollouts", "list", *arguments)
    assert answer.code == 0
    assert told in answer.out


@pytest.mark.parametrize("command", ["list", "dora"])
@pytest.mark.parametrize("since", ["7", "soon", "0d", "-1d"])
def test_a_period_that_cannot_be_read_is_refused(
    operator: Operator, command: str, since: str
) -> None:
    answer = operator("rollouts", command, "--since", since)
    assert answer.code == 2
    assert "is not a duration" in answer.err
    assert "write it like 14d" in answer.err


@pytest.mark.parametrize("command", [("list",), ("dora",)])
def test_a_record_that_cannot_be_read_makes_the_answer_not_whole(
    past: Operator, command: tuple[str, ...]
) -> None:
    client = past.world.ledger.client
    (item,) = [each for each in past.world.dump() if each["sk"]["S"].endswith("#d-GOOD")]
    client.put_item(TableName=TABLE, Item=item | {"document": {"S": "{}"}})
    answer = past("rollouts", *command)
    assert answer.code == 1
    assert "warning: a deployment on record was not read: ledger item pk=ROLLOUTS#" in answer.err


def test_one_deployment_is_shown_with_all_that_led_to_it(past: Operator) -> None:
    answer = past("rollouts", "show", FAILED)
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0] == f"{FAILED}  shop-checkout:live  3 -> 4  failed"
    assert "in payments-dev/eu-west-1 (222222222222), stack shop" in lines
    assert (
        "owners: checkout@example.com (found by function tag owner=checkout@example.com)" in lines
    )
    assert "  2026-11-23 07:00:40  verdict before traffic: fail (by checks)" in lines
    assert "  health  fail          invoke" in lines
    assert "      statusCode is 500 instead of 200" in lines
    assert "      attempts=3 observed=500 p95_ms=812 (+1 in --json)" in lines
    assert "  slow    inconclusive  invoke (observed only)" in lines
    assert "  configured by parameter /steward/rollout/shop-checkout version 3" in lines
    assert f"to do: what came of the rollback: steward rollouts show {ROLLBACK}" in lines
    assert any(
        "steward rollouts try --function shop-checkout --version 4" in each for each in lines
    )


def test_the_json_document_has_all_of_it(past: Operator) -> None:
    report = json.loads(past("rollouts", "show", FAILED, "--json").out)
    assert report["format"] == "steward.rollouts.show/1"
    assert Rollout.model_validate(report["rollout"]) == FAILURE
    assert report["caught_by"] == "pre"
    assert [each["what"] for each in report["timeline"]] == [
        "created by CloudFormation",
        "started",
        "verdict before traffic: fail (by checks)",
        "ended: Failed",
    ]


def test_an_unknown_deployment_is_not_found(past: Operator) -> None:
    answer = past("rollouts", "show", "d-NONE")
    assert (answer.code, answer.out) == (1, "")
    assert "no deployment d-NONE is on record" in answer.err
    assert "take an id of `steward rollouts list`" in answer.err


def test_an_id_of_two_accounts_needs_one_of_them(past: Operator) -> None:
    save(past, [make_rollout("d-GOOD", account_id="333333333333", account_name="other")])
    answer = past("rollouts", "show", "d-GOOD")
    assert answer.code == 2
    assert "222222222222/eu-west-1, 333333333333/eu-west-1" in answer.err
    assert past("rollouts", "show", "d-GOOD", "--account", "other").code == 0
    assert past("rollouts", "show", "d-GOOD", "--account", "nowhere").code == 1


def test_the_four_keys_are_shown(past: Operator) -> None:
    told = past("rollouts", "dora").out.splitlines()
    assert told == [
        "4 changes and 1 rollback in the last 30 days",
        "  deployment frequency   0.07 a day, 0.5 a week",
        "  change failure rate    33% (1 of 3)",
        "  serving restored       80s at the median, 80s at p90 of 1 rollback",
        "  next change succeeded  69m at the median, 69m at p90 of 1 failure",
        "  lead time              not known: no function has the tag steward:commit-time "
        "(docs/guide/rollouts.md)",
        "  caught by              pre 1",
        "  hooks took             2s at p95 of 1 run",
        "  inconclusive checks    33%",
        "  overrides              0",
    ]


@pytest.mark.parametrize(
    ("by", "names"),
    [
        pytest.param(
            "function",
            [
                "shop-checkout:live in payments-dev/eu-west-1",
                "billing:live in billing-prod/eu-west-1",
            ],
            id="function",
        ),
        pytest.param(
            "account",
            ["payments-dev (222222222222)", "billing-prod (333333333333)"],
            id="account",
        ),
        pytest.param("team", ["checkout@example.com", "billing@example.com"], id="team"),
    ],
)
def test_the_keys_are_told_apart(past: Operator, by: str, names: list[str]) -> None:
    report = json.loads(past("rollouts", "dora", "--by", by, "--json").out)
    assert [each["name"] for each in report["groups"]] == names
    assert sum(each["changes"] for each in report["groups"]) == report["total"]["changes"] == 4
    assert report["total"]["restored"]["median_seconds"] == 80
    people = past("rollouts", "dora", "--by", by).out
    assert [name for name in names if name not in people] == []


def test_a_group_is_told_in_a_line(past: Operator) -> None:
    told = past("rollouts", "dora", "--by", "team").out.splitlines()
    assert told[-2:] == [
        "checkout@example.com: 3 changes, 0.5 a week, 33% failed, restored in 80s, "
        "next success after 69m",
        "billing@example.com: 1 change, 0.0 a week",
    ]


def test_no_changes_have_no_keys(operator: Operator) -> None:
    answer = operator("rollouts", "dora")
    assert answer.code == 0
    assert answer.out.startswith("no change began in the last 30 days; look further back")


@pytest.mark.parametrize("command", [("list",), ("show", FAILED), ("dora", "--by", "team")])
def test_they_only_read(past: Operator, calls: Calls, command: tuple[str, ...]) -> None:
    before = past.world.dump()
    calls.clear()
    assert past("rollouts", *command).code == 0
    assert set(calls) - READS == set()
    assert past.world.dump() == before


@pytest.mark.parametrize("command", [("list",), ("show", FAILED), ("dora",)])
def test_without_a_hub_there_is_nothing_to_show(
    operator: Operator, command: tuple[str, ...]
) -> None:
    answer = operator("rollouts", *command, "--hub-region", "us-east-1")
    assert (answer.code, answer.out) == (3, "")
    assert "there is no stack steward in" in answer.err


def on_terminal(show: Any, width: int = 80) -> list[str]:
    console = Console(file=StringIO(), force_terminal=True, width=width, color_system=None)
    show(console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


FOUND = Found(NOW - timedelta(days=30), NOW, ALL, ())
DEAD = make_rollout(
    status="Failed",
    verdicts=(
        make_verdict(cause=Cause.FAILSAFE, results=(), reason="the hook died: RetriesExhausted"),
        make_verdict(phase=Phase.POST, status=Status.SUCCEEDED, mode=CheckMode.OBSERVE),
    ),
    problems=("its shift: not known, since " + "words " * 30,),
)


@pytest.mark.parametrize(
    "show",
    [
        pytest.param(lambda on: show_rollouts(FOUND, Wish(), False, on), id="list"),
        pytest.param(lambda on: show_rollout(rollout_report(FAILURE, NOW), on), id="failed"),
        pytest.param(lambda on: show_rollout(rollout_report(DEAD, NOW), on), id="dead-hook"),
        pytest.param(lambda on: show_rollout(rollout_report(RUNNING, NOW), on), id="running"),
        pytest.param(lambda on: show_dora(dora_report(FOUND, By.FUNCTION), on), id="dora"),
    ],
)
def test_all_of_it_fits_80_columns(show: Any) -> None:
    lines = on_terminal(show)
    assert lines
    assert [line for line in lines if len(line) > 80 and "steward rollouts" not in line] == []


def test_what_others_wrote_forges_nothing() -> None:
    evil = make_verdict(reason="ok\x1b[2J\nto do: pay", results=(make_result("a\x1b[31m"),))
    rollout = make_rollout(status="Failed", verdicts=(evil,), function="f\n\x1b[0m")
    report = rollout_report(rollout, NOW)
    told = "\n".join(on_terminal(lambda on: show_rollout(report, on)))
    assert "\x1b[2J" not in told
    assert "\nto do: pay" not in told
