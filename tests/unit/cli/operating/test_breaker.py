"""`steward breaker`: which limit stopped a sweep, and what a reset starts."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from moto import mock_aws

from functions.lease_planner.app import BY_HAND
from steward.domain.coverage import PlannedSweep
from steward.domain.limits import SweepCaps
from steward.domain.modes import Mode
from steward.domain.stacks import Unit
from steward_cli.operating import breaker_command, new_sweep
from steward_cli.operating.new_sweep import PlannerAnswer
from tests.unit.cli.hub_stack import KILL_SWITCH, HubStack, hub_stack
from tests.unit.cli.running import steward

SWEPT_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
STACK = "arn:aws:cloudformation:eu-west-1:222222222222:stack/feat-{name}/0a1b"
REASON = ("--reason", "known backlog", "--yes")


@pytest.fixture
def hub() -> Iterator[HubStack]:
    with mock_aws():
        yield hub_stack({"LeasePlannerFunctionName": "planner"})


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    reasons: list[str] = []

    def start(_found: Any, reason: str) -> PlannerAnswer:
        reasons.append(reason)
        return PlannerAnswer(sweep="later", units=4)

    monkeypatch.setattr(breaker_command, "start_sweep", start)
    return reasons


def swept(hub: HubStack, held: str = "") -> None:
    units = frozenset({Unit("222222222222", "eu-west-1")})
    sweep = PlannedSweep("sweep-1", SWEPT_AT, "0123456789ab", Mode.REAP, held, units, {})
    hub.ledger.open_sweep(sweep)


def tripped(hub: HubStack) -> None:
    swept(hub)
    for name in "ab":
        stack = STACK.format(name=name)
        hub.ledger.take_permit("sweep-1", "222222222222", stack, SweepCaps(1, 1), SWEPT_AT)


def test_a_sweep_within_its_limits_may_delete(hub: HubStack) -> None:
    swept(hub)
    answer = steward("breaker", "status")
    assert answer.code == 0
    assert "nothing" in answer.out


def test_a_tripped_sweep_says_which_limit_and_how_it_ends(hub: HubStack) -> None:
    tripped(hub)
    answer = steward("breaker", "status", "--json")
    report = json.loads(answer.out)
    assert answer.code == 1
    assert report["stopped"]
    (sweep,) = report["sweeps"]
    assert sweep["tripped"] == "sweep sweep-1 has reached its cap of 1 deletes and stopped"
    assert (sweep["granted"], sweep["by_account"]) == (1, {"222222222222": 1})
    assert "has reached its cap" in steward("breaker", "status").out


def test_no_sweep_at_all_is_no_yes(hub: HubStack) -> None:
    assert hub.ledger.sweeps(1) == ()
    answer = steward("breaker", "status")
    assert (answer.code, answer.out) == (
        1,
        "no sweep is on record; `steward doctor` says what is missing\n",
    )


def test_a_reset_starts_a_new_sweep_and_leaves_the_old_one_stopped(
    hub: HubStack, started: list[str]
) -> None:
    tripped(hub)
    answer = steward("breaker", "reset", *REASON)
    assert (answer.code, started) == (0, ["known backlog"])
    assert hub.ledger.tripped("sweep-1")


def test_nothing_is_started_while_nothing_is_stopped(hub: HubStack, started: list[str]) -> None:
    swept(hub)
    answer = steward("breaker", "reset", *REASON)
    assert (answer.code, started) == (1, [])
    assert "no limit stopped the newest sweep" in answer.err


def test_a_held_sweep_needs_another_policy_not_another_sweep(
    hub: HubStack, started: list[str]
) -> None:
    swept(hub, held="the scope newly selects 40 stacks")
    answer = steward("breaker", "reset", *REASON)
    assert (answer.code, started) == (1, [])
    assert "change the policy" in answer.err


def test_the_kill_switch_comes_first(hub: HubStack, started: list[str]) -> None:
    tripped(hub)
    hub.client("ssm").put_parameter(Name=KILL_SWITCH, Value="on", Overwrite=True)
    answer = steward("breaker", "reset", *REASON)
    assert (answer.code, started) == (1, [])
    assert "the kill switch is on" in answer.err


def test_nobody_resets_by_accident(hub: HubStack, started: list[str]) -> None:
    tripped(hub)
    assert steward("breaker", "reset", "--reason", "why").code == 2
    assert started == []


def test_the_planner_knows_who_asks() -> None:
    assert new_sweep.SOURCE == BY_HAND
