"""What `steward coverage` found, as the JSON document it prints. docs/guide/coverage.md has it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from steward.domain.coverage import SweepCoverage, SweepState, latest_finished, unit_states
from steward.domain.stacks import Unit
from steward.ledger.organization import Gap
from steward_cli.dry_ledger import DryLedger
from steward_cli.plan_report import NotRead, Part


class UnitCovered(Part):
    """`state`: swept, unreachable or unanswered; `reason`: why, or the error of the last try."""

    account_id: str
    region: str
    state: str
    reason: str


class SweepRow(Part):
    """One sweep. `passed_over`: how many accounts it left out. `unreadable`: why it is not known.

    `units`: those that were not swept; with `--units`, of the newest finished sweep, all.
    """

    sweep_id: str
    swept_at: datetime
    state: SweepState
    sentence: str
    policy: str
    mode: str
    held: str
    planned: int
    swept: int
    unreachable: int
    unanswered: int
    passed_over: int
    unreadable: str
    closed_at: datetime | None
    units: tuple[UnitCovered, ...]


class UnreachableUnit(Part):
    """A unit whose last scan could not read it, and since when that is so."""

    account_id: str
    account_name: str
    region: str
    since: datetime
    reason: str


class RuntimeScan(Part):
    """What the latest report on runtimes covers. `problem`: why nothing is known of it."""

    scan_id: str = ""
    scanned_at: datetime | None = None
    covered: int = 0
    total: int = 0
    partial: bool = False
    uncovered: tuple[NotRead, ...] = ()
    problem: str = ""


class CoverageReport(Part):
    """`whole`: the newest finished sweep swept every unit. Sweeps are newest first."""

    format: Literal["steward.coverage/1"] = "steward.coverage/1"
    at: datetime
    whole: bool
    latest_finished: str
    warnings: tuple[str, ...]
    sweeps: tuple[SweepRow, ...]
    unreachable_now: tuple[UnreachableUnit, ...]
    passed_over: dict[str, str]
    runtimes: RuntimeScan


def sweep_row(coverage: SweepCoverage, now: datetime, units: Iterable[UnitCovered]) -> SweepRow:
    """One sweep as it stands at `now`."""
    return SweepRow(
        sweep_id=coverage.sweep_id,
        swept_at=coverage.swept_at,
        state=coverage.state(now),
        sentence=coverage.sentence(now),
        policy=coverage.policy,
        mode=coverage.mode,
        held=coverage.held,
        planned=coverage.planned,
        swept=coverage.swept,
        unreachable=len(coverage.unreachable),
        unanswered=len(coverage.unanswered),
        passed_over=len(coverage.passed_over),
        unreadable=coverage.unreadable,
        closed_at=coverage.closed_at,
        units=tuple(units),
    )


def not_swept(coverage: SweepCoverage) -> list[UnitCovered]:
    """The planned units that were not swept, sorted, each with what is known of it."""
    states = {unit: ("unreachable", why) for unit, why in coverage.unreachable.items()}
    states |= {unit: ("unanswered", coverage.failed.get(unit, "")) for unit in coverage.unanswered}
    return _covered(states)


def every_unit(ledger: DryLedger, coverage: SweepCoverage) -> list[UnitCovered]:
    """All planned units of a sweep, sorted."""
    if coverage.unreadable:
        return []
    return _covered(unit_states(*ledger.book(coverage)))


def _covered(states: Mapping[Unit, tuple[str, str]]) -> list[UnitCovered]:
    return [
        UnitCovered(account_id=unit.account_id, region=unit.region, state=state, reason=reason)
        for unit, (state, reason) in sorted(states.items())
    ]


def sweep_rows(
    ledger: DryLedger, sweeps: Iterable[SweepCoverage], now: datetime, *, all_units: bool
) -> tuple[SweepRow, ...]:
    """Each sweep with the units it missed; the newest finished one with all, if `all_units`."""
    known = tuple(sweeps)
    latest = latest_finished(known, now)
    return tuple(
        sweep_row(
            each,
            now,
            every_unit(ledger, each) if all_units and each is latest else not_swept(each),
        )
        for each in known
    )


def unreachable_units(ledger: DryLedger) -> tuple[UnreachableUnit, ...]:
    """The units that cannot be read now, sorted, with the accounts' names as last read."""
    gaps = ledger.gaps()
    names = ledger.account_names() if gaps else {}
    return tuple(
        _unreachable(unit, gap, names.get(unit.account_id, "")) for unit, gap in sorted_gaps(gaps)
    )


def sorted_gaps(gaps: Mapping[Unit, Gap]) -> list[tuple[Unit, Gap]]:
    return [(unit, gaps[unit]) for unit in sorted(gaps)]


def _unreachable(unit: Unit, gap: Gap, name: str) -> UnreachableUnit:
    return UnreachableUnit(
        account_id=unit.account_id,
        account_name=name,
        region=unit.region,
        since=gap.since,
        reason=gap.reason,
    )
