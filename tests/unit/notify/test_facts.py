from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from steward.notify.digest import Row
from steward.notify.facts import age, facts_of
from steward.notify.keeping import deploy_commands, extension
from tests.factories import CREATED, NOW, make_notice, make_policy
from tests.unit.notify.rows import (
    DAY,
    blocked_row,
    deleted_row,
    due_row,
    marked_lease,
    open_policy,
)


def said(row: Row) -> dict[str, tuple[str, ...]]:
    return {fact.label: fact.lines for fact in facts_of(row, open_policy())}


def test_a_coming_deletion_says_when_why_and_how_to_keep_the_stack() -> None:
    words = said(due_row(marked_lease(), open_policy()))
    assert words["Deletion"] == ("not before Tue 2026-11-24 10:00 CET",)
    assert words["Expiry"] == ("Mon 2026-11-23 10:00 CET",)
    assert words["Reason"] == (
        "expires by its tag ttl=14d after its creation; this is its 1d notice",
    )
    assert words["To keep it"] == (
        "tag expires-at=2026-12-08: until the end of that day, or of another up to "
        "Tue 2027-01-12 10:00 CET, 60d after its creation",
        "or tag steward:keep=true: Steward leaves it alone as long as the tag is there",
    )
    assert words["Contact"] == ("found by tag owner=dev@example.com",)
    assert words["Stack id"] == (marked_lease().stack_id,)


def test_a_blocked_stack_says_what_blocks_it_and_how_to_keep_it() -> None:
    words = said(blocked_row(marked_lease()))
    assert words["Blocked"] == ("export feat-net-VpcId is imported by feat-cart",)
    assert {"To keep it", "Expiry"} <= set(words)
    assert "Deletion" not in words


def test_a_receipt_lists_all_that_was_left_behind() -> None:
    left = ("Uploads (AWS::S3::Bucket) feat-uploads", "Logs (AWS::Logs::LogGroup) /feat")
    words = said(deleted_row(marked_lease(), *left))
    assert words["Left behind"] == left
    assert "To keep it" not in words


def test_a_receipt_without_leftovers_says_so() -> None:
    assert said(deleted_row(marked_lease()))["Left behind"] == ("nothing that we know of",)


def test_an_unreadable_tag_is_pointed_out() -> None:
    row = due_row(marked_lease(warning="tag ttl: 'soon' is not a duration"), open_policy())
    assert said(row)["Warning"] == ("tag ttl: 'soon' is not a duration",)
    assert "Warning" not in said(due_row(marked_lease(), open_policy()))


def test_no_open_window_is_said_instead_of_a_date() -> None:
    row = replace(due_row(marked_lease(), open_policy()), not_before=None)
    assert said(row)["Deletion"] == (
        "no deletion window opens within 400 days, so not until that changes",
    )


@pytest.mark.parametrize(
    ("not_before", "tag"),
    [
        pytest.param(NOW + DAY, "expires-at=2026-12-08", id="one-more-ttl-after-the-deletion"),
        pytest.param(CREATED + 59 * DAY, "expires-at=2027-01-12", id="capped-by-the-longest-life"),
        pytest.param(CREATED + 60 * DAY, "", id="no-life-left"),
        pytest.param(None, "expires-at=2026-12-07", id="one-more-ttl-after-the-expiry"),
    ],
)
def test_the_suggested_date_stays_within_the_longest_life(
    not_before: datetime | None, tag: str
) -> None:
    assert extension(make_notice(marked_lease()), not_before, open_policy()).tag == tag


def test_the_suggested_date_is_a_day_of_the_policys_time_zone() -> None:
    late_evening_utc = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    berlin = extension(make_notice(marked_lease()), late_evening_utc, open_policy())
    utc = extension(make_notice(marked_lease()), late_evening_utc, make_policy(windows={}))
    assert (berlin.tag, utc.tag) == ("expires-at=2026-12-09", "expires-at=2026-12-08")


def test_a_stack_at_the_end_of_its_longest_life_is_told_so() -> None:
    lease = marked_lease(created_at=NOW - 60 * DAY)
    (for_good, limit) = said(due_row(lease, open_policy()))["To keep it"]
    assert for_good.startswith("tag steward:keep=true")
    assert limit == "its longest life ends Mon 2026-11-23 10:00 CET, 60d after its creation"


def test_commands_quote_a_tag_that_a_shell_would_read() -> None:
    assert deploy_commands("expires at=2026-12-08")[0] == (
        "sam deploy --tags 'expires at=2026-12-08'"
    )


@pytest.mark.parametrize(
    ("lived", "words"),
    [
        pytest.param(timedelta(seconds=-5), "0 hours old", id="clocks-that-disagree"),
        pytest.param(timedelta(hours=1), "1 hour old", id="one-hour"),
        pytest.param(timedelta(hours=48, seconds=-1), "47 hours old", id="a-second-before-2-days"),
        pytest.param(timedelta(hours=48), "2 days old", id="exactly-2-days"),
    ],
)
def test_age_is_said_in_hours_and_then_in_days(lived: timedelta, words: str) -> None:
    assert age(NOW - lived, NOW) == words
