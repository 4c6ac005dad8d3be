from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import RuntimeNoticeKind
from steward.notify.digest import Row, digest_for
from steward.notify.runtimes.rows import RuntimeRow
from steward.notify.subject import LONGEST_SUBJECT, subject_of
from tests.runtime_records import BLOCK, TODAY
from tests.unit.notify.rows import OWNER, blocked_row, due_row, marked_lease, open_policy
from tests.unit.notify.runtime_examples import every_kind, many, runtime_row

BERLIN = ZoneInfo("Europe/Berlin")
DUE = due_row(marked_lease("feat-a"), open_policy())


def subject(runtimes: list[RuntimeRow], rows: tuple[Row, ...] = ()) -> str:
    return subject_of(digest_for(OWNER, rows, runtimes), BERLIN)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, "orders: no new functions from Mon 2027-02-01, in 70 days", id="coming"),
        pytest.param(
            {"milestone": Milestone.DEPRECATED, "day": TODAY + timedelta(days=1)},
            "orders: no more security patches from Tue 2026-11-24, in 1 day",
            id="tomorrow",
        ),
        pytest.param(
            {"milestone": Milestone.UPDATE_BLOCK, "day": TODAY},
            "orders: no more updates of code or configuration since Mon 2026-11-23, today",
            id="today",
        ),
        pytest.param(
            {"day": TODAY - timedelta(days=2)},
            "orders: no new functions since Sat 2026-11-21, 2 days ago",
            id="past",
        ),
        pytest.param(
            {"milestone": None, "day": None}, "orders needs newer Lambda runtimes", id="no-date"
        ),
    ],
)
def test_a_single_item_is_named_with_its_deadline(changes: dict[str, Any], said: str) -> None:
    assert subject([runtime_row(**changes)]) == f"Steward: {said}"


def test_several_items_are_counted_with_the_nearest_deadline() -> None:
    day_of = [row.notice.day for row in many(3)]
    assert min(each for each in day_of if each) == TODAY
    assert subject(list(many(3))) == (
        "Steward: 3 places need newer Lambda runtimes, nearest Mon 2026-11-23, today"
    )


def test_deadlines_to_come_are_nearer_than_those_that_have_passed() -> None:
    past = runtime_row(group="|application|old", day=date(2026, 11, 1))
    assert "nearest Mon 2027-02-01" in subject([past, runtime_row(day=BLOCK)])


def test_stacks_and_runtimes_are_both_counted_and_both_deadlines_are_told() -> None:
    assert subject([runtime_row()], (DUE,)) == (
        "Steward: 1 stack expires, earliest deletion Tue 2026-11-24 10:00 CET; "
        "1 place needs newer Lambda runtimes, nearest Mon 2027-02-01, in 70 days"
    )


def test_a_cut_takes_no_deadline() -> None:
    rows = [due_row(marked_lease(f"feat-{n}"), open_policy()) for n in range(300)]
    line = subject([*many(300), *every_kind()], (*rows, blocked_row(marked_lease("feat-b"))))
    assert len(line) <= LONGEST_SUBJECT
    assert "earliest deletion Tue 2026-11-24 10:00 CET" in line
    assert "302 places need newer Lambda runtimes, nearest Mon 2026-11-23, today" in line


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (RuntimeNoticeKind.ESCALATED, "1 runtime notice unanswered"),
        (RuntimeNoticeKind.REMINDER, "1 runtime exception ends"),
        (RuntimeNoticeKind.UNKNOWN, "1 notice of unknown runtimes"),
        (RuntimeNoticeKind.DATES, "1 runtime date moved"),
        (RuntimeNoticeKind.REGRESSION, "1 place has functions new on a runtime that ends"),
    ],
)
def test_other_kinds_are_counted_by_what_they_are(kind: RuntimeNoticeKind, said: str) -> None:
    assert subject([runtime_row(kind=kind, day=None)]) == f"Steward: {said}"
    dated = f"Steward: {said}, nearest Mon 2027-02-01, in 70 days"
    assert subject([runtime_row(kind=kind)]) == dated


def test_a_hostile_place_forges_no_header() -> None:
    line = subject([runtime_row(place="a\r\nBcc: all@example.com \u202e" + "x" * 300)])
    assert "\n" not in line
    assert "\r" not in line
    assert len(line) <= LONGEST_SUBJECT
    assert "in 70 days" in line
