"""A deletion never outruns the bounce of the notice it rests on."""

from datetime import timedelta

import pytest

from steward.domain.leases import LeaseNotice, LeaseState
from steward.domain.notices import earliest_deletion, fully_told
from tests.factories import NOW, make_lease, make_policy

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
STAGES = (7 * DAY, 3 * DAY, DAY)


@pytest.mark.parametrize(
    ("minimum", "wait", "lasts"),
    [
        pytest.param("24h", "14h", 24 * HOUR, id="the-notice-is-longer"),
        pytest.param("6h", "14h", 14 * HOUR, id="the-wait-is-longer"),
        pytest.param("6h", "30h", 30 * HOUR, id="the-wait-is-longer-than-the-last-stage"),
    ],
)
def test_the_last_notice_has_to_be_so_old(minimum: str, wait: str, lasts: timedelta) -> None:
    policy = make_policy(minimum_notice=minimum, delivery_wait=wait)
    lease = make_lease(
        state=LeaseState.MARKED,
        marked_at=NOW - 10 * DAY,
        expires_at=NOW - DAY,
        notices=tuple(
            LeaseNotice(stage, NOW - early, NOW - early)
            for stage, early in zip(STAGES, (10 * DAY, 4 * DAY, timedelta(0)), strict=True)
        ),
    )
    assert earliest_deletion(lease, policy, NOW) == NOW + lasts
    assert not fully_told(lease, policy, NOW + lasts - SECOND)
    assert fully_told(lease, policy, NOW + lasts)
