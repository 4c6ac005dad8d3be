"""The creation of stacks as CloudTrail reports it to the event bus, which the emulator does not.

Shape: "AWS service events delivered via AWS CloudTrail", Amazon EventBridge User Guide. As with the
status events the caller hands them on, to the function itself or to the bus of their account.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.emulator_control import EmulatorControl

DETAIL_TYPE = "AWS API Call via CloudTrail"
Event = dict[str, Any]


@dataclass
class CreationEvents:
    """Yields each creation once; a new instance starts at the beginning."""

    control: EmulatorControl
    position: int = 0

    def skip_to_now(self) -> None:
        """Forget what happened so far, as a rule does that did not exist yet."""
        _, self.position = self.control.api_calls(self.position)

    def take(self) -> list[Event]:
        records, self.position = self.control.api_calls(self.position)
        return [creation_event(record) for record in records if creates_a_stack(record)]


def creates_a_stack(record: Mapping[str, Any]) -> bool:
    """CreateStack, and CreateChangeSet for a stack that does not exist yet; refused calls do not
    count."""
    if "errorCode" in record:
        return False
    kind = record["requestParameters"].get("changeSetType")
    return (record["eventName"], kind) in (("CreateStack", None), ("CreateChangeSet", "CREATE"))


def creation_event(record: Mapping[str, Any]) -> Event:
    """The event whose detail is the CloudTrail record."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": DETAIL_TYPE,
        "source": "aws.cloudformation",
        "account": record["recipientAccountId"],
        "time": record["eventTime"],
        "region": record["awsRegion"],
        "resources": [],
        "detail": dict(record),
    }
