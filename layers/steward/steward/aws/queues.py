"""Putting work on Steward's queues."""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import batched
from typing import TYPE_CHECKING

from steward.messages import ReapWork, UnitWork

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

MOST_MESSAGES = 10
TRIES = 3


class NotQueued(Exception):
    """Some units were not queued although it was tried again; all others were."""

    def __init__(self, failed: Sequence[str]) -> None:
        super().__init__(
            f"{len(failed)} units were not queued, so nobody scans them in this sweep: "
            f"{'; '.join(failed)}"
        )
        self.failed = tuple(failed)


def send_units(client: "SQSClient", queue_url: str, works: Iterable[UnitWork]) -> int:
    """Queue one message a unit, ten a call; return how many. What SQS turns down is sent again."""
    sent = 0
    failed: list[str] = []
    for batch in batched(works, MOST_MESSAGES, strict=False):
        refused = _send_batch(client, queue_url, batch)
        sent += len(batch) - len(refused)
        failed += refused
    if failed:
        raise NotQueued(failed)
    return sent


def _send_batch(client: "SQSClient", queue_url: str, works: Sequence[UnitWork]) -> list[str]:
    """Send up to ten, the refused ones again; return the units still refused, with SQS's reason."""
    waiting = {str(number): work for number, work in enumerate(works)}
    reasons: dict[str, str] = {}
    for _ in range(TRIES):
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": number, "MessageBody": work.model_dump_json()}
            for number, work in waiting.items()
        ]
        answer = client.send_message_batch(QueueUrl=queue_url, Entries=entries)
        reasons = {
            each["Id"]: f"{each['Code']} {each.get('Message', '')}".rstrip()
            for each in answer.get("Failed", [])
        }
        waiting = {number: work for number, work in waiting.items() if number in reasons}
        if not waiting:
            break
    return [f"{work.unit} ({reasons[number]})" for number, work in waiting.items()]


def send_reap(client: "SQSClient", queue_url: str, work: ReapWork) -> None:
    """Queue one delete: one after the other in an account, and once for a stack in a sweep."""
    asked = f"{work.sweep.sweep_id}/{work.stack_id}"
    client.send_message(
        QueueUrl=queue_url,
        MessageBody=work.model_dump_json(),
        MessageGroupId=work.account.account_id,
        MessageDeduplicationId=hashlib.sha256(asked.encode()).hexdigest(),
    )
