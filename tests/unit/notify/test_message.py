import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from steward.domain.modes import MODE_TAG, Mode
from steward.domain.stacks import Account
from steward.notify.digest import Row
from steward.notify.message import NoticeMessage, notice_message, notice_schema
from steward.notify.severity import Severity
from tests.factories import NOW, make_account, make_policy
from tests.unit.notify.rows import (
    DAY,
    HOSTILE,
    blocked_row,
    deleted_row,
    due_row,
    marked_lease,
    open_policy,
)

SCHEMA = Path(__file__).parents[3] / "layers/steward/steward/data/notice.schema.json"
OWNERS = {
    "tag_keys": ["owner", "team"],
    "contacts": {"payments": "payments@example.com", "payments; eu": "eu@example.com"},
    "fallback": "platform@example.com",
}
POLICY = make_policy(owners=OWNERS)


def message_of(row: Row) -> NoticeMessage:
    return notice_message(row, ("dev@example.com",), {"b@example.com": "bounced"}, POLICY, NOW)


def test_the_committed_schema_is_the_models() -> None:
    assert SCHEMA.read_text() == notice_schema(), (
        "write notice_schema() of steward.notify.message to data/notice.schema.json, "
        "and raise the message's version if a released field changed"
    )


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(due_row(marked_lease(warning=HOSTILE), open_policy()), id="stage"),
        pytest.param(replace(due_row(marked_lease(), POLICY), not_before=None), id="no-window"),
        pytest.param(blocked_row(marked_lease()), id="blocked"),
        pytest.param(deleted_row(marked_lease(), "Uploads"), id="deleted"),
    ],
)
def test_every_message_keeps_to_the_schema(row: Row) -> None:
    body = json.loads(message_of(row).model_dump_json())
    jsonschema.validate(body, json.loads(SCHEMA.read_text()))
    assert body["version"] == 1


def test_the_schema_refuses_another_shape() -> None:
    body = json.loads(message_of(blocked_row(marked_lease())).model_dump_json())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(body | {"version": 2}, json.loads(SCHEMA.read_text()))


def test_a_repeated_message_has_the_same_id_and_another_stage_another() -> None:
    first, again = message_of(blocked_row(marked_lease())), message_of(blocked_row(marked_lease()))
    other = message_of(due_row(marked_lease(), open_policy()))
    assert first.id == again.id != other.id


@pytest.mark.parametrize(
    ("row", "severity"),
    [
        pytest.param(due_row(marked_lease(), open_policy()), Severity.CRITICAL, id="24-hours"),
        pytest.param(
            due_row(marked_lease(expires_at=NOW + 2 * DAY), open_policy()),
            Severity.WARNING,
            id="7-days",
        ),
        pytest.param(
            due_row(marked_lease(expires_at=NOW + timedelta(days=9)), open_policy()),
            Severity.INFO,
            id="later",
        ),
        pytest.param(blocked_row(marked_lease()), Severity.WARNING, id="a-person-is-needed"),
        pytest.param(deleted_row(marked_lease()), Severity.INFO, id="a-receipt"),
    ],
)
def test_severity_follows_what_presses(row: Row, severity: Severity) -> None:
    assert message_of(row).severity is severity


@pytest.mark.parametrize(
    ("row", "title"),
    [
        pytest.param(
            due_row(marked_lease(expires_at=NOW + 2 * DAY), open_policy()),
            "Deletion not before Wed 2026-11-25 10:00 CET: feat-cart",
            id="a-deletion",
        ),
        pytest.param(
            replace(due_row(marked_lease(), POLICY), not_before=None),
            "Expires, and no deletion window opens: feat-cart",
            id="no-window",
        ),
        pytest.param(blocked_row(marked_lease()), "Needs you: feat-cart", id="blocked"),
        pytest.param(deleted_row(marked_lease()), "Deleted: feat-cart", id="a-receipt"),
    ],
)
def test_the_title_says_it_in_one_line_and_its_date_first(row: Row, title: str) -> None:
    assert message_of(row).title == title


def test_a_title_announces_no_deletion_where_the_mode_forbids_it() -> None:
    notify = make_account(tags={MODE_TAG: "notify"})
    row = due_row(marked_lease(), open_policy())
    message = notice_message(row, (), {}, open_policy(), NOW, notify)
    assert message.title == "Expiry Mon 2026-11-23 10:00 CET: feat-cart"


def test_a_title_of_a_hostile_name_is_one_harmless_line() -> None:
    title = message_of(blocked_row(marked_lease(HOSTILE))).title
    assert title == "Needs you: <img src=x onerror=alert(1)> gnp.exe שלום 🎉 Bcc: all@example.com"


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        pytest.param(make_account(), ("payments-dev", Mode.REAP), id="the-policys"),
        pytest.param(
            make_account(tags={MODE_TAG: "notify"}), ("payments-dev", Mode.NOTIFY), id="held-lower"
        ),
        pytest.param(None, ("", Mode.REAP), id="not-on-record"),
    ],
)
def test_a_message_names_its_account_and_how_far_steward_goes_there(
    account: Account | None, expected: tuple[str, Mode]
) -> None:
    message = notice_message(blocked_row(marked_lease()), (), {}, POLICY, NOW, account)
    assert (message.account_name, message.mode) == expected


@pytest.mark.parametrize(
    ("row", "tags"),
    [
        pytest.param(
            due_row(marked_lease(), open_policy()),
            ("expires-at=2026-12-08", "steward:keep=true"),
            id="one-ttl-more",
        ),
        pytest.param(
            due_row(marked_lease(created_at=NOW - 60 * DAY), open_policy()),
            ("", "steward:keep=true"),
            id="at-the-end-of-its-longest-life",
        ),
        pytest.param(deleted_row(marked_lease()), ("", ""), id="too-late"),
    ],
)
def test_a_message_names_the_tags_that_keep_its_stack(row: Row, tags: tuple[str, str]) -> None:
    message = message_of(row)
    assert (message.extend_tag, message.keep_tag) == tags


def test_a_message_says_what_kept_the_last_delete_from_happening() -> None:
    row = replace(due_row(marked_lease(), POLICY), blocker="the last delete failed: in use")
    assert message_of(row).blocker == "the last delete failed: in use"


def test_a_text_that_no_encoding_can_carry_does_not_stop_its_message() -> None:
    body = message_of(blocked_row(marked_lease(warning="tag \ud800"))).model_dump_json()
    assert json.loads(body)["warning"] == "tag ?"
