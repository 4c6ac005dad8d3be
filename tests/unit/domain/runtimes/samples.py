"""Runtimes for tests: one that ends in 2027, and keywords for what a test is about."""

from datetime import date, timedelta
from typing import Any

from steward.domain.runtimes.lifecycle import Lifecycle, OperatingSystem, Runtime

TODAY = date(2026, 11, 23)
DEPRECATED = date(2027, 6, 1)
CREATE_BLOCK = date(2027, 7, 1)
UPDATE_BLOCK = date(2027, 8, 1)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def make_runtime(runtime_id: str = "python3.9", **facts: Any) -> Runtime:
    """Ends on the three days above unless the test says otherwise."""
    defaults: dict[str, Any] = {
        "family": "python",
        "version": (3, 9),
        "os": OperatingSystem.AL2023,
        "deprecated": DEPRECATED,
        "create_block": CREATE_BLOCK,
        "update_block": UPDATE_BLOCK,
    }
    return Runtime(id=runtime_id, **{**defaults, **facts})


def without_dates(runtime_id: str = "python3.9", **facts: Any) -> Runtime:
    unscheduled = {"deprecated": None, "create_block": None, "update_block": None}
    return make_runtime(runtime_id, **{**unscheduled, **facts})


def make_lifecycle(*rows: Runtime, as_of: date = TODAY) -> Lifecycle:
    return Lifecycle(as_of=as_of, runtimes={row.id: row for row in rows})
