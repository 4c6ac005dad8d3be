from zoneinfo import ZoneInfo

import pytest

from steward.notify.digest import Row, digest_for
from steward.notify.rollouts.rows import RolloutRow
from steward.notify.runtimes.rows import RuntimeRow
from steward.notify.subject import LONGEST_SUBJECT, subject_of
from tests.rollout_records import make_rollback, make_rollout
from tests.unit.notify.rollout_examples import (
    crashed,
    every_gravity,
    failed_and_rolled_back,
    overridden,
    restored,
    rollback_failed,
    rows_of,
    stopped_by_alarm,
    undecided,
)
from tests.unit.notify.rows import (
    HOSTILE,
    OWNER,
    deleted_row,
    due_row,
    marked_lease,
    open_policy,
)
from tests.unit.notify.runtime_examples import runtime_row

BERLIN = ZoneInfo("Europe/Berlin")
DUE = due_row(marked_lease("feat-a"), open_policy())


def subject(
    rollouts: list[RolloutRow],
    rows: tuple[Row, ...] = (),
    runtimes: tuple[RuntimeRow, ...] = (),
) -> str:
    return subject_of(digest_for(OWNER, rows, runtimes, rollouts), BERLIN)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param(
            rollback_failed(), "URGENT: the rollback of shop-cart failed", id="rollback-failed"
        ),
        pytest.param(stopped_by_alarm(), "search failed while traffic shifted", id="failed"),
        pytest.param(crashed(), "shop-orders: a rollout hook did not answer", id="stuck"),
        pytest.param(
            failed_and_rolled_back(),
            "Rollback: shop-orders failed after traffic shift",
            id="rolled-back",
        ),
        pytest.param(restored(), "Rollback: shop-orders runs version 3 again", id="restored"),
        pytest.param(overridden(), "shop-orders went on by override", id="overridden"),
        pytest.param(undecided(), "shop-orders: checks were inconclusive", id="inconclusive"),
    ],
)
def test_a_single_rollout_is_named(rows: list[RolloutRow], said: str) -> None:
    assert subject(rows) == f"Steward: {said}"


def test_several_are_counted_the_most_severe_first() -> None:
    others = rows_of(
        make_rollout(deployment_id="d-OTHER0001"), make_rollout(deployment_id="d-OTHER0002")
    )
    assert subject([*failed_and_rolled_back(), *others]) == (
        "Steward: 2 rollouts failed; 1 rollout failed and was rolled back"
    )
    assert subject([*failed_and_rolled_back(), *rollback_failed()]) == (
        "Steward: URGENT: 1 rollback failed; 1 rollout failed and was rolled back"
    )


def test_what_cannot_wait_comes_before_stacks_and_runtimes() -> None:
    assert subject(failed_and_rolled_back(), (DUE,)) == (
        "Steward: 1 rollout failed and was rolled back; "
        "1 stack expires, earliest deletion Tue 2026-11-24 10:00 CET"
    )
    assert subject(failed_and_rolled_back(), (), (runtime_row(),)).startswith(
        "Steward: 1 rollout failed and was rolled back; 1 place needs newer Lambda runtimes"
    )
    gone = deleted_row(marked_lease("feat-b"))
    assert subject(undecided(), (gone,)) == (
        "Steward: 1 rollout was inconclusive; 1 stack was deleted"
    )


def test_all_kinds_at_once_stay_within_a_header() -> None:
    line = subject(every_gravity())
    assert len(line) <= LONGEST_SUBJECT
    assert line.startswith("Steward: URGENT: 1 rollback failed; 1 rollout failed; ")


def test_a_hostile_function_forges_no_header() -> None:
    line = subject(rows_of(make_rollout(function=HOSTILE * 20), make_rollback()))
    assert "\n" not in line
    assert "\r" not in line
    assert "\u202e" not in line
    assert len(line) <= LONGEST_SUBJECT
    assert line.endswith("failed after traffic shift")
