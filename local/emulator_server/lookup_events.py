"""LookupEvents over the recorded calls: one attribute, a time range and pages, newest first.

Source: "LookupEvents", AWS CloudTrail API Reference. ministack 1.5.33 gives no further pages and
takes several attributes; AWS takes one and answers at most 50 events a page.
"""

import base64
import json
from datetime import datetime
from typing import Any

from local.emulator_server.api_calls import ApiCall, ApiCalls
from local.emulator_server.callers import user_name
from local.emulator_server.pinned import private

CLOUDTRAIL = "ministack.services.cloudtrail"
MOST_RESULTS = 50
Request = dict[str, Any]
Event = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]


class RefusedLookupError(Exception):
    """An error that CloudTrail documents: its code, and what is wrong."""


class LookupEvents:
    def __init__(self, calls: ApiCalls) -> None:
        self._calls = calls

    def install(self) -> None:
        private(CLOUDTRAIL, "_DISPATCH")["LookupEvents"] = self._lookup

    def _lookup(self, request: Request) -> Answer:
        try:
            return _json(200, self._page(request))
        except RefusedLookupError as error:
            code, message = error.args
            return _json(400, {"__type": code, "message": message})

    def _page(self, request: Request) -> dict[str, Any]:
        account = private("ministack.core.responses", "get_account_id")()
        region = private("ministack.core.responses", "get_region")()
        first, size = _start_of(request), _size_of(request)
        wanted = _attribute_of(request)
        in_time = _in_range(self._calls.of_unit(account, region), request)
        found = [event for event in map(_event, in_time) if _has(event, wanted)]
        page: dict[str, Any] = {"Events": found[first : first + size]}
        if first + size < len(found):
            page["NextToken"] = base64.urlsafe_b64encode(str(first + size).encode()).decode()
        return page


def _event(call: ApiCall) -> Event:
    record = call.record
    identity = record["userIdentity"]
    names = {**record["requestParameters"], **(record["responseElements"] or {})}
    return {
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "ReadOnly": "false",
        "AccessKeyId": identity["accessKeyId"],
        "EventTime": _whole_second(call.at),
        "EventSource": record["eventSource"],
        "Username": user_name(identity),
        "Resources": [
            {"ResourceType": "AWS::CloudFormation::Stack", "ResourceName": names[key]}
            for key in ("stackId", "stackName")
            if key in names
        ],
        "CloudTrailEvent": json.dumps(record),
    }


def _has(event: Event, wanted: tuple[str, str] | None) -> bool:
    if wanted is None:
        return True
    key, value = wanted
    if key in ("ResourceName", "ResourceType"):
        return any(resource[key] == value for resource in event["Resources"])
    return bool(event.get(key) == value)


def _attribute_of(request: Request) -> tuple[str, str] | None:
    attributes = request.get("LookupAttributes", [])
    if len(attributes) > 1:
        raise RefusedLookupError("InvalidLookupAttributesException", "more than one attribute")
    return (attributes[0]["AttributeKey"], attributes[0]["AttributeValue"]) if attributes else None


def _in_range(calls: list[ApiCall], request: Request) -> list[ApiCall]:
    earliest = float(request.get("StartTime", float("-inf")))
    latest = float(request.get("EndTime", float("inf")))
    if latest < earliest:
        raise RefusedLookupError("InvalidTimeRangeException", "The end is before the start.")
    return [call for call in calls if earliest <= _whole_second(call.at) <= latest]


def _whole_second(at: datetime) -> float:
    return at.timestamp() // 1


def _size_of(request: Request) -> int:
    size = int(request.get("MaxResults", MOST_RESULTS))
    if not 1 <= size <= MOST_RESULTS:
        raise RefusedLookupError("InvalidMaxResultsException", f"{size} is not between 1 and 50.")
    return size


def _start_of(request: Request) -> int:
    try:
        return int(base64.urlsafe_b64decode(request.get("NextToken", "") or b"MA=="))
    except ValueError as error:
        raise RefusedLookupError("InvalidNextTokenException", "The token is not valid.") from error


def _json(status: int, answer: dict[str, Any]) -> Answer:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()
