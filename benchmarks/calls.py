"""AWS calls as the stand-in counted them, by whom and to what."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from benchmarks.shape import HUB_ACCOUNT


@dataclass(frozen=True, slots=True)
class Call:
    account: str
    region: str
    service: str
    operation: str
    status: int


class RefusedCalls(Exception):
    """AWS refused calls, so what was measured is not the work that was to be measured."""


class Calls(Counter[Call]):
    """A multiset of calls. Ledger, scan (AssumeRole and all in member accounts), and the rest."""

    @classmethod
    def of(cls, counted: Iterable[tuple[Call, int]]) -> Self:
        return cls(dict(counted))

    def none_refused(self) -> Self:
        """Itself, or RefusedCalls."""
        refused = [f"{call.operation} {call.status} x{n}" for call, n in self.items() if _bad(call)]
        if refused:
            raise RefusedCalls(
                f"the stand-in refused {', '.join(refused)}; the contenders and it do not fit "
                "together, look into their logs"
            )
        return self

    def by_operation(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for call, n in self.items():
            found[f"{call.service}:{call.operation}"] += n
        return dict(sorted(found.items()))

    @property
    def scan(self) -> int:
        """AssumeRole, and whatever was asked of a member account."""
        return sum(n for call, n in self.items() if call.account != HUB_ACCOUNT or _assumes(call))

    @property
    def ledger(self) -> dict[str, int]:
        return {
            name.partition(":")[2]: n
            for name, n in self.by_operation().items()
            if name.startswith("dynamodb:")
        }

    @property
    def ledger_writes(self) -> int:
        """Writes of what was found. What a sweep covered is put alone: its plan and its answers."""
        others = {"Query", "GetItem", "PutItem"}
        return sum(n for name, n in self.ledger.items() if name not in others)


def _bad(call: Call) -> bool:
    """That a file is not there is an answer, too."""
    return call.status != 200 and (call.operation, call.status) != ("GetObject", 404)


def _assumes(call: Call) -> bool:
    return call.operation == "AssumeRole"
