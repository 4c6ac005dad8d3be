"""A simulated organization as the planner reads it: its accounts, and what the ledger knows.

The ledger's index is made from one unit's rows, so it takes no memory however long it is. The
account records that the planner writes in its first sweep are kept, as text.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks.shape import HOME_REGION
from benchmarks.simulation.transport import Answer, Request
from benchmarks.simulation.units import FEATURE_STACKS, SAMPLE, account_id

ROOT = "r-sim0"
ACCOUNTS_PER_PAGE = 20  # "ListAccountsForParent", AWS Organizations API Reference.
INDEX_ACCOUNTS_PER_PAGE = 1000


@dataclass(slots=True)
class Directory:
    """`accounts` of them, all under the root, each with one region's leases."""

    accounts: int
    records: list[str] = field(default_factory=list)
    queued: int = 0
    _index: str = ""

    def __post_init__(self) -> None:
        rows = [
            {
                "pk": {"S": f"UNIT#{SAMPLE}#{HOME_REGION}"},
                "sk": {"S": f"LEASE#{number}"},
                "account_id": {"S": SAMPLE},
                "region": {"S": HOME_REGION},
                "selected_by": {"S": ""},
            }
            for number in range(FEATURE_STACKS)
        ]
        self._index = json.dumps(rows)[1:-1]

    def answers(self) -> dict[str, Answer]:
        now = json.dumps({"Item": {"since": {"S": datetime.now(UTC).isoformat()}}})
        organization = {"Organization": {"MasterAccountId": account_id(self.accounts)}}
        return {
            "DescribeOrganization": lambda _: json.dumps(organization),
            "ListRoots": lambda _: json.dumps({"Roots": [{"Id": ROOT}]}),
            "ListOrganizationalUnitsForParent": lambda _: '{"OrganizationalUnits": []}',
            "ListAccountsForParent": self._list_accounts,
            "ListTagsForResource": lambda _: '{"Tags": [{"Key": "team", "Value": "orders"}]}',
            "GetItem": lambda _: now,
            "Query": self._query,
            "TransactWriteItems": self._write,
            "PutItem": lambda _: "{}",
            "SendMessageBatch": self._queue,
        }

    def _list_accounts(self, request: Request) -> str:
        def rows(first: int, end: int) -> str:
            listed = (
                {"Id": account_id(number), "Name": f"team-{number}", "State": "ACTIVE"}
                for number in range(first, end)
            )
            return ", ".join(map(json.dumps, listed))

        first = int(json.loads(request.body).get("NextToken", "0"))
        return self._page("Accounts", rows, first, ACCOUNTS_PER_PAGE, '"NextToken": "{}"')

    def _query(self, request: Request) -> str:
        asked = json.loads(request.body)
        first = int(asked.get("ExclusiveStartKey", {}).get("at", {}).get("N", "0"))
        more = '"LastEvaluatedKey": {{"at": {{"N": "{}"}}}}'
        match asked["ExpressionAttributeValues"][":pk"]["S"]:
            case "LEASE#LIVE":
                return self._page("Items", self._live, first, INDEX_ACCOUNTS_PER_PAGE, more)
            case "ACCOUNTS":
                return f'{{"Items": [{", ".join(self.records)}]}}'
            case _:
                return '{"Items": []}'

    def _live(self, first: int, end: int) -> str:
        numbers = range(first, end)
        return ", ".join(self._index.replace(SAMPLE, account_id(number)) for number in numbers)

    def _page(
        self, name: str, rows: Callable[[int, int], str], first: int, most: int, more: str
    ) -> str:
        end = min(first + most, self.accounts)
        token = f", {more.format(end)}" if end < self.accounts else ""
        return f'{{"{name}": [{rows(first, end)}]{token}}}'

    def _write(self, request: Request) -> str:
        writes = json.loads(request.body)["TransactItems"]
        self.records += [json.dumps(write["Put"]["Item"]) for write in writes]
        return "{}"

    def _queue(self, request: Request) -> str:
        entries = json.loads(request.body)["Entries"]
        self.queued += len(entries)
        sent = [{"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": ""} for entry in entries]
        return json.dumps({"Successful": sent, "Failed": []})
