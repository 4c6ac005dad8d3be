"""The hub's dead-letter queues, by the names that people use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steward_cli.failures import ExitCode, Failure

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeFilterType

_OUTPUT = re.compile(r"^([A-Za-z]+)DeadLetterQueueUrl$")
_WORD = re.compile(r"(?<!^)(?=[A-Z])")
_COUNTS: list["QueueAttributeFilterType"] = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
]


@dataclass(frozen=True, slots=True)
class DeadLetterQueue:
    """`name` is `stack-events` for the output StackEventsDeadLetterQueueUrl."""

    name: str
    url: str


def dead_letter_queues(outputs: Mapping[str, str]) -> tuple[DeadLetterQueue, ...]:
    """All that the hub's stack names, by name."""
    found = ((_OUTPUT.match(name), url) for name, url in outputs.items())
    queues = (DeadLetterQueue(_kebab(match[1]), url) for match, url in found if match)
    return tuple(sorted(queues, key=lambda queue: queue.name))


def queue_named(name: str, outputs: Mapping[str, str]) -> DeadLetterQueue:
    """Raise Failure when the hub has no such queue."""
    queues = {queue.name: queue for queue in dead_letter_queues(outputs)}
    if name not in queues:
        known = ", ".join(queues) or "none: the hub's stack is older than this command"
        raise Failure(f"the hub has no dead-letter queue {name}", f"known: {known}", ExitCode.USAGE)
    return queues[name]


def messages_in(client: "SQSClient", queue: DeadLetterQueue) -> int:
    """About as many as there are, in flight too."""
    found = client.get_queue_attributes(QueueUrl=queue.url, AttributeNames=_COUNTS)
    return sum(int(count) for count in found.get("Attributes", {}).values())


def source_of(client: "SQSClient", queue: DeadLetterQueue) -> str:
    """URL of the queue that gives up its messages to this one; empty for one of functions."""
    pages = client.get_paginator("list_dead_letter_source_queues").paginate(QueueUrl=queue.url)
    return next((url for page in pages for url in page.get("queueUrls", [])), "")


def _kebab(name: str) -> str:
    return _WORD.sub("-", name).lower()
