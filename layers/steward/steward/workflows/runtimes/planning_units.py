"""The units of a scan, and for each whether Config speaks for it or Lambda itself is read."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from steward.domain.stacks import Unit
from steward.messages import AccountFacts, RuntimeUnitWork, Scan
from steward.workflows.runtimes.planning_reach import Reach
from steward.workflows.runtimes.planning_sources import Told
from steward.workflows.runtimes.planning_wish import Wish

_DAYS = 7


@dataclass(frozen=True, slots=True)
class Basis:
    """What the units are planned from. `first`: no report was ever written. `known`: units in
    which the last report knew functions."""

    wish: Wish
    reach: Reach
    config: Told
    health: Told
    first: bool
    known: frozenset[Unit] = frozenset()


def works_of(scan: Scan, basis: Basis) -> Iterator[RuntimeUnitWork]:
    """One work item for each unit, in order."""
    for unit in sorted(_units(basis)):
        yield _work(scan, unit, basis)


def _units(basis: Basis) -> frozenset[Unit]:
    """What was named; else all in reach, with what Config or Health shows beyond its regions.

    A unit in which functions were known is visited again, so that findings there can close.
    """
    if basis.wish.units is not None:
        return basis.wish.units
    known = {unit for unit in basis.known if not basis.reach.why_not(unit.account_id)}
    return frozenset({*basis.reach.units(), *basis.config.units, *basis.health.units, *known})


def _work(scan: Scan, unit: Unit, basis: Basis) -> RuntimeUnitWork:
    why_not = _why_not_in_config(unit, basis, scan.scanned_at)
    in_config = basis.config.units.get(unit)
    in_health = basis.health.units.get(unit)
    turn = basis.wish.live or basis.first or is_its_day(unit, scan.scanned_at)
    return RuntimeUnitWork(
        scan=scan,
        account=AccountFacts.of(basis.reach.accounts[unit.account_id]),
        region=unit.region,
        in_config=not why_not,
        config_reason=why_not,
        config_parts=in_config.parts if in_config else 0,
        health_parts=in_health.parts if in_health else 0,
        live=bool(why_not) or turn,
    )


def _why_not_in_config(unit: Unit, basis: Basis, now: datetime) -> str:
    config = basis.config
    if config.aggregator is None:
        return config.capability.reason
    return config.aggregator.why_not(unit, config.units.get(unit), now)


def is_its_day(unit: Unit, now: datetime) -> bool:
    """Whether Lambda itself is read in `unit` today: one day in seven, another for each unit.

    Only Lambda shows published versions, aliases and who calls them.
    """
    turn = int(hashlib.sha256(str(unit).encode()).hexdigest(), 16) % _DAYS
    return turn == now.toordinal() % _DAYS
