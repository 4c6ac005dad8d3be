"""Planner and workers keep the books of sweeps: who answered, who did not, and who is told."""

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.lease_planner import app as planner_app
from functions.lease_worker import app as worker_app
from steward.domain.coverage import SweepCoverage
from steward.domain.stacks import Unit
from tests.factories import UNIT, make_policy
from tests.integration.functions.cloudformation import HUB
from tests.integration.functions.exchange import Crash
from tests.integration.functions.hub import SWEPT_AT, Function, Hub
from tests.integration.functions.samples import failed, queued, sample, unit_work

HOUR = timedelta(hours=1)
REGIONS = ("eu-west-1", "us-east-1")
HERE, FAR = (Unit(HUB, region) for region in REGIONS)


@pytest.fixture(autouse=True)
def _single_account(hub: Hub) -> None:
    """The hub alone, in two regions: the smallest organization with more than one unit."""
    hub.monkeypatch.setenv("ORGANIZATION_MODE", "single-account")
    hub.appconfig.deploy(make_policy(scope={"name_patterns": ["feat-*"], "regions": REGIONS}))


@pytest.fixture
def planner(hub: Hub) -> Function:
    return hub.function(planner_app)


@pytest.fixture
def worker(hub: Hub) -> Function:
    return hub.function(worker_app)


def plan(hub: Hub, planner: Function, after: timedelta = timedelta(0)) -> dict[str, Any]:
    hub.clock = SWEPT_AT + after
    answer: dict[str, Any] = planner(sample("schedule") | {"time": hub.clock.isoformat()})
    return answer


def messages(hub: Hub) -> list[str]:
    return sorted(json.dumps(body) for body in hub.queued(hub.units_url))


def deliver(worker: Function, *bodies: str) -> list[str]:
    return failed(worker(queued("sqs_unit", *bodies)))


def newest(hub: Hub) -> SweepCoverage:
    return hub.ledger.sweeps(1)[0]


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """The metrics of coverage that were written since."""
    names = ("UnitsSwept", "UnitsUnreachable", "UnitsUnanswered", "SweepsPartial")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {
        name: sum(line[name]) for line in lines if "_aws" in line for name in names if name in line
    }


