"""Functions for tests of what is found about them."""

from typing import Any

from steward.domain.runtimes.findings import Finding, find
from steward.domain.runtimes.functions import Function
from steward.domain.stacks import Unit
from tests.unit.domain.runtimes.samples import TODAY, days, make_lifecycle, without_dates

UNIT = Unit("222222222222", "eu-west-1")
ENDING = without_dates(
    deprecated=TODAY - days(30), create_block=TODAY + days(70), update_block=TODAY + days(100)
)
SOON = without_dates("python3.10", version=(3, 10), deprecated=TODAY + days(100))
LASTING = without_dates("python3.14", version=(3, 14))
BLOCKED = without_dates("python3.8", version=(3, 8), update_block=TODAY)
TABLE = make_lifecycle(BLOCKED, ENDING, SOON, LASTING)


def make_function(name: str = "orders-get", **facts: Any) -> Function:
    defaults: dict[str, Any] = {
        "unit": UNIT,
        "runtime_id": "python3.9",
        "owner": "orders@example.com",
        "stack": "orders",
    }
    return Function(name=name, **{**defaults, **facts})


def make_finding(name: str = "orders-get", **facts: Any) -> Finding:
    return find(make_function(name, **facts), TABLE, [], TODAY)
