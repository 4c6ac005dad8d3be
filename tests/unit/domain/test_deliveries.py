"""What became of a mail, whatever order its events come in."""

from itertools import permutations

import pytest

from steward.domain.deliveries import DeliveryStatus

S = DeliveryStatus


@pytest.mark.parametrize("status", DeliveryStatus)
def test_a_mail_failed_when_nobody_can_have_read_it(status: DeliveryStatus) -> None:
    assert status.failed is (status in {S.BOUNCED, S.SUPPRESSED, S.REJECTED})


@pytest.mark.parametrize(
    ("reported", "stands"),
    [
        pytest.param((S.ACCEPTED, S.DELAYED, S.DELIVERED), S.DELIVERED, id="late"),
        pytest.param((S.ACCEPTED, S.DELIVERED, S.BOUNCED), S.BOUNCED, id="bounced after all"),
        pytest.param((S.ACCEPTED, S.DELIVERED, S.COMPLAINED), S.COMPLAINED, id="complaint"),
        pytest.param((S.ACCEPTED, S.DELAYED, S.BOUNCED), S.BOUNCED, id="given up"),
        pytest.param((S.DELIVERED, S.DELIVERED), S.DELIVERED, id="twice"),
    ],
)
def test_the_same_stands_in_any_order(
    reported: tuple[DeliveryStatus, ...], stands: DeliveryStatus
) -> None:
    for order in permutations(reported):
        status = order[0]
        for later in order[1:]:
            status = later.after(status)
        assert status is stands
