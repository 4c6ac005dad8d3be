"""`steward coverage`: what the last sweeps reached, and never more than that."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steward.domain.coverage import Answers, PlannedSweep
from steward.domain.modes import Mode
from steward.domain.stacks import Account, Unit
from steward.ledger.keys import GAPS, SWEEPS, sweep_partition
from tests.factories import FINGERPRINT
from tests.integration.cli.conftest import Operator
from tests.integration.cli.runtimes_hub import ReportingHub
from tests.integration.cli.runtimes_report import NOW, written
from tests.integration.cli.test_operator import install_operator
from tests.integration.cli.world import TABLE, World

HOUR = timedelta(hours=1)
NEAR, FAR = (Unit("222222222222", region) for region in ("eu-west-1", "us-east-1"))
AWAY = Unit("333333333333", "eu-west-1")
ALL = frozenset({NEAR, FAR, AWAY})
DENIED = "role steward-read of account 333333333333 cannot be assumed"


@pytest.fixture(autouse=True)
def _no_sweeps(world: World) -> Iterator[None]:
    """The ledger is shared; what these tests wrote is taken out again."""
    yield
    ledger = world.ledger
    partitions = [sweep_partition(each.sweep_id) for each in ledger.sweeps(100)]
    for partition in (SWEEPS, GAPS, *partitions):
        for item in list(ledger.query(partition)):
            where = {"pk": item["pk"], "sk": item["sk"]}
            ledger.client.delete_item(TableName=TABLE, Key=where)


def swept(world: World, hours_ago: int, answers: Answers, **changes: Any) -> str:
    at = NOW - hours_ago * HOUR
    sweep = PlannedSweep(f"{at:%Y-%m-%dT%H:%M:%SZ}", at, FINGERPRINT, Mode.REAP, "", ALL, {})
    sweep = replace(sweep, **changes)
    world.ledger.open_sweep(sweep)
    world.ledger.save_answers(sweep.sweep_id, at, "invocation", answers)
    return sweep.sweep_id


def test_without_any_sweep_the_answer_is_no_and_says_why(
    operator: Operator, hub: ReportingHub
) -> None:
    assert hub
    answer = operator("coverage")
    assert answer.code == 1
    assert "no sweep is on record, so nothing was ever covered" in answer.err
    assert answer.out == "runtimes: no scan of functions has been reported yet\n"


def test_a_whole_sweep_is_done(operator: Operator, hub: ReportingHub, world: World) -> None:
    hub.has(written())
    swept(world, 1, Answers(ALL))
    answer = operator("coverage")
    assert (answer.code, answer.err) == (0, "")
    lines = [line.split() for line in answer.out.splitlines()]
    assert lines[0] == ["sweep", "state", "age", "swept", "unreachable", "unanswered"]
    assert lines[1] == ["2026-11-23T08:00:00Z", "complete", "1h", "3", "of", "3", "0", "0"]
    assert "runtimes: PARTIAL: 3 of 4 units covered by scan 20261123T050000Z, 4h ago" in answer.out
    assert "  444444444444 (eu-west-1): " in answer.out
    assert answer.out.splitlines()[-1] == (
        "coverage: 3 of 3 units swept in sweep 2026-11-23T08:00:00Z, policy 0123456789ab, "
        "mode reap; times are UTC"
    )


def test_a_partial_sweep_is_labelled_and_names_what_is_missing(
    operator: Operator, hub: ReportingHub, world: World
) -> None:
    assert hub
    world.ledger.save_accounts([Account(AWAY.account_id, "shop-test")])
    world.ledger.note_gap(AWAY, DENIED, NOW - 72 * HOUR)
    over = {"444444444444": "excluded", "555555555555": "excluded"}
    answers = Answers(frozenset({NEAR}), {AWAY: DENIED}, {FAR: "Throttling: slow down"})
    swept(world, 3, answers, passed_over=over)
    answer = operator("coverage")
    assert answer.code == 1
    assert "2026-11-23T06:00:00Z  PARTIAL" in answer.out
    assert "unanswered: 222222222222 (us-east-1): Throttling: slow down\n" in answer.out
    assert (
        "  shop-test 333333333333 (eu-west-1) since Fri 2026-11-20 09:00 UTC (3d): " + DENIED
    ) in answer.out
    assert "passed over: 444444444444, 555555555555: excluded\n" in answer.out
    assert answer.err == (
        "warning: sweep 2026-11-23T06:00:00Z is not whole: PARTIAL: 1 of 3 units swept, "
        "1 unreachable, 1 unanswered\n"
    )


def test_a_running_sweep_is_no_answer_yet(
    operator: Operator, hub: ReportingHub, world: World
) -> None:
    assert hub
    swept(world, 2, Answers(ALL))
    swept(world, 1, Answers(frozenset({NEAR})))
    answer = operator("coverage")
    assert answer.code == 0
    assert "2026-11-23T08:00:00Z  running" in answer.out
    assert "3 of 3 units swept in sweep 2026-11-23T07:00:00Z" in answer.out


def test_a_sweep_of_nothing_says_why(operator: Operator, hub: ReportingHub, world: World) -> None:
    assert hub
    nothing = "AppConfig holds no deployed policy"
    swept(world, 1, Answers(), units=frozenset(), held=nothing)
    answer = operator("coverage")
    assert answer.code == 1
    assert f"PARTIAL: no unit was planned: {nothing}" in answer.out


@pytest.mark.parametrize(
    ("hours_ago", "says"),
    [
        pytest.param(26, "", id="a-day-and-two-hours"),
        pytest.param(27, "the newest sweep is 27h old", id="an-hour-more"),
        pytest.param(-1, "is ahead of 2026-11-23T09:00:00Z; correct the clock", id="future"),
    ],
)
def test_a_sweep_of_a_strange_age_is_remarked(
    operator: Operator, hub: ReportingHub, world: World, hours_ago: int, says: str
) -> None:
    assert hub
    swept(world, hours_ago, Answers(ALL))
    answer = operator("coverage")
    assert answer.code == 0
    assert says in answer.err
    assert bool(answer.err) is bool(says)


def test_the_document_holds_every_sweep_and_unit(
    operator: Operator, hub: ReportingHub, world: World
) -> None:
    assert hub
    for hours in (4, 3, 2):
        swept(world, hours, Answers(frozenset({NEAR, FAR}), {AWAY: DENIED}))
    told = json.loads(operator("coverage", "--json", "--units", "--sweeps", "2").out)
    assert (told["format"], told["whole"]) == ("steward.coverage/1", False)
    assert told["latest_finished"] == "2026-11-23T07:00:00Z"
    latest, before = told["sweeps"]
    assert [unit["state"] for unit in latest["units"]] == ["swept", "swept", "unreachable"]
    assert [unit["reason"] for unit in before["units"]] == [DENIED]
    assert (before["planned"], before["swept"], before["unreachable"]) == (3, 2, 1)


def test_long_lists_are_cut_unless_all_is_wanted(
    operator: Operator, hub: ReportingHub, world: World
) -> None:
    assert hub
    units = [Unit(f"{number:012d}", "eu-west-1") for number in range(12)]
    swept(world, 3, Answers(), units=frozenset(units))
    assert "and 2 more lines (--units shows all)" in operator("coverage").out
    told = operator("coverage", "--units").out
    assert "more lines" not in told
    assert all(unit.account_id in told for unit in units)


def test_another_moment_than_now_can_be_named(
    operator: Operator, hub: ReportingHub, world: World
) -> None:
    assert hub
    swept(world, 3, Answers(frozenset({NEAR})))
    assert "RUNNING" not in operator("coverage").out
    early = operator("coverage", "--at", "2026-11-23T07:00:00Z")
    assert "no sweep has finished yet" in early.err
    assert operator("coverage", "--at", "soon").code == 2


@pytest.mark.parametrize("width", [80, 110])
def test_no_line_of_the_table_is_broken(
    operator: Operator,
    hub: ReportingHub,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
) -> None:
    assert hub
    monkeypatch.setenv("COLUMNS", str(width))
    units = frozenset(Unit(f"{number:012d}", "eu-west-1") for number in range(10_000))
    swept(world, 3, Answers(), units=units)
    row = operator("coverage").out.splitlines()[1]
    assert row.split()[:2] == ["2026-11-23T06:00:00Z", "PARTIAL"]
    assert row.split()[-4:] == ["of", "10000", "0", "10000"]


def test_the_operator_role_may_read_it(operator: Operator, world: World) -> None:
    stack = install_operator(world)
    swept(world, 1, Answers(ALL))
    assert operator("coverage", "--hub-stack", stack, "--at", f"{NOW:%Y-%m-%dT%H:%MZ}").code == 0
