"""The dates that count in each region that a report is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from steward.domain.runtimes.lifecycle import CUSTOM, Lifecycle, Milestone, Runtime
from steward.domain.runtimes.plans import ScanDates
from steward.domain.runtimes.sources import Settled, settle_all


@dataclass(frozen=True)
class ReportDates:
    """`regions`: those of the report, the one that most units are in first; dates that differ by
    region are shown as they are there. `published`: the next milestones of customer-managed
    runtimes, which only their functions tell."""

    lifecycle: Lifecycle
    scan: ScanDates
    regions: Sequence[str]
    published: Mapping[str, Mapping[Milestone, date]] = field(default_factory=dict)
    _by_region: dict[str, dict[str, Settled]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.scan.today

    @property
    def home(self) -> str:
        """The region whose dates stand for all."""
        return self.regions[0] if self.regions else ""

    def settled(self, region: str) -> Mapping[str, Settled]:
        """Every runtime with its dates in `region`."""
        if region not in self._by_region:
            told = {name: _as_told(name, days) for name, days in self.published.items()}
            settled = settle_all(self.lifecycle, self.scan.claims, region, self.today)
            self._by_region[region] = told | settled
        return self._by_region[region]

    def runtime(self, runtime_id: str, region: str) -> Runtime | None:
        """`runtime_id` as it counts in `region`; None if nobody knows it."""
        settled = self.settled(region).get(runtime_id)
        return settled.runtime if settled else None

    @cached_property
    def known_since(self) -> dict[tuple[str, Milestone], date]:
        """Since when a milestone has its present date, where it ever moved."""
        return {
            (runtime_id, Milestone(milestone)): day
            for runtime_id, days in self.scan.known_since.items()
            for milestone, day in days.items()
        }


def is_customer_managed(runtime_id: str) -> bool:
    """Whether `runtime_id` names a customer-managed runtime that was resolved."""
    return runtime_id.startswith(CUSTOM) and runtime_id != CUSTOM


def _as_told(runtime_id: str, days: Mapping[Milestone, date]) -> Settled:
    note = "customer-managed: its publisher sets the dates, of which the next is shown"
    runtime = Runtime(
        id=runtime_id,
        family=CUSTOM,
        architectures=(),
        deprecated=days.get(Milestone.DEPRECATED),
        create_block=days.get(Milestone.CREATE_BLOCK),
        update_block=days.get(Milestone.UPDATE_BLOCK),
        note=note,
    )
    return Settled(runtime)
