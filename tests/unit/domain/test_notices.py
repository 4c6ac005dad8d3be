"""When an owner is told, and how early that allows a deletion."""

from datetime import UTC, datetime, timedelta

import pytest

from steward.domain.leases import Lease, LeaseNotice
from steward.domain.notices import (
    due_stage,
    earliest_deletion,
    full_notice,
    fully_told,
    planned_deletion,
    stages_of,
)
from tests.factories import CREATED, NOW, make_lease, make_policy

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
WEEK = 7 * DAY
POLICY = make_policy()
ALWAYS = {
    "timezone": "UTC",
    "hours": "00:00-24:00",
    "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
}
ANY_TIME = make_policy(windows=ALWAYS)
LATE = CREATED + DAY + SECOND


def told(stage: timedelta, delivered_at: datetime | None = NOW) -> LeaseNotice:
    return LeaseNotice(stage, delivered_at or NOW, delivered_at)


def waiting(stage: timedelta) -> LeaseNotice:
    return LeaseNotice(stage, NOW)


@pytest.mark.parametrize(
    ("life", "registered_at", "full"),
    [
        pytest.param(14 * DAY, CREATED, WEEK, id="ordinary life"),
        pytest.param(WEEK + SECOND, CREATED, WEEK, id="a second longer than the first stage"),
        pytest.param(WEEK, CREATED, 3 * DAY, id="as long as the first stage"),
        pytest.param(3 * DAY, CREATED, DAY, id="as long as the second stage"),
        pytest.param(DAY, CREATED, DAY, id="as long as the last stage"),
        pytest.param(HOUR, CREATED, DAY, id="shorter than any stage"),
        pytest.param(-DAY, CREATED, DAY, id="expired before it began"),
        pytest.param(HOUR, CREATED + DAY, DAY, id="found just in time"),
        pytest.param(HOUR, LATE, WEEK, id="found too late"),
    ],
)
def test_the_full_notice_fits_the_life_that_was_asked_for(
    life: timedelta, registered_at: datetime, full: timedelta
) -> None:
    lease = make_lease(expires_at=CREATED + life, registered_at=registered_at)
    assert full_notice(lease, POLICY) == full
    assert stages_of(lease, POLICY) == [stage for stage in (WEEK, 3 * DAY, DAY) if stage <= full]


@pytest.mark.parametrize(
    ("expires_at", "notices", "earliest"),
    [
        pytest.param(NOW + 9 * DAY, (), NOW + 9 * DAY, id="untold, far from expiry"),
        pytest.param(NOW + 4 * DAY, (), NOW + WEEK, id="untold, near expiry"),
        pytest.param(NOW - 99 * DAY, (), NOW + WEEK, id="untold, long expired"),
        pytest.param(NOW, (waiting(WEEK),), NOW + WEEK, id="queued is not told"),
        pytest.param(NOW + 4 * DAY, (told(WEEK, NOW - 3 * DAY),), NOW + 4 * DAY, id="told in time"),
        pytest.param(NOW + 3 * DAY, (told(WEEK, NOW - 3 * DAY),), NOW + 4 * DAY, id="told late"),
        pytest.param(
            NOW, (told(WEEK, NOW - WEEK), told(DAY, NOW)), NOW + DAY, id="last notice late"
        ),
        pytest.param(
            NOW,
            (told(WEEK, NOW - 8 * DAY), told(DAY, NOW - DAY)),
            NOW,
            id="told in full",
        ),
        pytest.param(
            NOW,
            (told(WEEK, NOW - DAY), waiting(DAY)),
            NOW + 6 * DAY,
            id="first told, last queued",
        ),
        pytest.param(
            NOW,
            (told(WEEK, NOW - 6 * DAY), told(3 * DAY, NOW - 2 * DAY), told(DAY, NOW - 3 * DAY)),
            NOW + DAY,
            id="the first and the latest delivery count",
        ),
    ],
)
def test_a_late_notice_moves_the_deletion_later(
    expires_at: datetime, notices: tuple[LeaseNotice, ...], earliest: datetime
) -> None:
    lease = make_lease(expires_at=expires_at, notices=notices)
    assert full_notice(make_lease(), POLICY) == WEEK
    assert earliest_deletion(lease_of_a_long_life(lease), POLICY, NOW) == earliest


def lease_of_a_long_life(lease: Lease) -> Lease:
    """Found late, so that the full notice is a week whatever the expiry is."""
    return make_lease(expires_at=lease.expires_at, notices=lease.notices, registered_at=LATE)


def test_the_planned_deletion_waits_for_a_window() -> None:
    friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
    lease = make_lease(expires_at=friday, notices=(told(WEEK, NOW - WEEK),))
    assert planned_deletion(lease, POLICY, NOW) == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert planned_deletion(lease, ANY_TIME, NOW) == friday


