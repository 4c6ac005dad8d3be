"""CloudFormation's status events, which the emulator's CloudFormation does not put on a bus itself.

The emulator's journal of stack statuses is turned into the events that AWS documents ("Stack
Status Change event detail", AWS CloudFormation User Guide; common fields in "AWS service event
metadata", EventBridge). `tell` puts them on the default bus of their own account and region, from
where rules take them to the hub; `deliver` hands them to a function without any rule.
"""

import json
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from local.emulator_control import EmulatorControl

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

HANDLED_WITHIN_SECONDS = 60.0
POLL_SECONDS = 0.005
DETAIL_TYPE = "CloudFormation Stack Status Change"
Event = dict[str, Any]


@dataclass
class StatusEvents:
    """Yields each status change once; a new instance starts at the beginning."""

    control: EmulatorControl
    position: int = 0

    def skip_to_now(self) -> None:
        """Forget what happened so far, as a rule does that did not exist yet."""
        _, self.position = self.control.stack_statuses(self.position)

    def take(self) -> list[Event]:
        records, self.position = self.control.stack_statuses(self.position)
        return [status_event(record) for record in records]


def status_event(record: Mapping[str, str]) -> Event:
    """The event of one status record; the token is absent where the caller gave none."""
    stack_id = record["stack_id"]
    _, _, _, region, account, _ = stack_id.split(":", 5)
    detail: Event = {
        "stack-id": stack_id,
        "status-details": {"status": record["status"], "status-reason": record["reason"]},
    }
    if record["client_request_token"]:
        detail["client-request-token"] = record["client_request_token"]
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": DETAIL_TYPE,
        "source": "aws.cloudformation",
        "account": account,
        "time": _whole_seconds(record["time"]),
        "region": region,
        "resources": [stack_id],
        "detail": detail,
    }


def tell(events: Iterable[Event], control: EmulatorControl) -> int:
    """Put each event on its bus and wait until what it set off has ended; returns how many."""
    told = 0
    for event in events:
        control.put_event(event)
        await_invocations(control)
        told += 1
    return told


def await_invocations(control: EmulatorControl) -> None:
    deadline = time.monotonic() + HANDLED_WITHIN_SECONDS
    while control.invocations_waiting():
        if time.monotonic() > deadline:
            raise TimeoutError(
                f"asynchronous invocations still wait after {HANDLED_WITHIN_SECONDS:g} s: see the "
                "log groups of the functions"
            )
        time.sleep(POLL_SECONDS)


def deliver(events: Iterable[Event], lambda_client: "LambdaClient", function: str) -> int:
    """Invoke `function` with each event, asynchronously as EventBridge does; returns how many."""
    delivered = 0
    for event in events:
        lambda_client.invoke(
            FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode()
        )
        delivered += 1
    return delivered


def _whole_seconds(time: str) -> str:
    """Event times have no fraction."""
    instant = datetime.fromisoformat(time)
    return instant.replace(microsecond=0).isoformat().replace("+00:00", "Z")
