from email.message import EmailMessage
from email.policy import SMTP
from zoneinfo import ZoneInfo

import pytest

from steward.notify.digest import Row, digest_for
from steward.notify.subject import LONGEST_SUBJECT, subject_of
from tests.factories import NOW
from tests.unit.notify.rows import (
    DAY,
    HOSTILE,
    OWNER,
    blocked_row,
    deleted_row,
    due_row,
    marked_lease,
    open_policy,
)

BERLIN = ZoneInfo("Europe/Berlin")


def due(name: str, days: int = 0) -> Row:
    return due_row(marked_lease(name, expires_at=NOW + days * DAY), open_policy())


@pytest.mark.parametrize(
    ("rows", "subject"),
    [
        pytest.param(
            [due("feat-a")],
            "Steward: feat-a expires, earliest deletion Tue 2026-11-24 10:00 CET",
            id="one-stack-is-named",
        ),
        pytest.param(
            [due("feat-a", 5), due("feat-b", 3)],
            "Steward: 2 stacks expire, earliest deletion Thu 2026-11-26 10:00 CET",
            id="the-nearest-deadline-of-several",
        ),
        pytest.param(
            [due("feat-a"), blocked_row(marked_lease("feat-b")), deleted_row(marked_lease("c"))],
            "Steward: 1 stack expires, earliest deletion Tue 2026-11-24 10:00 CET; "
            "1 stack needs you; 1 stack was deleted",
            id="all-kinds",
        ),
        pytest.param(
            [deleted_row(marked_lease(name)) for name in ("feat-a", "feat-b")],
            "Steward: 2 stacks were deleted",
            id="receipts-only",
        ),
        pytest.param(
            [blocked_row(marked_lease("feat-b"))], "Steward: feat-b needs you", id="stuck"
        ),
    ],
)
def test_the_subject_counts_stacks_and_names_the_nearest_deadline(
    rows: list[Row], subject: str
) -> None:
    assert subject_of(digest_for(OWNER, rows), BERLIN) == subject


def test_the_deadline_is_in_the_readers_time_zone() -> None:
    subject = subject_of(digest_for(OWNER, [due("feat-a")]), ZoneInfo("Asia/Tokyo"))
    assert subject.endswith("Tue 2026-11-24 18:00 JST")


def test_no_name_can_forge_a_header() -> None:
    subject = subject_of(digest_for(OWNER, [due(HOSTILE * 9)]), BERLIN)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    assert len(subject) <= LONGEST_SUBJECT
    assert message.keys() == ["Subject"]
    assert message["Subject"] == subject


@pytest.mark.parametrize("name", ["f" * 128, "🎉" * 128, "שלום" * 32, "ﷺ" * 128])
def test_a_long_name_never_pushes_the_deadline_out(name: str) -> None:
    subject = subject_of(digest_for(OWNER, [due(name)]), BERLIN)
    assert subject.endswith("… expires, earliest deletion Tue 2026-11-24 10:00 CET")
    assert len(subject) <= LONGEST_SUBJECT