def test_there_is_no_planned_deletion_without_a_window() -> None:
    frozen = {"freeze": [{"first": "2026-01-01", "last": "2029-01-01"}]}
    assert planned_deletion(make_lease(), make_policy(windows=frozen), NOW) is None


@pytest.mark.parametrize(
    ("expires_at", "notices", "due"),
    [
        pytest.param(NOW + WEEK + SECOND, (), None, id="a second before the first stage"),
        pytest.param(NOW + WEEK, (), WEEK, id="the first stage exactly"),
        pytest.param(NOW + 2 * DAY, (), WEEK, id="too late for the first: it still comes first"),
        pytest.param(NOW - 99 * DAY, (), WEEK, id="long expired: one full notice"),
        pytest.param(NOW, (waiting(WEEK),), None, id="queued already"),
        pytest.param(
            NOW + 3 * DAY + SECOND,
            (told(WEEK, NOW - 4 * DAY + SECOND),),
            None,
            id="a second before the second stage",
        ),
        pytest.param(NOW + 3 * DAY, (told(WEEK, NOW - 4 * DAY),), 3 * DAY, id="second stage"),
        pytest.param(
            NOW + 3 * DAY, (told(WEEK, NOW - DAY),), None, id="told late: second is later"
        ),
        pytest.param(
            NOW + DAY + SECOND,
            (told(WEEK, NOW - 6 * DAY), waiting(3 * DAY)),
            None,
            id="second queued, third not due",
        ),
        pytest.param(NOW + DAY, (told(WEEK, NOW - 6 * DAY), told(3 * DAY)), DAY, id="third stage"),
        pytest.param(
            NOW + DAY, (told(WEEK, NOW - 6 * DAY),), DAY, id="missed sweeps collapse to the latest"
        ),
        pytest.param(
            NOW - 30 * DAY, (told(WEEK, NOW - 40 * DAY),), DAY, id="missed the date: the last one"
        ),
        pytest.param(
            NOW + DAY,
            (told(WEEK, NOW - 6 * DAY), told(DAY)),
            None,
            id="nothing after the last stage",
        ),
        pytest.param(NOW - DAY, (told(DAY, NOW - 2 * DAY),), None, id="never a longer one after"),
    ],
)
def test_the_latest_stage_that_is_due_is_announced(
    expires_at: datetime, notices: tuple[LeaseNotice, ...], due: timedelta | None
) -> None:
    lease = make_lease(expires_at=expires_at, notices=notices, registered_at=LATE)
    assert due_stage(lease, ANY_TIME, NOW) == due


def test_a_short_life_skips_the_long_stages() -> None:
    lease = make_lease(created_at=NOW, registered_at=NOW, deployed_at=NOW, expires_at=NOW + 2 * DAY)
    assert due_stage(lease, ANY_TIME, NOW + DAY - SECOND) is None
    assert due_stage(lease, ANY_TIME, NOW + DAY) == DAY


def test_the_first_stage_is_reckoned_without_windows_the_later_ones_with() -> None:
    friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
    untold = make_lease(expires_at=friday, registered_at=LATE)
    assert due_stage(untold, POLICY, friday - WEEK) == WEEK
    lease = make_lease(expires_at=friday, registered_at=LATE, notices=(told(WEEK, friday - WEEK),))
    monday = datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert due_stage(lease, POLICY, monday - 3 * DAY - SECOND) is None
    assert due_stage(lease, POLICY, monday - 3 * DAY) == 3 * DAY


def test_without_a_window_only_the_first_stage_is_due() -> None:
    frozen = make_policy(windows={"freeze": [{"first": "2026-01-01", "last": "2029-01-01"}]})
    assert due_stage(make_lease(expires_at=NOW), frozen, NOW) == WEEK
    assert due_stage(make_lease(expires_at=NOW, notices=(told(WEEK),)), frozen, NOW) is None


@pytest.mark.parametrize(
    ("notices", "expected"),
    [
        pytest.param((), False, id="never told"),
        pytest.param((told(WEEK, NOW - 9 * DAY),), False, id="only the first stage"),
        pytest.param((told(WEEK, NOW - 9 * DAY), waiting(DAY)), False, id="last only queued"),
        pytest.param((told(DAY, NOW - DAY + SECOND),), False, id="a second too late"),
        pytest.param((told(DAY, NOW - DAY),), True, id="exactly long enough ago"),
        pytest.param((told(12 * HOUR, NOW - DAY),), True, id="a shorter stage of an old policy"),
        pytest.param((told(12 * HOUR, NOW), told(DAY, NOW - DAY)), True, id="the first of them"),
    ],
)
def test_the_final_notice_has_to_be_old_enough(
    notices: tuple[LeaseNotice, ...], expected: bool
) -> None:
    assert fully_told(make_lease(notices=notices), POLICY, NOW) is expected
