from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from steward.domain.leases import Attempt, LeaseState, Step
from steward.domain.modes import Mode
from steward.notify.digest import Row
from steward.notify.facts import brief_facts_of, facts_of
from steward.notify.keeping import deploy_commands, extension
from tests.factories import CREATED, NOW, make_account, make_notice, make_policy
from tests.unit.notify.examples import LINKS
from tests.unit.notify.rows import (
    DAY,
    blocked_row,
    deleted_row,
    due_row,
    marked_lease,
    occasion,
    open_policy,
)


def said(row: Row, **overrides: Any) -> dict[str, tuple[str, ...]]:
    return {fact.label: fact.lines for fact in facts_of(row, occasion(**overrides))}


def test_a_coming_deletion_says_when_why_and_how_to_keep_the_stack() -> None:
    words = said(due_row(marked_lease(), open_policy()))
    assert words["Deletion"] == ("not before Tue 2026-11-24 10:00 CET",)
    assert words["Expiry"] == ("Mon 2026-11-23 10:00 CET",)
    assert words["Reason"] == (
        "expires by its tag ttl=14d after its creation; this is its 1d notice",
    )
    assert words["To keep it"] == (
        "tag expires-at=2026-12-08: until the end of that day in Europe/Berlin, or of another up "
        "to Tue 2027-01-12 10:00 CET, 60 days after its creation",
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
    assert limit == "its longest life ends Mon 2026-11-23 10:00 CET, 60 days after its creation"


def test_commands_quote_a_tag_that_a_shell_would_read() -> None:
    assert deploy_commands("expires at=2026-12-08")[0] == (
        "sam deploy --tags 'expires at=2026-12-08'"
    )


def test_with_links_a_row_says_what_they_do_and_how_to_keep_the_stack_for_good() -> None:
    words = said(due_row(marked_lease(), open_policy()), links=LINKS)
    assert words["To keep it"] == (
        "Extend it by days of your choice, or Keep it as long as allowed: until "
        "Tue 2027-01-12 10:00 CET, 60 days after its creation",
        "for good: tag steward:keep=true",
    )


def test_a_stack_that_links_cannot_help_is_told_of_its_tag() -> None:
    lease = marked_lease(created_at=NOW - 60 * DAY)
    row = due_row(lease, open_policy())
    assert said(row, links=LINKS)["To keep it"] == said(row)["To keep it"]


def test_dates_are_in_the_readers_zone_and_the_tags_day_in_the_policys() -> None:
    row = due_row(marked_lease(), open_policy())
    words = said(row, zone=ZoneInfo("America/New_York"))
    assert words["Deletion"] == ("not before Tue 2026-11-24 04:00 EST",)
    assert words["Expiry"] == ("Mon 2026-11-23 04:00 EST",)
    assert words["To keep it"][0] == (
        "tag expires-at=2026-12-08: until the end of that day in Europe/Berlin, or of another up "
        "to Tue 2027-01-12 04:00 EST, 60 days after its creation"
    )


FAILED = Attempt(1, Step.PLAIN, "token", NOW - DAY, NOW - DAY, failure="[Uploads] is not empty")


@pytest.mark.parametrize(
    ("changes", "in_the_way"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param(
            {"state": LeaseState.BLOCKED, "reason": "its export is imported by feat-shop"},
            ("its export is imported by feat-shop",),
            id="a-blocked-lease",
        ),
        pytest.param(
            {"attempt": FAILED},
            ("the last delete failed: [Uploads] is not empty",),
            id="a-failed-delete",
        ),
    ],
)
def test_what_blocks_the_lease_is_said(
    changes: dict[str, Any], in_the_way: tuple[str, ...] | None
) -> None:
    row = due_row(marked_lease(**changes), open_policy())
    assert said(row).get("In the way") == in_the_way


@pytest.mark.parametrize(
    ("mode", "tag", "in_the_way"),
    [
        pytest.param(Mode.REAP, "reap", None, id="reap"),
        pytest.param(Mode.NOTIFY, "reap", "mode notify", id="the-policy-only-notifies"),
        pytest.param(Mode.REAP, "notify", "mode notify of its account", id="the-account-does"),
        pytest.param(
            Mode.NOTIFY, "observe", "mode observe of its account", id="the-account-even-less"
        ),
    ],
)
def test_a_mode_that_deletes_nothing_is_in_the_way(
    mode: Mode, tag: str, in_the_way: str | None
) -> None:
    account = make_account(tags={"steward:mode": tag})
    policy = open_policy().with_mode(mode)
    row = due_row(marked_lease(), policy)
    words = said(row, policy=policy, accounts={account.account_id: account})
    expected = (f"nothing is deleted in the {in_the_way}",) if in_the_way else None
    assert words.get("In the way") == expected


def test_an_account_that_is_not_on_record_is_taken_by_the_policys_mode() -> None:
    policy = open_policy().with_mode(Mode.NOTIFY)
    row = due_row(marked_lease(), policy)
    assert said(row, policy=policy)["In the way"] == ("nothing is deleted in the mode notify",)


def test_the_brief_facts_keep_warnings_and_all_that_was_left_behind() -> None:
    warned = due_row(marked_lease(warning="tag ttl: 'soon' is not a duration"), open_policy())
    gone = deleted_row(marked_lease(), "Uploads (AWS::S3::Bucket) feat-uploads", "Logs (x) /feat")
    brief = [
        {fact.label: fact.lines for fact in brief_facts_of(row, occasion())}
        for row in (warned, gone)
    ]
    assert brief[0]["Warning"] == ("tag ttl: 'soon' is not a duration",)
    assert brief[1]["Left behind"] == gone.notice.left_behind
