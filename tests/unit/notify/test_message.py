import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from steward.notify.digest import Row
from steward.notify.message import (
    NoticeMessage,
    Severity,
    attributes_of,
    notice_message,
    notice_schema,
)
from tests.factories import NOW, make_policy
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
        "and raise the message's version if a field changed"
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
    ("source", "team"),
    [
        pytest.param("tag owner=payments", "payments", id="by-a-contact"),
        pytest.param("tag team=payments; tag owner=x names nobody", "payments", id="then-more"),
        pytest.param("tag owner=payments; eu", "payments; eu", id="the-longest-contact-wins"),
        pytest.param("tag owner=payments-old", "", id="a-name-that-only-begins-so"),
        pytest.param("tag owner=dev@example.com", "", id="by-an-address"),
        pytest.param("the policy's fallback contact", "", id="fallback"),
    ],
)
def test_team_is_the_contact_that_the_owner_was_found_by(source: str, team: str) -> None:
    assert message_of(blocked_row(marked_lease(owner_source=source))).team == team


def test_attributes_name_the_owner_and_leave_out_what_is_empty() -> None:
    message = message_of(blocked_row(marked_lease()))
    assert attributes_of(message, "dev@example.com") == {
        "kind": "blocked",
        "severity": "warning",
        "account": "222222222222",
        "owner": "dev@example.com",
    }
    assert "owner" not in attributes_of(message, "")
