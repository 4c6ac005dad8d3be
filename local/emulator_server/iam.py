"""Authorizes SQS batch calls as AWS does, while ministack 1.5.33 asks for an action AWS lacks.

Source: AddPermission, Amazon SQS API Reference: SendMessage, DeleteMessage and
ChangeMessageVisibility "also grant permissions for the corresponding batch versions".
"""

from collections.abc import Callable
from typing import Any

from local.emulator_server.pinned import replace

ACTION_OF_BATCH = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}


def install() -> None:
    replace(("ministack.core.iam_actions",), "extract_iam_action", _without_batches)


def _without_batches(extract: Callable[..., str | None]) -> Callable[..., str | None]:
    def extract_iam_action(*arguments: Any, **named: Any) -> str | None:
        action = extract(*arguments, **named)
        return ACTION_OF_BATCH.get(action or "", action)

    return extract_iam_action
