"""The lease's own arithmetic: names, deliveries, and the tag that mirrors its mark."""

from dataclasses import replace
from datetime import timedelta

import pytest

from steward.domain.leases import (
    ENDED_STATES,
    LeaseNotice,
    LeaseState,
    TagMirror,
    TagStatus,
    lease_id,
    mirror_wanted,
    with_delivery,
)
from tests.factories import NOW, make_lease

WEEK, DAY = timedelta(days=7), timedelta(days=1)
OLD, NEW = "2026-12-01T09:00:00Z", "2026-12-08T09:00:00Z"


def test_a_lease_has_a_short_stable_name() -> None:
    lease = make_lease()
    assert lease.lease_id == lease_id(lease.stack_id)
    assert lease_id("arn:a") == "4339988dfbd6"
    assert lease_id("arn:a") != lease_id("arn:b")


def test_the_ended_states_are_final() -> None:
    assert {LeaseState.REAPED, LeaseState.GONE} == ENDED_STATES


def test_a_delivery_counts_for_its_stage_only() -> None:
    lease = make_lease(notices=(LeaseNotice(WEEK, NOW), LeaseNotice(DAY, NOW)))
    told = with_delivery(lease, DAY, NOW + DAY)
    assert told.notices == (LeaseNotice(WEEK, NOW), LeaseNotice(DAY, NOW, NOW + DAY))
    assert told.delivered == told.notices[1:]
    assert told.awaits_delivery


def test_the_first_delivery_counts() -> None:
    lease = make_lease(notices=(LeaseNotice(WEEK, NOW, NOW + DAY),))
    assert with_delivery(lease, WEEK, NOW + 2 * DAY) == lease


def test_a_delivery_of_an_unknown_stage_changes_nothing() -> None:
    lease = make_lease(notices=(LeaseNotice(WEEK, NOW),))
    assert with_delivery(lease, DAY, NOW) == lease


def test_nothing_is_awaited_without_notices_or_when_all_arrived() -> None:
    assert not make_lease().awaits_delivery
    assert not make_lease(notices=(LeaseNotice(WEEK, NOW, NOW),)).awaits_delivery


NONE = TagMirror()
WANTED_OLD = TagMirror(TagStatus.WANTED, OLD)
WRITTEN_OLD = TagMirror(TagStatus.WRITTEN, OLD)
SKIPPED_OLD = TagMirror(TagStatus.SKIPPED, OLD, "no room")
REMOVAL_SKIPPED = TagMirror(TagStatus.SKIPPED, "", "no rights")
REVERTED = TagMirror(TagStatus.REVERTED, OLD, "rolled back")
WANTED_NEW = TagMirror(TagStatus.WANTED, NEW)
REMOVE = TagMirror(TagStatus.WANTED, "")


@pytest.mark.parametrize(
    ("tag", "value", "aim"),
    [
        pytest.param(NONE, NEW, WANTED_NEW, id="first mark"),
        pytest.param(NONE, "", NONE, id="never marked"),
        pytest.param(WANTED_OLD, OLD, WANTED_OLD, id="still wanted"),
        pytest.param(WANTED_OLD, NEW, WANTED_NEW, id="date moves before it was written"),
        pytest.param(WANTED_OLD, "", REMOVE, id="unmarked; an older date may be on the stack"),
        pytest.param(REMOVE, "", REMOVE, id="still to be removed"),
        pytest.param(REMOVE, NEW, WANTED_NEW, id="marked again before it was removed"),
        pytest.param(WRITTEN_OLD, OLD, WRITTEN_OLD, id="written already"),
        pytest.param(WRITTEN_OLD, NEW, WANTED_NEW, id="date moves after it was written"),
        pytest.param(WRITTEN_OLD, "", REMOVE, id="unmarked after it was written"),
        pytest.param(SKIPPED_OLD, OLD, SKIPPED_OLD, id="skipped stays skipped"),
        pytest.param(SKIPPED_OLD, NEW, WANTED_NEW, id="another date is another try"),
        pytest.param(SKIPPED_OLD, "", REMOVE, id="unmarked after a skip"),
        pytest.param(REMOVAL_SKIPPED, "", REMOVAL_SKIPPED, id="skipped removal stays skipped"),
        pytest.param(REVERTED, NEW, REVERTED, id="a reverted update is never tried again"),
        pytest.param(REVERTED, "", REVERTED, id="nor to remove the tags"),
    ],
)
def test_the_tag_follows_the_mark(tag: TagMirror, value: str, aim: TagMirror) -> None:
    assert mirror_wanted(tag, value) == aim


@pytest.mark.parametrize("value", ["", OLD])
@pytest.mark.parametrize(
    "tag", [NONE, WANTED_OLD, REMOVE, WRITTEN_OLD, SKIPPED_OLD, REMOVAL_SKIPPED, REVERTED]
)
def test_the_same_aim_twice_is_the_same_tag(tag: TagMirror, value: str) -> None:
    once = mirror_wanted(tag, value)
    assert mirror_wanted(once, value) == once


def test_a_lease_is_a_value() -> None:
    assert make_lease() == make_lease()
    assert replace(make_lease(), version=1) != make_lease()
