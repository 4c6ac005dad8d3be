"""Authorizes some calls as AWS does, for which ministack 1.5.33 asks another action or none.

Sources: AddPermission, Amazon SQS API Reference: SendMessage, DeleteMessage and
ChangeMessageVisibility "also grant permissions for the corresponding batch versions". "Actions,
resources, and condition keys for AWS Account Management", Service Authorization Reference.
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
    replace(("ministack.core.iam_actions",), "extract_iam_action", _of_account_management)
    replace(("ministack.core.iam_actions",), "extract_iam_action", _without_batches)


def _of_account_management(extract: Callable[..., str | None]) -> Callable[..., str | None]:
    """The path names the operation: `/getAlternateContact`."""

    def extract_iam_action(
        service: str, method: str, path: str, *rest: Any, **named: Any
    ) -> str | None:
        if service != "account":
            return extract(service, method, path, *rest, **named)
        operation = path.strip("/")
        return f"account:{operation[:1].upper()}{operation[1:]}"

    return extract_iam_action


def _without_batches(extract: Callable[..., str | None]) -> Callable[..., str | None]:
    def extract_iam_action(*arguments: Any, **named: Any) -> str | None:
        action = extract(*arguments, **named)
        return ACTION_OF_BATCH.get(action or "", action)

    return extract_iam_action
