import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.domain.modes import Mode
from steward.notify.chat import (
    LONGEST_DESCRIPTION,
    LONGEST_KEYWORD,
    LONGEST_STEP,
    LONGEST_TITLE,
    chat_notification,
    chat_schema,
)
from steward.notify.chat_text import MOST_ADDRESSES, MOST_LEFT_BEHIND
from steward.notify.message import NoticeMessage
from tests.unit.notify.messages import blocked_message, deleted_message, stage_message
from tests.unit.notify.rows import HOSTILE

SCHEMA = Path(__file__).parents[3] / "layers/steward/steward/data/chat_notification.schema.json"
MESSAGES = [
    pytest.param(stage_message(), id="stage"),
    pytest.param(stage_message(delete_not_before=None, extend_tag=""), id="no-window"),
    pytest.param(blocked_message(team="payments"), id="blocked"),
    pytest.param(deleted_message("Uploads"), id="deleted"),
]


def shown(message: NoticeMessage) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(chat_notification(message).model_dump_json(by_alias=True))
    return body


def test_the_committed_schema_is_the_models() -> None:
    assert SCHEMA.read_text() == chat_schema(), (
        "write chat_schema() of steward.notify.chat to data/chat_notification.schema.json"
    )


@pytest.mark.parametrize("message", MESSAGES)
def test_every_notification_keeps_to_the_schema(message: NoticeMessage) -> None:
    jsonschema.validate(shown(message), json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize(
    ("part", "field", "wrong"),
    [
        pytest.param("content", "textType", "html", id="text-type"),
        pytest.param("content", "title", "x" * (LONGEST_TITLE + 1), id="title"),
        pytest.param("content", "description", "x" * (LONGEST_DESCRIPTION + 1), id="description"),
        pytest.param("content", "description", "", id="no-description"),
        pytest.param("content", "nextSteps", ["x" * (LONGEST_STEP + 1)], id="step"),
        pytest.param("content", "keywords", ["x" * (LONGEST_KEYWORD + 1)], id="keyword"),
        pytest.param("metadata", "additionalContext", {"a": 1}, id="context-of-numbers"),
        pytest.param("metadata", "threadId", "", id="no-thread"),
    ],
)
def test_the_schema_refuses_what_the_service_would(part: str, field: str, wrong: object) -> None:
    body = shown(stage_message())
    body[part][field] = wrong
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(body, json.loads(SCHEMA.read_text()))


def test_a_coming_deletion_reads_as_agreed() -> None:
    message = stage_message(team="payments", not_told={"bob@example.com": "it bounced"})
    stack_id = message.stack_id
    assert shown(message) == {
        "version": "1.0",
        "source": "custom",
        "id": message.id,
        "content": {
            "textType": "client-markdown",
            "title": "Deletion not before Wed 2026-11-25 10:00 CET: feat-cart",
            "description": (
                "Expiry Wed 2026-11-25 10:00 CET: expires by its tag ttl=14d after its creation; "
                "this is its 1d notice\n\n"
                "Stack `feat-cart` in account payments-dev 222222222222, eu-west-1\n\n"
                "Told: `dev@example.com`\n\n"
                "Not told: `bob@example.com`"
            ),
            "nextSteps": [
                "To keep it until the end of that day, deploy it with the tag "
                "`expires-at=2026-12-09`.",
                "To keep it for good, deploy it with the tag `steward:keep=true`: "
                "Steward leaves it alone as long as the tag is there.",
                "To let it go, do nothing.",
            ],
            "keywords": ["Steward", "warning", "payments-dev", "payments"],
        },
        "metadata": {
            "threadId": message.lease_id,
            "summary": "Deletion not before Wed 2026-11-25 10:00 CET: feat-cart",
            "eventType": "Steward-stage",
            "relatedResources": [stack_id],
            "additionalContext": {
                "leaseId": message.lease_id,
                "stackId": stack_id,
                "stackName": "feat-cart",
                "account": "222222222222",
                "region": "eu-west-1",
                "kind": "stage",
                "stage": "1d",
                "severity": "warning",
                "deleteNotBefore": "2026-11-25T09:00:00Z",
            },
        },
    }


@pytest.mark.parametrize(
    ("message", "paragraph"),
    [
        pytest.param(
            stage_message(mode=Mode.NOTIFY, reason="why"),
            "Steward's mode is notify here, so it deletes nothing for now: why",
            id="mode-notify",
        ),
        pytest.param(
            blocked_message(),
            "It cannot be deleted: export feat-net-VpcId is imported by feat-cart",
            id="blocked",
        ),
        pytest.param(stage_message(blocker="in use"), "Blocked by: in use", id="a-failed-delete"),
        pytest.param(stage_message(warning="ttl?"), "Warning: ttl?", id="a-warning"),
        pytest.param(stage_message(told=()), "Told: nobody", id="nobody-told"),
        pytest.param(deleted_message("Uploads"), "Left behind: Uploads", id="left-behind"),
    ],
)
def test_a_channel_reads(message: NoticeMessage, paragraph: str) -> None:
    assert paragraph in chat_notification(message).content.description.split("\n\n")


def test_all_notices_of_a_lease_are_one_thread() -> None:
    threads = {
        chat_notification(each).metadata.thread_id for each in (stage_message(), blocked_message())
    }
    assert threads == {stage_message().lease_id}


def test_long_lists_say_how_much_they_leave_out() -> None:
    resources = [f"R{number}" for number in range(MOST_LEFT_BEHIND + 2)]
    told = tuple(f"dev{number}@example.com" for number in range(MOST_ADDRESSES + 1))
    message = deleted_message(*resources, told=told, truncated={"left_behind": 40})
    description = chat_notification(message).content.description
    assert description.endswith(f"R{MOST_LEFT_BEHIND - 1}; and 42 more")
    assert "`dev4@example.com` and 1 more" in description


def test_what_people_wrote_pings_nobody_and_hides_no_link() -> None:
    hostile = f"<!channel> @here <https://x.example|bank> {HOSTILE}"
    message = stage_message(
        reason=hostile, warning=hostile, blocker=hostile, team=hostile, account_name=hostile
    )
    content = chat_notification(message).content
    for text in (content.description, *content.keywords):
        assert not set(text) & set("<>\r\u202e")
        assert "://" not in text
        assert " @here" not in text


@given(
    text=st.text(min_size=1) | st.just("x" * 9000) | st.just("@\N{PARTY POPPER}*" * 3000),
    resources=st.integers(0, 30),
)
def test_whatever_is_in_it_a_notification_keeps_to_the_limits(text: str, resources: int) -> None:
    address = f"{text[:240]}@example.com"
    message = deleted_message(
        *[text] * resources,
        title=text,
        stack_name=text[:256],
        reason=text,
        blocker=text,
        warning=text,
        team=text,
        account_name=text,
        told=(address,) * 10,
        not_told={f"{number}{address}": text for number in range(10)},
    )
    assert len(chat_notification(message).content.description) < LONGEST_DESCRIPTION


def test_a_value_that_no_button_can_pass_on_is_left_out() -> None:
    context = chat_notification(stage_message(stack_name="feat cart")).metadata.additional_context
    assert "stackName" not in context
    assert context["account"] == "222222222222"