def test_the_books_of_a_whole_sweep_are_closed_by_the_next(
    hub: Hub, planner: Function, worker: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan(hub, planner)["closed"] == []
    assert newest(hub).unanswered == {HERE, FAR}
    assert deliver(worker, *messages(hub)) == []
    assert newest(hub).whole
    capsys.readouterr()
    (closed,) = plan(hub, planner, HOUR)["closed"]
    assert (closed["state"], closed["coverage"]) == ("complete", "2 of 2 units swept")
    assert told(capsys) == {"UnitsSwept": 2, "UnitsUnreachable": 0, "UnitsUnanswered": 0}
    assert plan(hub, planner, 2 * HOUR)["closed"] == []


def test_a_unit_without_an_answer_is_waited_for_and_then_alarms_once(
    hub: Hub, planner: Function, worker: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    plan(hub, planner)
    deliver(worker, messages(hub)[0])
    assert plan(hub, planner, HOUR)["closed"] == []
    capsys.readouterr()
    (closed,) = plan(hub, planner, 2 * HOUR)["closed"]
    assert closed["coverage"] == "PARTIAL: 1 of 2 units swept, 1 unanswered"
    assert told(capsys)["SweepsPartial"] == 1
    second = plan(hub, planner, 2 * HOUR + HOUR / 2)
    assert second["closed"] == []


def test_an_account_that_cannot_be_reached_makes_the_sweep_partial_but_wakes_nobody(
    hub: Hub, planner: Function, worker: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    plan(hub, planner)
    hub.exchange.refuse("DescribeStacks", "OptInRequired", "no")
    assert deliver(worker, *messages(hub)) == []
    capsys.readouterr()
    (closed,) = plan(hub, planner, HOUR)["closed"]
    assert closed["coverage"] == "PARTIAL: 1 of 2 units swept, 1 unreachable"
    counts = told(capsys)
    assert (counts["UnitsUnreachable"], "SweepsPartial" in counts) == (1, False)


def test_a_batch_that_fails_half_is_counted_by_halves(
    hub: Hub, planner: Function, worker: Function
) -> None:
    plan(hub, planner)
    here, far = messages(hub)
    hub.exchange.refuse("DescribeStacks", "Throttling", "slow down", skip=1)
    assert deliver(worker, here, far) == ["1"]
    half = newest(hub)
    assert (half.swept, set(half.unanswered)) == (1, {FAR})
    assert "slow down" in half.failed[FAR]
    assert deliver(worker, far) == []
    assert (newest(hub).whole, newest(hub).failed) == (True, {})


def test_a_unit_that_is_delivered_twice_counts_once(
    hub: Hub, planner: Function, worker: Function
) -> None:
    plan(hub, planner)
    here, _ = messages(hub)
    for batch in ((here,), (here,), (here, here)):
        deliver(worker, *batch)
    assert (newest(hub).swept, set(newest(hub).unanswered)) == (1, {FAR})


def test_a_late_answer_counts_for_its_own_sweep(
    hub: Hub, planner: Function, worker: Function
) -> None:
    plan(hub, planner)
    late = messages(hub)
    plan(hub, planner, 3 * HOUR)
    deliver(worker, late[0], *messages(hub)[1:], late[1])
    second, first = hub.ledger.sweeps(2)
    assert (first.swept, second.swept) == (2, 1)


def test_a_worker_that_dies_before_its_answer_leaves_the_units_open(
    hub: Hub, planner: Function, worker: Function
) -> None:
    plan(hub, planner)
    bodies = messages(hub)

    def die() -> None:
        raise Crash

    hub.exchange.before("PutItem", die)
    with pytest.raises(Crash):
        deliver(worker, *bodies)
    assert newest(hub).unanswered == {HERE, FAR}
    worker.restart()
    assert deliver(worker, *bodies) == []
    assert newest(hub).whole


def test_an_answer_that_cannot_be_written_brings_the_batch_back(
    hub: Hub, planner: Function, worker: Function
) -> None:
    plan(hub, planner)
    bodies = messages(hub)
    hub.exchange.refuse("PutItem", "InternalServerError")
    with pytest.raises(Exception, match="InternalServerError"):
        deliver(worker, *bodies)
    assert newest(hub).swept == 0


def test_a_planner_that_dies_while_sending_leaves_its_units_on_record(
    hub: Hub, planner: Function
) -> None:
    def die() -> None:
        raise Crash

    hub.exchange.before("SendMessageBatch", die)
    with pytest.raises(Crash):
        plan(hub, planner)
    assert newest(hub).unanswered == {HERE, FAR}


def test_a_message_from_the_future_is_no_answer(
    hub: Hub, planner: Function, worker: Function
) -> None:
    plan(hub, planner)
    hub.clock -= 2 * HOUR
    assert deliver(worker, *messages(hub)) == ["0", "1"]
    assert (newest(hub).failed, len(newest(hub).unanswered)) == ({}, 2)


def test_books_that_cannot_be_read_hold_up_no_sweep_and_alarm_once(
    hub: Hub, planner: Function, capsys: pytest.CaptureFixture[str]
) -> None:
    plan(hub, planner)
    pk = f"SWEEP#{newest(hub).sweep_id}"
    hub.ledger.put_alone({"pk": {"S": pk}, "sk": {"S": "DONE#x"}, "swept": {"S": "?"}})
    capsys.readouterr()
    answer = plan(hub, planner, HOUR)
    assert answer["units"] == 2
    assert "PARTIAL: its record cannot be read" in answer["closed"][0]["coverage"]
    assert told(capsys)["SweepsPartial"] == 1
    assert plan(hub, planner, HOUR + HOUR / 2)["closed"] == []


def test_a_unit_that_is_visited_no_more_is_no_gap_any_more(hub: Hub, planner: Function) -> None:
    hub.ledger.note_gap(UNIT, "the account left the organization", SWEPT_AT)
    hub.ledger.note_gap(FAR, "closed", SWEPT_AT)
    plan(hub, planner)
    assert set(hub.ledger.gaps()) == {FAR}


def test_an_answer_names_no_unit_of_another_sweep(hub: Hub, worker: Function) -> None:
    assert deliver(worker, unit_work(sweep_id="stray").model_dump_json()) == []
    assert hub.ledger.sweeps(5) == ()
