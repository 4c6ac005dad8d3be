"""A bench without AWS: its clock goes on where somebody sleeps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.deployments import Target
from steward.domain.rollouts.results import Phase
from steward.workflows.rollouts.bench import CheckBench

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TARGET = Target("shop", "live", "3", "4")


class FakeTime:
    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    def clock(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def make_bench(time: FakeTime | None = None, **changes: Any) -> CheckBench:
    time = time or FakeTime()
    sleep: Callable[[float], None] = time.sleep
    facts: dict[str, Any] = {
        "phase": Phase.PRE,
        "target": TARGET,
        "clients": UnitClients(),
        "clock": time.clock,
        "sleep": sleep,
        "deadline": NOW + timedelta(seconds=120),
    }
    return CheckBench(**(facts | changes))
