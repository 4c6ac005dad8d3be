"""The books of sweeps: few writes, one partition a sweep, and no answer counted twice."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from steward.domain.coverage import Answers, PlannedSweep, SweepCoverage, coverage_of
from steward.domain.modes import Mode
from steward.domain.stacks import Unit
from steward.ledger.keys import SWEEPS, key, plan_key, sweep_key
from steward.ledger.ledger import Ledger
from tests.factories import FINGERPRINT, NOW, UNIT
from tests.integration.ledger.conftest import TABLE, TableReader
from tests.integration.ledger.wire import Wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HOUR = timedelta(hours=1)
FAR = Unit(UNIT.account_id, "us-east-1")
OTHER = Unit("333333333333", "eu-west-1")
ALL = frozenset({UNIT, FAR, OTHER})
LATER = NOW + 3 * HOUR
PASSED_OVER = {"444444444444": "excluded", "555555555555": "excluded", "666666666666": "left"}
SWEEP = PlannedSweep(
    "2026-11-23T09:00:00Z", NOW, FINGERPRINT, Mode.NOTIFY, "held back", ALL, PASSED_OVER
)


def swept(*units: Unit) -> Answers:
    return Answers(frozenset(units))


def answer(ledger: Ledger, invocation: str, answers: Answers) -> None:
    ledger.save_answers(SWEEP.sweep_id, SWEEP.swept_at, invocation, answers)


def only(ledger: Ledger) -> SweepCoverage:
    (coverage,) = ledger.sweeps(10)
    return coverage


def test_a_sweep_is_read_as_it_was_planned_and_answered(ledger: Ledger) -> None:
    ledger.open_sweep(SWEEP)
    answers = Answers(frozenset({UNIT}), {FAR: "closed"}, {OTHER: "Throttling: slow down"})
    answer(ledger, "a", answers)
    assert only(ledger) == coverage_of(SWEEP, answers)
    assert ledger.book(only(ledger)) == (SWEEP, answers)


def test_an_empty_ledger_has_no_sweep(ledger: Ledger) -> None:
    assert ledger.sweeps(10) == ()
    assert list(ledger.open_sweeps(10)) == []


def test_the_newest_sweeps_come_first_and_no_more_than_asked_for(ledger: Ledger) -> None:
    for hours in range(5):
        at = NOW + hours * HOUR
        ledger.open_sweep(replace(SWEEP, sweep_id=f"sweep-{hours}", swept_at=at))
    assert [each.sweep_id for each in ledger.sweeps(3)] == ["sweep-4", "sweep-3", "sweep-2"]


@pytest.mark.parametrize(
    "deliveries",
    [
        pytest.param([swept(UNIT, FAR, OTHER)], id="once"),
        pytest.param([swept(UNIT, FAR, OTHER), swept(FAR)], id="a-unit-again"),
        pytest.param([swept(UNIT), swept(FAR), swept(OTHER)], id="one-by-one"),
        pytest.param(
            [Answers(frozenset({UNIT, FAR}), {}, {OTHER: "broken"}), swept(OTHER)], id="by-halves"
        ),
        pytest.param(
            [swept(*ALL), Answers(unreachable={FAR: "closed"})], id="closed-the-next-time"
        ),
        pytest.param([Answers(unreachable={FAR: "closed"}), swept(*ALL)], id="open-the-next-time"),
    ],
)
def test_however_units_are_delivered_each_counts_once(
    ledger: Ledger, deliveries: list[Answers]
) -> None:
    ledger.open_sweep(SWEEP)
    for number, answers in enumerate(deliveries):
        answer(ledger, f"invocation-{number}", answers)
    assert (only(ledger).swept, only(ledger).whole) == (3, True)


def test_the_same_answer_written_again_changes_nothing(ledger: Ledger, items: TableReader) -> None:
    ledger.open_sweep(SWEEP)
    answer(ledger, "a", swept(UNIT))
    before = items.all()
    answer(ledger, "a", swept(UNIT))
    assert items.all() == before


def test_a_late_answer_counts_for_its_own_sweep(ledger: Ledger) -> None:
    ledger.open_sweep(SWEEP)
    answer(ledger, "a", swept(UNIT, FAR))
    assert ledger.close_sweep(only(ledger), LATER) is True
    ledger.open_sweep(replace(SWEEP, sweep_id="next", swept_at=LATER))
    answer(ledger, "b", swept(OTHER))
    following, late = ledger.sweeps(2)
    assert (late.whole, late.closed_at) == (True, LATER)
    assert following.unanswered == ALL


def test_books_are_closed_once(ledger: Ledger) -> None:
    ledger.open_sweep(SWEEP)
    (waiting,) = ledger.open_sweeps(10)
    assert ledger.close_sweep(waiting, LATER) is True
    assert ledger.close_sweep(waiting, LATER + HOUR) is False
    assert only(ledger).closed_at == LATER
    assert set(only(ledger).unanswered) == ALL
    assert list(ledger.open_sweeps(10)) == []


def test_a_sweep_that_was_whole_is_not_counted_again(ledger: Ledger, wire: Wire) -> None:
    ledger.open_sweep(SWEEP)
    answer(ledger, "a", swept(*ALL))
    ledger.close_sweep(only(ledger), LATER)
    wire.clear()
    assert only(ledger).whole
    assert wire.sent == {"Query": 2}


def test_forty_thousand_units_are_two_writes_and_two_reads(ledger: Ledger, wire: Wire) -> None:
    regions = ("eu-west-1", "eu-central-1", "us-east-1", "us-west-2")
    accounts = [f"{number:012d}" for number in range(10_000)]
    units = frozenset(Unit(account, region) for account in accounts for region in regions)
    ledger.open_sweep(replace(SWEEP, units=units, passed_over={}))
    assert wire.sent == {"PutItem": 2}
    wire.clear()
    assert only(ledger).unanswered == units
    assert wire.sent == {"Query": 3}


def test_a_plan_too_large_for_one_item_is_several(ledger: Ledger, items: TableReader) -> None:
    passed_over = {f"{number:012d}": f"{number} {'x' * 480}" for number in range(2_000)}
    ledger.open_sweep(replace(SWEEP, passed_over=passed_over))
    assert only(ledger).passed_over == passed_over
    assert len([sk for _, sk in sorted(items.keys()) if sk.startswith("PLAN#")]) == 4


def test_an_answer_is_one_write(ledger: Ledger, wire: Wire) -> None:
    answer(ledger, "a", Answers(frozenset({UNIT, FAR}), {OTHER: "closed"}))
    assert wire.sent == {"PutItem": 1}


def test_everything_of_a_sweep_is_forgotten_after_thirty_days(
    ledger: Ledger, items: TableReader
) -> None:
    ledger.open_sweep(SWEEP)
    answer(ledger, "a", swept(UNIT))
    until = str(int((NOW + timedelta(days=30)).timestamp()))
    assert {item["expires_epoch_seconds"]["N"] for item in items.all()} == {until}
    assert len(items.all()) == 3


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        pytest.param(
            sweep_key(SWEEP.sweep_id, NOW) | {"mode": {"S": "destroy"}}, "is missing", id="header"
        ),
        pytest.param(plan_key(SWEEP.sweep_id, 0) | {"units": {"S": ""}}, "units", id="plan"),
        pytest.param(
            key(f"SWEEP#{SWEEP.sweep_id}", "DONE#a")
            | {"swept": {"L": [{"S": "nowhere"}]}, "unreachable": {"M": {}}, "failed": {"M": {}}},
            "'nowhere', which is no account/region",
            id="answer",
        ),
    ],
)
def test_an_item_that_cannot_be_read_makes_its_sweep_partial_and_no_other(
    ledger: Ledger, client: "DynamoDBClient", broken: dict[str, dict[str, str]], says: str
) -> None:
    ledger.open_sweep(SWEEP)
    answer(ledger, "a", swept(*ALL))
    ledger.open_sweep(replace(SWEEP, sweep_id="good", swept_at=LATER, units=frozenset({UNIT})))
    client.put_item(TableName=TABLE, Item=broken)
    good, bad = ledger.sweeps(2)
    assert good.unreadable == ""
    assert says in bad.unreadable
    assert (bad.sweep_id, bad.swept_at, bad.whole) == (SWEEP.sweep_id, NOW, False)
    assert bad.state(NOW) == "partial"


def test_a_chunk_that_is_gone_is_no_smaller_plan(ledger: Ledger, client: "DynamoDBClient") -> None:
    ledger.open_sweep(SWEEP)
    client.delete_item(TableName=TABLE, Key=plan_key(SWEEP.sweep_id, 0))
    answer(ledger, "a", swept(*ALL))
    assert "0 of 1 items of the plan are there" in only(ledger).unreadable
    assert only(ledger).planned == 3


def test_a_key_of_another_kind_hides_no_sweep(ledger: Ledger, client: "DynamoDBClient") -> None:
    ledger.open_sweep(SWEEP)
    client.put_item(TableName=TABLE, Item=key(SWEEPS, "zzz"))
    strange, known = ledger.sweeps(2)
    assert (strange.sweep_id, strange.whole) == ("zzz", False)
    assert known.unreadable == ""
