"""What counts as a difference, as a repeat and as an untold gap."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from local.faults.campaign import copies, repeats
from local.faults.catalogue import NO_FAULT, NO_REGION_DAYS, NO_ROLE_DAYS, denials
from local.faults.denied_units import untold_gaps
from local.faults.end_state import StackEnd
from local.faults.outcome import Outcome, table
from local.inbox import Mail
from local.promises import Run

REAPED = StackEnd(False, "reaped", ("register", "mark", "reap", "reaped"), ("ana@example.com",))
OUTCOME = Outcome(
    title="Throttling",
    rate="30%",
    fired={"throttled: sts": 3},
    calls=1200,
    retried=2,
    redriven=1,
    mails=4,
    repeats=0,
    end={"data-dev eu-west-1 feat-x": REAPED},
    wrong=(),
    uncovered={0: ("data-dev eu-west-1",)},
    seconds=1.0,
)
DATA = ("data-dev eu-west-1", "data-dev us-east-1")


def mail(*recipients: str) -> Mail:
    return Mail("1", "steward@example.com", recipients, "s", "t", "h", datetime.now(UTC))


def test_the_same_end_is_no_problem() -> None:
    assert OUTCOME.problems(OUTCOME.end) == []


@pytest.mark.parametrize(
    "changed",
    [
        replace(OUTCOME, fired={"throttled: sts": 0}),
        replace(OUTCOME, wrong=("1 dead letter",)),
        replace(OUTCOME, end={}),
        replace(OUTCOME, end={"data-dev eu-west-1 feat-x": replace(REAPED, told=())}),
        replace(OUTCOME, end={"data-dev eu-west-1 feat-x": replace(REAPED, exists=True)}),
        replace(OUTCOME, end={"data-dev eu-west-1 feat-x": replace(REAPED, decisions=("reap",))}),
    ],
    ids=["silent-rule", "broken-rule", "stack-missing", "not-told", "still-there", "undecided"],
)
def test_a_difference_is_one_problem(changed: Outcome) -> None:
    assert len(changed.problems(OUTCOME.end)) == 1
    assert "1 differences" in table([changed], OUTCOME.end)


def test_the_table_has_a_line_for_each_fault() -> None:
    row = table([OUTCOME], OUTCOME.end).splitlines()[-1]
    assert row == "| Throttling | 30% | 3 of 1,200 | 2 | 1 | 4 (0) | the same |"


def test_a_second_digest_of_a_run_is_a_repeat() -> None:
    runs = [Run(1, (mail("ana"), mail("ben"), mail("ana"))), Run(2, (mail("ana"),))]
    assert repeats(runs) == 1
    assert [(each.day, len(each.mails)) for each in copies(runs)] == [(1, 2), (1, 1), (2, 1)]


def test_denied_units_must_be_on_record() -> None:
    assert list(untold_gaps(denials(), {NO_ROLE_DAYS[0]: DATA})) == []
    assert list(untold_gaps(denials(), {NO_ROLE_DAYS[0]: ()}))


def test_a_unit_that_is_read_again_is_no_gap() -> None:
    assert list(untold_gaps(denials(), {NO_REGION_DAYS[-1] + 1: ()})) == []
    assert list(untold_gaps(denials(), {NO_ROLE_DAYS[-1] + 1: DATA}))


def test_without_a_denial_there_is_no_gap() -> None:
    assert list(untold_gaps(NO_FAULT, {NO_ROLE_DAYS[0]: ()})) == []
    assert list(untold_gaps(NO_FAULT, {NO_ROLE_DAYS[0]: DATA}))
