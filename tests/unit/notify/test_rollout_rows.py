"""One deployment and its rollback are one row, in whatever order they became known."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.rollouts.config import Told
from steward.domain.rollouts.results import Cause
from steward.notify.rollouts.rows import Gravity, RolloutRow, rollout_rows
from tests.factories import NOW
from tests.rollout_records import (
    FAILED_ID,
    MINUTE,
    ROLLBACK_ID,
    make_rollback,
    make_rollout,
    make_verdict,
)
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

CRASHED = make_rollout(verdicts=(make_verdict(cause=Cause.FAILSAFE),))
BY_CLOUDFORMATION = make_rollback(
    deployment_id="d-CFNBACK01", creator="CloudFormationRollback", rolls_back=""
)


@pytest.mark.parametrize(
    ("rows", "gravity"),
    [
        pytest.param(rollback_failed(), Gravity.ROLLBACK_FAILED, id="rollback-failed"),
        pytest.param(stopped_by_alarm(), Gravity.FAILED, id="failed"),
        pytest.param(crashed(), Gravity.STUCK, id="stuck"),
        pytest.param(failed_and_rolled_back(), Gravity.ROLLED_BACK, id="rolled-back"),
        pytest.param(restored(), Gravity.RESTORED, id="restored"),
        pytest.param(overridden(), Gravity.OVERRIDDEN, id="overridden"),
        pytest.param(undecided(), Gravity.INCONCLUSIVE, id="inconclusive"),
    ],
)
def test_what_belongs_together_is_one_row_as_grave_as_its_gravest(
    rows: list[RolloutRow], gravity: Gravity
) -> None:
    (row,) = rollout_rows(rows)
    assert row.gravity is gravity


@given(st.permutations(rows_of(CRASHED, make_rollback(), BY_CLOUDFORMATION)))
def test_a_failure_and_all_that_follows_it_are_one_row_in_any_order(
    rows: list[RolloutRow],
) -> None:
    (row,) = rollout_rows(rows)
    assert [each.event for each in row.notices] == [
        Told.FAILED,
        Told.STUCK,
        Told.ROLLED_BACK,
        Told.ROLLED_BACK,
    ]
    assert row.story.deployment_id == FAILED_ID
    assert row.gravity is Gravity.ROLLED_BACK


def test_a_rollback_that_does_not_say_what_it_undoes_belongs_to_the_last_failure() -> None:
    older = make_rollout(deployment_id="d-OLDER0001", completed_at=make_rollout().created_at)
    rows = rollout_rows(rows_of(older, make_rollout(), BY_CLOUDFORMATION))
    assert [[each.story.deployment_id for each in row.notices] for row in rows] == [
        ["d-OLDER0001"],
        [FAILED_ID, "d-CFNBACK01"],
    ]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"group": "other"},
        {"application": "other"},
        {"region": "us-east-1"},
        {"account_id": "333333333333"},
    ],
    ids=str,
)
def test_a_rollback_of_another_group_or_place_belongs_to_no_failure_here(
    elsewhere: dict[str, str],
) -> None:
    unlinked = BY_CLOUDFORMATION.model_copy(update=elsewhere)
    assert len(rollout_rows(rows_of(make_rollout(), unlinked))) == 2


@pytest.mark.parametrize(
    "elsewhere", [{"region": "us-east-1"}, {"account_id": "333333333333"}], ids=str
)
def test_accounts_and_regions_number_their_deployments_themselves(
    elsewhere: dict[str, str],
) -> None:
    assert len(rollout_rows(rows_of(make_rollout(), make_rollback(**elsewhere)))) == 2
    assert len(rollout_rows(rows_of(make_rollout(), make_rollout(**elsewhere)))) == 2


def test_the_most_severe_come_first_then_the_latest() -> None:
    rows = rollout_rows(reversed(every_gravity()))
    assert [row.gravity for row in rows] == list(Gravity)
    early = make_rollout(deployment_id="d-EARLY0001", completed_at=make_rollout().created_at)
    late = make_rollout()
    told = rollout_rows(rows_of(early, late))
    assert [row.story.deployment_id for row in told] == [FAILED_ID, "d-EARLY0001"]


def test_whom_mails_do_not_reach_is_said_once() -> None:
    rows = [replace(row, note="bob: bounced") for row in failed_and_rolled_back()]
    (row,) = rollout_rows(rows)
    assert row.note == "bob: bounced"


def test_a_later_rollback_counts_before_an_earlier_one() -> None:
    failed = make_rollback(status="Failed")
    again = make_rollback(deployment_id="d-AGAIN0001", completed_at=NOW + MINUTE)
    (row,) = rollout_rows(rows_of(make_rollout(), failed, again))
    assert row.gravity is Gravity.ROLLED_BACK
    latest = row.of(Told.ROLLED_BACK)
    assert latest is not None
    assert latest.story.deployment_id != ROLLBACK_ID
