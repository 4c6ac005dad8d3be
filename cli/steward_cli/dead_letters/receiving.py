"""Reads a dead-letter queue: each message once, and given back unless it is taken out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import batched
from typing import TYPE_CHECKING

from steward_cli.dead_letters.letters import DeadLetter, dead_letter
from steward_cli.dead_letters.queues import DeadLetterQueue, source_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# "ReceiveMessage", "ChangeMessageVisibilityBatch", Amazon SQS API Reference: ten at most.
MOST_AT_ONCE = 10
# Nobody else reads this queue; a command that is killed keeps messages hidden for so long.
HIDDEN_SECONDS = 120
# A receive asks only some of the queue's servers, so an empty answer may be chance.
EMPTY_ANSWERS = 3


@contextmanager
def borrowed(
    client: "SQSClient", queue: DeadLetterQueue, most: int
) -> Iterator[tuple[DeadLetter, ...]]:
    """Up to `most` messages, hidden from others inside the block and given back after it.

    Of one group of a FIFO queue ten are seen at a time. What the block deleted stays deleted.
    """
    letters = tuple(_received(client, queue, most))
    try:
        yield letters
    finally:
        _give_back(client, queue, letters)


def _received(client: "SQSClient", queue: DeadLetterQueue, most: int) -> Iterator[DeadLetter]:
    source, seen, empty = source_of(client, queue), set[str](), 0
    while len(seen) < most and empty < EMPTY_ANSWERS:
        answer = client.receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=min(MOST_AT_ONCE, most - len(seen)),
            VisibilityTimeout=HIDDEN_SECONDS,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        fresh = [
            letter
            for message in answer.get("Messages", [])
            if (letter := dead_letter(message, source)).message_id not in seen
        ]
        empty = 0 if fresh else empty + 1
        seen.update(letter.message_id for letter in fresh)
        yield from fresh


def _give_back(client: "SQSClient", queue: DeadLetterQueue, letters: Sequence[DeadLetter]) -> None:
    """One that was deleted meanwhile is refused, which is as it should be."""
    for some in batched(letters, MOST_AT_ONCE, strict=False):
        client.change_message_visibility_batch(
            QueueUrl=queue.url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": letter.receipt, "VisibilityTimeout": 0}
                for number, letter in enumerate(some)
            ],
        )
