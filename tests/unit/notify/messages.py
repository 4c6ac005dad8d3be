"""Messages of every kind for the tests of the two topics."""

from typing import Any

from steward.notify.digest import Row
from steward.notify.message import NoticeMessage, notice_message
from tests.factories import NOW, make_account
from tests.unit.notify.rows import (
    DAY,
    OWNER,
    blocked_row,
    deleted_row,
    due_row,
    marked_lease,
    open_policy,
)


def message_of(row: Row, **overrides: Any) -> NoticeMessage:
    message = notice_message(row, (OWNER,), {}, open_policy(), NOW, make_account())
    return message.model_copy(update=overrides)


def stage_message(**overrides: Any) -> NoticeMessage:
    lease = marked_lease(expires_at=NOW + 2 * DAY)
    return message_of(due_row(lease, open_policy()), **overrides)


def blocked_message(**overrides: Any) -> NoticeMessage:
    return message_of(blocked_row(marked_lease()), **overrides)


def deleted_message(*left_behind: str, **overrides: Any) -> NoticeMessage:
    return message_of(deleted_row(marked_lease(), *left_behind), **overrides)
