"""The ledger of a simulated organization.

What is written is kept as text. Leases are made from one sample unit's when they are asked for, so
that a unit more takes no memory of the process that is measured. Conditions always hold: each unit
is worked on once.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.scale.capacity import Capacity
from benchmarks.scale.shape import REGIONS, SAMPLE, account_id
from benchmarks.scale.wire import Answer, Reply, Request
from benchmarks.shape import HOME_REGION
from steward.ledger.keys import LIVE

# "Query", Amazon DynamoDB API Reference: one megabyte a page. Rows here have 250 to 1,000 bytes.
_PAGE_BYTES = 1_000_000
_OF_UNITS = ("UNIT#", "RUNTIMES#")
_AUDIT = "AUDIT#"
_INDEXED = (
    *("pk", "sk", "gsi1pk", "gsi1sk", "account_id", "region", "stack_id", "selected_by"),
    *("state", "delete_after"),
)

type Row = dict[str, Any]


@dataclass(slots=True)
class Book:
    """`sample`: the items of the sample unit, from the moment in which all units of `regions` have
    them."""

    accounts: int
    regions: tuple[str, ...] = REGIONS
    capacity: Capacity = field(default_factory=Capacity)
    sample: list[Row] = field(default_factory=list)
    _rows: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def answers(self) -> dict[str, Answer]:
        return {
            "dynamodb.GetItem": self._get,
            "dynamodb.Query": self._query,
            "dynamodb.PutItem": self._put,
            "dynamodb.UpdateItem": self._update,
            "dynamodb.TransactWriteItems": self._transact,
        }

    def keep_sample(self) -> None:
        """From now on every unit has the leases or findings that the sample unit has."""
        partitions = [pk for pk in self._rows if _of_a_unit(pk)]
        rows = [json.loads(text) for pk in partitions for text in self._rows.pop(pk).values()]
        self.sample = [row for row in rows if not row["sk"]["S"].startswith(_AUDIT)]

    def _get(self, request: Request) -> Reply:
        key = json.loads(request.body)["Key"]
        text = self._rows[key["pk"]["S"]].get(key["sk"]["S"])
        self.capacity.read([json.loads(text)] if text else [], consistent=True)
        return _said({"Item": json.loads(text)} if text else {})

    def _query(self, request: Request) -> Reply:
        asked = json.loads(request.body)
        pk, prefix = (_value(asked, name) for name in (":pk", ":prefix"))
        if "IndexName" in asked:
            rows, consistent = self._live(asked, pk), False
        else:
            rows, consistent = self._partition(pk, prefix, asked), True
        page, more = rows
        self.capacity.read(page, consistent=consistent)
        return _said({"Items": page} | more)

    def _partition(self, pk: str, prefix: str, asked: Row) -> tuple[list[Row], Row]:
        if self.sample and _of_a_unit(pk):
            return self._of_unit(pk, prefix), {}
        kept = self._rows[pk]
        names = sorted(name for name in kept if name.startswith(prefix))
        if not asked.get("ScanIndexForward", True):
            names.reverse()
        first = int(asked.get("ExclusiveStartKey", {}).get("at", {}).get("N", "0"))
        end = min(first + asked.get("Limit", len(names)), len(names))
        end = _within_a_page([kept[name] for name in names[first:end]]) + first
        more = {"LastEvaluatedKey": {"at": {"N": str(end)}}} if end < len(names) else {}
        return [json.loads(kept[name]) for name in names[first:end]], more

    def _of_unit(self, pk: str, prefix: str) -> list[Row]:
        account, region = pk.split("#")[1:3]
        if region not in self.regions:
            return []
        text = json.dumps([row for row in self.sample if row["sk"]["S"].startswith(prefix)])
        rows: list[Row] = json.loads(text.replace(SAMPLE, account).replace(HOME_REGION, region))
        return rows

    def _live(self, asked: Row, pk: str) -> tuple[list[Row], Row]:
        """The index holds every lease of every unit."""
        if pk != LIVE:
            raise ValueError(f"the simulated ledger has no index {pk}")
        sample = [{name: row[name] for name in _INDEXED if name in row} for row in self.sample]
        each = json.dumps(sample)
        most = max(1, _PAGE_BYTES // max(len(each) * len(self.regions), 1))
        first = int(asked.get("ExclusiveStartKey", {}).get("at", {}).get("N", "0"))
        end = min(first + most, self.accounts)
        texts = (
            each.replace(SAMPLE, account_id(number)).replace(HOME_REGION, region)[1:-1]
            for number in range(first, end)
            for region in self.regions
        )
        page: list[Row] = json.loads(f"[{','.join(filter(None, texts))}]")
        more = {"LastEvaluatedKey": {"at": {"N": str(end)}}} if end < self.accounts else {}
        return page, more

    def _put(self, request: Request) -> Reply:
        self._keep(json.loads(request.body)["Item"])
        return Reply()

    def _update(self, request: Request) -> Reply:
        """As if every `:name` were set as `name`, which gives the item about its size."""
        asked = json.loads(request.body)
        pk, sk = asked["Key"]["pk"]["S"], asked["Key"]["sk"]["S"]
        before = json.loads(self._rows[pk].get(sk, "{}"))
        values = asked["ExpressionAttributeValues"].items()
        item = before | asked["Key"] | {name.lstrip(":"): value for name, value in values}
        self._keep(item)
        return _said({"Attributes": item})

    def _transact(self, request: Request) -> Reply:
        for write in json.loads(request.body)["TransactItems"]:
            ((kind, what),) = write.items()
            match kind:
                case "Put":
                    self._keep(what["Item"], together=True)
                case "Delete" | "ConditionCheck":
                    self._touch(kind, what["Key"])
                case _:
                    raise ValueError(f"the simulated ledger does not know {kind}")
        return Reply()

    def _touch(self, kind: str, key: Row) -> None:
        """What is checked costs as much as a write."""
        self.capacity.write(key, together=True)
        if kind == "Delete":
            self._rows[key["pk"]["S"]].pop(key["sk"]["S"], None)

    def _keep(self, item: Row, *, together: bool = False) -> None:
        self.capacity.write(item, together=together)
        self._rows[item["pk"]["S"]][item["sk"]["S"]] = json.dumps(item)


def _of_a_unit(pk: str) -> bool:
    """`UNIT#account#region` has leases, `RUNTIMES#account#region` has findings."""
    return pk.startswith(_OF_UNITS)


def _value(asked: Mapping[str, Any], name: str) -> str:
    return str(asked["ExpressionAttributeValues"].get(name, {}).get("S", ""))


def _within_a_page(texts: Sequence[str]) -> int:
    """How many of them one page holds, at least one."""
    size = 0
    for number, text in enumerate(texts):
        size += len(text)
        if size > _PAGE_BYTES and number:
            return number
    return len(texts)


def _said(answer: Row) -> Reply:
    return Reply(json.dumps(answer).encode())
