from dataclasses import replace
from datetime import timedelta

import pytest

from steward.domain.leases import LeaseNotice, with_delivery
from steward.domain.notices import planned_deletion
from steward.domain.outbox import NoticeKind, event_notice
from steward.notify.digest import Row, Section, digest_for, event_row, stage_row
from tests.factories import NOW, make_notice, make_policy
from tests.unit.notify.rows import (
    DAY,
    OWNER,
    blocked_row,
    deleted_row,
    due_row,
    marked_lease,
    mixed_digest,
    open_policy,
)

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("expires_at", "section"),
    [
        pytest.param(NOW - 30 * DAY, Section.TODAY, id="long-expired-gets-its-minimum-notice"),
        pytest.param(NOW + DAY, Section.TODAY, id="in-exactly-24-hours"),
        pytest.param(NOW + DAY + SECOND, Section.THIS_WEEK, id="a-second-after-24-hours"),
        pytest.param(NOW + 7 * DAY, Section.THIS_WEEK, id="in-exactly-7-days"),
        pytest.param(NOW + 7 * DAY + SECOND, Section.LATER, id="a-second-after-7-days"),
    ],
)
def test_a_row_is_filed_by_its_earliest_deletion(expires_at: object, section: Section) -> None:
    lease = marked_lease(expires_at=expires_at)
    assert due_row(lease, open_policy()).section is section


def test_a_blocked_stack_needs_its_owner_and_a_deleted_one_is_done() -> None:
    assert blocked_row(marked_lease()).section is Section.NEEDS_YOU
    assert deleted_row(marked_lease()).section is Section.DONE


def test_the_date_is_that_of_a_delivery_now_and_not_of_the_day_it_was_queued() -> None:
    queued_at = NOW - 3 * DAY
    notices = (LeaseNotice(7 * DAY, queued_at),)
    lease = marked_lease(expires_at=NOW - DAY, notices=notices, delete_after=queued_at + 7 * DAY)
    row = stage_row(make_notice(lease), lease, open_policy(), NOW)
    assert row.not_before == NOW + 7 * DAY


def test_the_date_is_never_earlier_than_what_the_sweep_then_plans() -> None:
    policy = make_policy()
    lease = marked_lease()
    row = due_row(lease, policy)
    told = with_delivery(lease, DAY, NOW)
    assert row.not_before == planned_deletion(told, policy, NOW + timedelta(hours=1))


def test_a_row_without_any_open_window_comes_last_and_undated() -> None:
    frozen = {"timezone": "UTC", "freeze": [{"first": "2026-01-01", "last": "2031-01-01"}]}
    row = due_row(marked_lease(), make_policy(windows=frozen))
    assert (row.section, row.not_before) == (Section.LATER, None)
    dated = due_row(marked_lease("feat-dated", expires_at=NOW + 50 * DAY), open_policy())
    assert digest_for(OWNER, [row, dated]).rows == (dated, row)


def test_sections_come_in_order_and_empty_ones_are_left_out() -> None:
    policy = open_policy()
    rows = [
        deleted_row(marked_lease("feat-done")),
        due_row(marked_lease("feat-later", expires_at=NOW + 9 * DAY), policy),
        due_row(marked_lease("feat-today"), policy),
        blocked_row(marked_lease("feat-stuck")),
    ]
    sections = digest_for(OWNER, rows).sections
    assert list(sections) == [Section.NEEDS_YOU, Section.TODAY, Section.LATER, Section.DONE]


def test_the_most_urgent_deletion_comes_first() -> None:
    policy = open_policy()
    rows = [
        due_row(marked_lease(f"feat-{days}", expires_at=NOW + days * DAY), policy)
        for days in (6, 3, 5)
    ]
    names = [row.notice.stack_name for row in digest_for(OWNER, rows).rows]
    assert names == ["feat-3", "feat-5", "feat-6"]


def test_two_stages_of_one_lease_are_told_as_the_latest() -> None:
    policy = open_policy()
    lease = marked_lease()
    rows = [due_row(lease, policy, 3 * DAY), due_row(lease, policy, DAY)]
    assert [row.notice.stage for row in digest_for(OWNER, rows).rows] == ["1d"]
    assert [row.notice.stage for row in digest_for(OWNER, rows[::-1]).rows] == ["1d"]


def test_a_stack_redeployed_under_the_same_name_keeps_its_own_row() -> None:
    old = due_row(marked_lease(), open_policy())
    new = replace(old, notice=replace(old.notice, stack_id=f"{old.notice.stack_id}-again"))
    assert len(digest_for(OWNER, [old, new]).rows) == 2


def test_each_event_of_one_stack_keeps_its_own_row() -> None:
    lease = marked_lease()
    events = [
        event_row(event_notice(replace(lease, version=version), NoticeKind.BLOCKED, "why", NOW))
        for version in (3, 4)
    ]
    assert len(digest_for(OWNER, events).rows) == 2


@pytest.mark.parametrize("size", [1, 12, 300])
def test_every_row_is_in_exactly_one_section(size: int) -> None:
    digest = mixed_digest(size, open_policy())
    filed: list[Row] = [row for rows in digest.sections.values() for row in rows]
    assert (len(filed), set(filed)) == (size, set(digest.rows))


def test_a_stage_notice_is_never_told_without_its_lease() -> None:
    with pytest.raises(ValueError, match="needs its lease"):
        event_row(make_notice(marked_lease()))


def test_a_row_names_who_owns_the_stack_now_and_not_when_it_was_queued() -> None:
    queued = make_notice(marked_lease())
    lease = marked_lease(owners=("next@example.com",), owner_source="account tag owner")
    told = stage_row(queued, lease, open_policy(), NOW).notice
    assert (told.owners, told.owner_source) == (("next@example.com",), "account tag owner")
