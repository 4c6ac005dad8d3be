"""A bench whose CloudWatch is a fake that is held to botocore's model."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from steward.aws.unit_clients import UnitClients
from steward.domain.rollouts.deployments import Target
from steward.domain.rollouts.results import Phase
from steward.workflows.rollouts.bench import CheckBench, ShiftWindow
from tests.integration.functions.exchange import Exchange
from tests.rollout_metrics import FakeMetrics

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHIFT = ShiftWindow(NOON, NOON + 10 * MINUTE)
TARGET = Target("shop", "live", "3", "4")


def at(minute: int) -> datetime:
    """In the middle of the minute, counted from the start of the shift at noon."""
    return NOON + minute * MINUTE + timedelta(seconds=30)


@dataclass
class MetricsBench:
    """The shift began at noon and took ten minutes; it is twelve past."""

    metrics: FakeMetrics = field(default_factory=FakeMetrics)
    exchange: Exchange = field(default_factory=Exchange)
    now: datetime = NOON + 12 * MINUTE
    shift: ShiftWindow | None = SHIFT
    phase: Phase = Phase.POST
    target: Target = TARGET

    def __post_init__(self) -> None:
        self.exchange.fakes["cloudwatch"] = self.metrics

    def bench(self) -> CheckBench:
        return CheckBench(
            phase=self.phase,
            target=self.target,
            clients=UnitClients(self.exchange.session()),
            clock=lambda: self.now,
            sleep=lambda _seconds: None,
            deadline=self.now + timedelta(seconds=20),
            window=self.shift,
            deployment_id="d-ABC123",
        )

    def asked(self) -> list[dict[str, Any]]:
        """The queries of each GetMetricData."""
        return [dict(params) for params in self.exchange.sent("GetMetricData")]

    def every_minute(
        self, version: str, times: int, *, failed: int = 0, minutes: range = range(11)
    ) -> None:
        for minute in minutes:
            self.metrics.invoke(version, at(minute), times, failed=failed)
