"""What DynamoDB charges for a call, in read and write request units.

"DynamoDB read and write operations", "DynamoDB item sizes and formats", Amazon DynamoDB Developer
Guide. Local to the table: what an index takes comes on top, by `index_units`.
"""

import base64
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024
_TRANSACTION = 2  # Times what the same reads and writes take alone.
_EVENTUALLY = 0.5

type Item = Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class Capacity:
    reads: float = 0.0
    writes: float = 0.0

    def read(self, items: Iterable[Item], *, consistent: bool) -> None:
        """One Query or GetItem: sizes are added up, then rounded; nothing found is one unit."""
        size = sum(map(item_bytes, items))
        units = max(1, math.ceil(size / READ_UNIT_BYTES))
        self.reads += units if consistent else units * _EVENTUALLY

    def write(self, item: Item, *, together: bool = False) -> None:
        """One put, update or delete, and the same once more for the index, if the item is in it."""
        units = max(1, math.ceil(item_bytes(item) / WRITE_UNIT_BYTES))
        self.writes += units * (_TRANSACTION if together else 1) + index_units(item)


def index_units(item: Item) -> int:
    """The index holds a few attributes of an item: one unit for each write."""
    return 1 if "gsi1pk" in item else 0


def item_bytes(item: Item) -> int:
    """Names and values in UTF-8."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, held),) = value.items()
    match kind:
        case "S":
            return len(str(held).encode())
        case "N":
            return math.ceil(len(str(held).strip("-.0") or "0") / 2) + 1
        case "BOOL" | "NULL":
            return 1
        case "B":
            return len(base64.b64decode(held))
        case "SS" | "NS":
            return sum(len(str(each).encode()) for each in held)
        case "L":
            return 3 + sum(1 + _value_bytes(each) for each in held)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_bytes(e) for name, e in held.items())
        case _:
            raise ValueError(f"no size for a DynamoDB value of kind {kind}")
