from datetime import timedelta

import pytest

from steward.domain.limits import SweepCaps
from steward.ledger.ledger import Ledger
from steward.ledger.permits import PERMITS_KEPT
from tests.factories import NOW, make_stack_id
from tests.integration.ledger.conftest import TableReader
from tests.integration.ledger.wire import Wire

SWEEP = "2026-11-23T09:00:00Z"
CAPS = SweepCaps(total=4, per_account=2)


def granted(ledger: Ledger, stacks: list[str], caps: SweepCaps = CAPS) -> list[bool]:
    """Ask for each `account/name` in turn."""
    return [ask(ledger, stack, caps) for stack in stacks]


def ask(ledger: Ledger, stack: str, caps: SweepCaps = CAPS) -> bool:
    account, _, name = stack.partition("/")
    return ledger.take_permit(SWEEP, account * 12, make_stack_id(name), caps, NOW).granted


@pytest.mark.parametrize(
    ("asked", "answers", "trips"),
    [
        pytest.param(["1/a", "1/b"], [True, True], False, id="account-exactly-at-its-cap"),
        pytest.param(["1/a", "1/b", "1/c"], [True, True, False], False, id="account-one-over"),
        pytest.param(
            ["1/a", "1/b", "1/c", "2/d"], [True, True, False, True], False, id="others-go-on"
        ),
        pytest.param(
            ["1/a", "1/b", "2/c", "2/d"], [True] * 4, False, id="sweep-exactly-at-its-cap"
        ),
        pytest.param(
            ["1/a", "1/b", "2/c", "2/d", "3/e"], [True] * 4 + [False], True, id="sweep-one-over"
        ),
        pytest.param(["1/a", "1/a", "1/a"], [True] * 3, False, id="one-stack-counts-once"),
        pytest.param(
            ["1/a", "1/b", "2/c", "2/d", "1/a"], [True] * 5, False, id="a-holder-at-the-cap"
        ),
        pytest.param(
            ["1/a", "1/b", "2/c", "2/d", "3/e", "1/a"],
            [True] * 4 + [False, False],
            True,
            id="no-holder-either-once-tripped",
        ),
    ],
)
def test_the_caps(ledger: Ledger, asked: list[str], answers: list[bool], trips: bool) -> None:
    assert granted(ledger, asked) == answers
    assert bool(ledger.tripped(SWEEP)) is trips


@pytest.mark.parametrize(
    ("caps", "trips"),
    [
        pytest.param(SweepCaps(0, 5), True, id="none-in-the-sweep"),
        pytest.param(SweepCaps(5, 0), False, id="none-in-an-account"),
    ],
)
def test_a_cap_of_zero_permits_nothing(ledger: Ledger, caps: SweepCaps, trips: bool) -> None:
    assert granted(ledger, ["1/a", "2/b"], caps) == [False, False]
    assert bool(ledger.tripped(SWEEP)) is trips


def test_a_refusal_says_which_cap(ledger: Ledger) -> None:
    granted(ledger, ["1/a", "1/b"])
    full = ledger.take_permit(SWEEP, "1" * 12, make_stack_id("c"), CAPS, NOW)
    assert full.reason == f"account 111111111111 has reached its cap of 2 deletes in sweep {SWEEP}"
    granted(ledger, ["2/c", "2/d"])
    over = ledger.take_permit(SWEEP, "3" * 12, make_stack_id("e"), CAPS, NOW)
    assert over.reason == f"sweep {SWEEP} has reached its cap of 4 deletes and stopped"
    assert ledger.tripped(SWEEP) == over.reason


def test_a_tripped_sweep_grants_nothing_and_keeps_the_first_reason(ledger: Ledger) -> None:
    ledger.trip(SWEEP, "five deletes failed in a row", NOW)
    ledger.trip(SWEEP, "another reason", NOW)
    permit = ledger.take_permit(SWEEP, "1" * 12, make_stack_id("a"), CAPS, NOW)
    assert (permit.granted, permit.reason) == (False, "five deletes failed in a row")


def test_another_sweep_starts_anew(ledger: Ledger) -> None:
    ledger.trip(SWEEP, "stopped", NOW)
    permit = ledger.take_permit("next", "1" * 12, make_stack_id("a"), CAPS, NOW)
    assert permit.granted
    assert ledger.tripped("next") == ""


def test_a_permit_costs_one_call(ledger: Ledger, wire: Wire) -> None:
    ask(ledger, "1/a")
    assert wire.sent == {"UpdateItem": 1}


def test_one_taken_meanwhile_counts(ledger: Ledger, wire: Wire) -> None:
    caps = SweepCaps(1, 1)
    wire.before("UpdateItem", lambda: ask(ledger, "2/b", caps))
    assert not ask(ledger, "1/a", caps)


@pytest.mark.parametrize("by", ["take", "trip"])
def test_permits_are_forgotten_long_after_the_sweep(
    ledger: Ledger, items: TableReader, by: str
) -> None:
    if by == "take":
        ask(ledger, "1/a")
    else:
        ledger.trip(SWEEP, "stopped", NOW)
    forgotten = items.one(f"SWEEP#{SWEEP}", "PERMITS")["expires_epoch_seconds"]
    assert forgotten == {"N": str(int((NOW + PERMITS_KEPT).timestamp()))}
    assert timedelta(days=30) <= PERMITS_KEPT
