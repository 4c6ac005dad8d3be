"""The hub as AWS and its operator run it while calls fail: what failed is tried again."""

import json
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from local.hub import LEASE_QUEUES, Hub, HubError

# "How Lambda handles errors and retries with asynchronous invocation", AWS Lambda Developer Guide.
TRIES = 3
DRAINED_WITHIN_SECONDS = 240.0
POLL_SECONDS = 0.1
DEAD_LETTER_QUEUES = {
    "UnitsDeadLetterQueueUrl": "UnitsQueueUrl",
    "ReapsDeadLetterQueueUrl": "ReapsQueueUrl",
}
DEAD_EVENTS = "StackEventsDeadLetterQueueUrl"
# A message that still fails after a redrive as often as this has a cause that needs a person.
REDRIVES = 3


@dataclass
class Toil:
    """What the faults cost AWS's retries and the operator."""

    retried_invocations: int = 0
    redriven_invocations: int = 0
    redriven_messages: int = 0


@dataclass(frozen=True)
class PatientHub(Hub):
    """Invokes as schedules and rules do: three tries, then a dead letter that is redriven once."""

    toil: Toil = field(default_factory=Toil)
    pause: Callable[[float], None] = time.sleep

    def invoke(self, output: str, event: dict[str, Any]) -> dict[str, Any]:
        for tried in range(1, 2 * TRIES):
            try:
                return super().invoke(output, event)
            except HubError:
                self._count(tried)
        return super().invoke(output, event)

    def _count(self, tried: int) -> None:
        if tried == TRIES:
            self.toil.redriven_invocations += 1
        else:
            self.toil.retried_invocations += 1

    def await_queues(self, queues: Iterable[str] = LEASE_QUEUES) -> None:
        """Wait until nothing is left to do, and have done again what became a dead letter."""
        waited_for = tuple(queues)
        for _ in range(REDRIVES):
            self._await_drained(waited_for)
            if not self._redrive():
                return
        raise HubError("messages fail however often they are redriven: read the functions' logs")

    def _await_drained(self, queues: Iterable[str]) -> None:
        deadline = time.monotonic() + DRAINED_WITHIN_SECONDS
        for queue in queues:
            while self.messages_in(queue):
                if time.monotonic() > deadline:
                    raise HubError(f"{queue} did not drain within {DRAINED_WITHIN_SECONDS:g} s")
                self.pause(POLL_SECONDS)

    def _redrive(self) -> int:
        moved = sum(self._moved(dead, source) for dead, source in DEAD_LETTER_QUEUES.items())
        moved += self._followed()
        self.toil.redriven_messages += moved
        return moved

    def _followed(self) -> int:
        """Events that lease_events gave up are handed to it once more."""
        sqs, queue = self.organization.session().client("sqs"), self.outputs[DEAD_EVENTS]
        followed = 0
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                record = json.loads(message["Body"])
                self.follow(record.get("requestPayload", record))
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                followed += 1
        return followed

    def _moved(self, dead: str, source: str) -> int:
        """Send first, then delete: a crash repeats a message, and work that is repeated is found
        done."""
        sqs = self.organization.session().client("sqs")
        moved = 0
        while True:
            answer = sqs.receive_message(
                QueueUrl=self.outputs[dead],
                MaxNumberOfMessages=10,
                MessageSystemAttributeNames=["MessageGroupId"],
            )
            if not answer.get("Messages"):
                return moved
            for message in answer["Messages"]:
                group = message.get("Attributes", {}).get("MessageGroupId")
                self._send_again(source, message["Body"], group)
                handle = message["ReceiptHandle"]
                sqs.delete_message(QueueUrl=self.outputs[dead], ReceiptHandle=handle)
                moved += 1

    def _send_again(self, source: str, body: str, group: str | None) -> None:
        """Within five minutes a FIFO queue would take the old deduplication id for a repeat."""
        sqs, queue = self.organization.session().client("sqs"), self.outputs[source]
        if group is None:
            sqs.send_message(QueueUrl=queue, MessageBody=body)
            return
        fresh = str(uuid.uuid4())
        sqs.send_message(
            QueueUrl=queue, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=fresh
        )


def patient(hub: Hub) -> PatientHub:
    return PatientHub(hub.organization, hub.outputs, hub.ledger)
