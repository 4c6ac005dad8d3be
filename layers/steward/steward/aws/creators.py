"""Who created a stack, asked of CloudTrail's event history."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import from_json

from steward.aws.answers import asking
from steward.aws.trail_records import CREATING_CALLS, creation_of
from steward.domain.leases import Creator

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient
    from mypy_boto3_cloudtrail.type_defs import EventTypeDef, LookupEventsRequestTypeDef

# "LookupEvents", AWS CloudTrail API Reference: two requests a second, per account and Region;
# events of the last 90 days; at most 50 a page.
SECONDS_A_CALL = 0.5
HISTORY = timedelta(days=90)
# A change set that makes a stack is recorded when the stack is; clocks may differ a little.
AROUND = timedelta(minutes=5)
MOST_PAGES = 4


def find_creator(
    client: "CloudTrailClient",
    stack_id: str,
    created_at: datetime,
    pace: Callable[[], None],
) -> Creator | None:
    """Whoever made the call that created the stack; None when it is not in the history (yet).

    `pace` is called before each request. Raise NoAnswer.
    """
    for call in CREATING_CALLS:
        for event in _events(client, call, created_at, pace):
            written = event.get("CloudTrailEvent", "")
            if stack_id in written and (creator := _creator(written, stack_id)):
                return creator
    return None


def _events(
    client: "CloudTrailClient", call: str, created_at: datetime, pace: Callable[[], None]
) -> "Iterator[EventTypeDef]":
    """A lookup takes one attribute only, so the account's other calls of that name come too."""
    request: LookupEventsRequestTypeDef = {
        "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": call}],
        "StartTime": created_at - AROUND,
        "EndTime": created_at + AROUND,
    }
    for _ in range(MOST_PAGES):
        pace()
        with asking("cloudtrail:LookupEvents"):
            page = client.lookup_events(**request)
        yield from page.get("Events", [])
        if not page.get("NextToken"):
            return
        request["NextToken"] = page["NextToken"]


def _creator(written: str, stack_id: str) -> Creator | None:
    """The creator that the record names, if it is of this stack's creation."""
    try:
        creation = creation_of(_record(written))
    except ValueError as error:
        kind = "is of an unknown shape" if isinstance(error, ValidationError) else "is no JSON"
        return Creator("", f"CloudTrail's record of it {kind}")
    return creation.creator if creation and creation.stack_id == stack_id else None


def _record(written: str) -> Mapping[str, Any]:
    record: Mapping[str, Any] = from_json(written)
    return record
