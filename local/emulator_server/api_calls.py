"""CloudTrail's records of the calls that change something in CloudFormation.

ministack 1.5.33 can record calls itself, but as those of an IAM user whom nobody created, without
what the service answered, and on the wall clock. Source: "CloudTrail record contents for
management, data, and network activity events".
"""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.emulator_server.callers import user_identity
from local.emulator_server.clock import CLOUDFORMATION, TravellingClock
from local.emulator_server.pinned import private, replace, require
from local.emulator_server.query_requests import (
    action_of,
    error_of,
    request_parameters,
    response_elements,
)

READING = ("Describe", "List", "Get", "Validate", "Estimate", "Detect")
EVENT_SOURCE = "cloudformation.amazonaws.com"
Record = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Handle = Callable[..., Awaitable[Answer]]


@dataclass(frozen=True)
class ApiCall:
    account: str
    region: str
    at: datetime
    record: Record


class ApiCalls:
    """Over all accounts and regions, in the order in which they were made."""

    def __init__(self, clock: TravellingClock) -> None:
        self._clock = clock
        self._calls: list[ApiCall] = []

    def install(self) -> None:
        require("ministack.core.router", "extract_access_key_id")
        require("ministack.core.iam_evaluator", "resolve_caller_identity")
        replace((CLOUDFORMATION,), "handle_request", self._recording)

    def of_unit(self, account: str, region: str) -> list[ApiCall]:
        """Newest first, by the travelling clock."""
        mine = [call for call in self._calls if (call.account, call.region) == (account, region)]
        return sorted(mine, key=lambda call: call.at, reverse=True)

    def after(self, position: int) -> dict[str, Any]:
        """The records from `position` on, and the position to ask from next time."""
        calls = self._calls[position:]
        return {"records": [call.record for call in calls], "next": position + len(calls)}

    def _recording(self, handle: Handle) -> Handle:
        async def handle_request(
            method: str, path: str, headers: dict[str, str], body: bytes, query: Any
        ) -> Answer:
            answer = await handle(method, path, headers, body, query)
            action = action_of(body)
            if action and not action.startswith(READING):
                self._calls.append(self._call(action, headers, body, query, answer))
            return answer

        return handle_request

    def _call(
        self, action: str, headers: dict[str, str], body: bytes, query: Any, answer: Answer
    ) -> ApiCall:
        account = private("ministack.core.responses", "get_account_id")()
        region = private("ministack.core.responses", "get_region")()
        key = private("ministack.core.router", "extract_access_key_id")(headers, query)
        now = self._clock.now()
        status, _, answered = answer
        record: Record = {
            "eventVersion": "1.11",
            "userIdentity": user_identity(key or "", account),
            "eventTime": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": EVENT_SOURCE,
            "eventName": action,
            "awsRegion": region,
            "sourceIPAddress": "127.0.0.1",
            "userAgent": headers.get("user-agent", ""),
            **({} if status == 200 else error_of(answered)),
            "requestParameters": request_parameters(body),
            "responseElements": response_elements(action, answered) if status == 200 else None,
            "requestID": str(uuid.uuid4()),
            "eventID": str(uuid.uuid4()),
            "readOnly": False,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": account,
            "eventCategory": "Management",
        }
        return ApiCall(account, region, now, record)
