"""Which limits stopped the last sweeps, and what ends that."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel

from steward.domain.coverage import SweepCoverage
from steward.domain.modes import Mode
from steward.ledger.ledger import Ledger
from steward.ledger.permits import SweepPermits

BY_ITSELF = "the next sweep starts with new counters; `steward breaker reset` starts it now"
BY_POLICY = "no sweep acts until the policy is changed as the reason says"


class StoppedSweep(BaseModel):
    """One sweep. `tripped`: the limit that ended its deletes. `held`: why it only observed.

    `granted`: deletes it was allowed, `by_account` the same by account id.
    """

    sweep_id: str
    swept_at: datetime
    mode: Mode
    granted: int
    by_account: Mapping[str, int]
    tripped: str
    held: str

    @property
    def stopped(self) -> bool:
        return bool(self.tripped or self.held)

    @property
    def ends(self) -> str:
        """What lets deletes go on; empty when nothing stands in their way."""
        if self.held:
            return BY_POLICY
        return BY_ITSELF if self.tripped else ""


class BreakerReport(BaseModel):
    """`sweeps`: the last ones, newest first. `stopped`: whether the newest is. `ends`: by what."""

    stopped: bool
    ends: str
    sweeps: tuple[StoppedSweep, ...]


def breaker_report(ledger: Ledger, limit: int) -> BreakerReport:
    """Read the last `limit` sweeps."""
    sweeps = tuple(
        _stopped(each, ledger.permits_of(each.sweep_id)) for each in ledger.sweeps(limit)
    )
    newest = sweeps[0] if sweeps else None
    return BreakerReport(
        stopped=newest is not None and newest.stopped,
        ends=newest.ends if newest else "",
        sweeps=sweeps,
    )


def _stopped(sweep: SweepCoverage, permits: SweepPermits) -> StoppedSweep:
    return StoppedSweep(
        sweep_id=sweep.sweep_id,
        swept_at=sweep.swept_at,
        mode=sweep.mode,
        granted=permits.total,
        by_account=permits.by_account,
        tripped=permits.tripped,
        held=sweep.held,
    )
