"""Puts an event of an AWS service on the default event bus of the event's own account and region.

PutEvents refuses sources that begin with `aws.`, to clients of AWS as well; AWS's services put
their events another way. Here the event goes to the rules of the bus as it is, its time included.
"""

import json
from datetime import datetime
from typing import Any

from local.emulator_server.pinned import private, require

EVENTS = "ministack.services.eventbridge"
DEFAULT_BUS = "default"
Event = dict[str, Any]
ENVELOPE = ("id", "source", "detail-type", "account", "region", "time", "detail")


class IncompleteEventError(Exception):
    """An event lacks a part that every event of AWS has."""


def put_on_the_bus(event: Event) -> None:
    """`event` has the shape in which targets receive it ("AWS service event metadata")."""
    record = _record(event)
    dispatch, archive = private(EVENTS, "_dispatch_event"), private(EVENTS, "_archive_event")
    scope = private("ministack.core.responses", "request_scope")
    with scope(event["account"], event["region"]):
        dispatch(record)
        archive(record)


def install() -> None:
    require(EVENTS, "_dispatch_event", "_archive_event")


def _record(event: Event) -> dict[str, Any]:
    missing = [name for name in ENVELOPE if name not in event]
    if missing:
        raise IncompleteEventError(
            f"the event has no {', '.join(missing)}: give it as a target would receive it"
        )
    return {
        "EventId": event["id"],
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": json.dumps(event["detail"]),
        "EventBusName": DEFAULT_BUS,
        "Time": int(datetime.fromisoformat(event["time"]).timestamp()),
        "Resources": event.get("resources", []),
        "Account": event["account"],
        "Region": event["region"],
    }
