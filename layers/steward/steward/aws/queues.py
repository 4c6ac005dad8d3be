"""Putting work on Steward's queues."""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Protocol

from steward.domain.stacks import Unit
from steward.messages import ReapWork, ReportWork, RuntimeUnitWork, UnitWork

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

MOST_MESSAGES = 10
TRIES = 3
# "SendMessage", Amazon SQS API Reference: a message is held back for 15 minutes at most.
LONGEST_DELAY_SECONDS = 900


class NotQueued(Exception):
    """Some units were not queued although it was tried again; all others were."""

    def __init__(self, failed: Sequence[str], occasion: str = "sweep") -> None:
        super().__init__(
            f"{len(failed)} units were not queued, so nobody scans them in this {occasion}: "
            f"{'; '.join(failed)}"
        )
        self.failed = tuple(failed)


class _Work(Protocol):
    """One unit's work, as a message."""

    @property
    def unit(self) -> Unit: ...

    def model_dump_json(self) -> str: ...


def send_units(client: "SQSClient", queue_url: str, works: Iterable[UnitWork]) -> int:
    """Queue one message a unit, ten a call; return how many. What SQS turns down is sent again."""
    return _send_all(client, queue_url, works, "sweep")


def send_runtime_units(
    client: "SQSClient", queue_url: str, works: Iterable[RuntimeUnitWork]
) -> int:
    """As `send_units`, for the scan of functions; raise NotQueued."""
    return _send_all(client, queue_url, works, "scan")


def _send_all(client: "SQSClient", queue_url: str, works: Iterable[_Work], occasion: str) -> int:
    sent = 0
    failed: list[str] = []
    for batch in batched(works, MOST_MESSAGES, strict=False):
        refused = _send_batch(client, queue_url, batch)
        sent += len(batch) - len(refused)
        failed += refused
    if failed:
        raise NotQueued(failed, occasion)
    return sent


def _send_batch(client: "SQSClient", queue_url: str, works: Sequence[_Work]) -> list[str]:
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


def send_report(client: "SQSClient", queue_url: str, work: ReportWork, delay_seconds: int) -> None:
    """Queue the writing of a report, to be looked at after `delay_seconds`, 15 minutes at most."""
    client.send_message(
        QueueUrl=queue_url,
        MessageBody=work.model_dump_json(),
        DelaySeconds=max(0, min(delay_seconds, LONGEST_DELAY_SECONDS)),
    )
