"""CloudTrail's event history and the alternate contacts of member accounts.

Not moto's: its CloudTrail knows no LookupEvents, and the other is to count as the hub's calls do.
"""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from steward.domain.instants import iso
from tests.integration.functions.exchange import Call, Refused
from tests.integration.functions.samples import sample

type Record = dict[str, Any]


def creation_record(stack_id: str, session: str, at: datetime, **changes: Any) -> Record:
    """The sample's record: somebody's assumed-role session creates `stack_id` at `at`."""
    record: Record = deepcopy(sample("create_stack")["detail"])
    identity = record["userIdentity"]
    identity["arn"] = f"{identity['arn'].rpartition('/')[0]}/{session}"
    identity["principalId"] = f"{identity['principalId'].partition(':')[0]}:{session}"
    record["eventTime"] = iso(at)
    record["responseElements"] = {"stackId": stack_id}
    return record | changes


@dataclass
class FakeCloudTrail:
    """`records`: what the accounts' event history shows by now; `page_size`: events a page."""

    records: list[Record] = field(default_factory=list)
    page_size: int = 50

    def created(self, stack_id: str, session: str, at: datetime, **changes: Any) -> None:
        self.records.append(creation_record(stack_id, session, at, **changes))

    def __call__(self, call: Call) -> dict[str, Any]:
        if call.operation != "LookupEvents":
            raise AssertionError(f"nobody needs {call.operation}")
        (wanted,) = call.params["LookupAttributes"]
        assert wanted["AttributeKey"] == "EventName"
        name = wanted["AttributeValue"]
        found = [each for each in self._there(call) if each["eventName"] == name]
        start = int(call.params.get("NextToken", "0"))
        page = [_event(each) for each in found[start : start + self.page_size]]
        more = start + self.page_size < len(found)
        return {"Events": page} | ({"NextToken": str(start + self.page_size)} if more else {})

    def _there(self, call: Call) -> list[Record]:
        assert call.role is not None, "the hub's own history is nobody's business"
        first, last = call.params["StartTime"], call.params["EndTime"]
        place = f":{call.region}:{call.role.account_id}:"
        return [
            each
            for each in self.records
            if place in json.dumps(each["responseElements"])
            and first <= datetime.fromisoformat(each["eventTime"]) <= last
        ]


@dataclass
class FakeAccounts:
    """`contacts`: the operations contacts by account id."""

    contacts: dict[str, str] = field(default_factory=dict)

    def __call__(self, call: Call) -> dict[str, Any]:
        assert call.params == {"AlternateContactType": "OPERATIONS"}
        assert call.role is not None
        address = self.contacts.get(call.role.account_id)
        if not address:
            raise Refused("ResourceNotFoundException", "No contact of the inputted type found.")
        return {"AlternateContact": {"EmailAddress": address, "AlternateContactType": "OPERATIONS"}}


def _event(record: Record) -> dict[str, Any]:
    return {
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "EventTime": datetime.fromisoformat(record["eventTime"]),
        "EventSource": record["eventSource"],
        "CloudTrailEvent": json.dumps(record),
    }
