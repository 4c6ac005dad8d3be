"""Which file holds the newest word on each unit, whatever scan it comes from."""

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import AwareDatetime

from steward.domain.runtimes.plans import Document, ScanPlan
from steward.domain.runtimes.results import Canary
from steward.domain.stacks import Unit


class KnownUnit(Document):
    """`result_key`: its newest result, by scan `scan_id`; empty when it never had one.

    `covered_key`: the newest result that shows its functions, read at `last_read`; `functions`: how
    many it shows. `read_before`: when it was last read on an earlier day than that. `missed_in`:
    the later scan that planned the unit and has no result of it.
    `canaries`, the runtime versions at which functions are `pinned`, and how many published
    `versions` there are: as they were when Lambda itself was last read, which is not every day.
    """

    account_id: str
    account_name: str = ""
    region: str
    result_key: str = ""
    scan_id: str = ""
    covered_key: str = ""
    functions: int = 0
    last_read: AwareDatetime | None = None
    read_before: AwareDatetime | None = None
    missed_in: str = ""
    canaries: tuple[Canary, ...] = ()
    pinned: Mapping[str, str] = {}
    versions: int = 0

    @property
    def unit(self) -> Unit:
        return Unit(self.account_id, self.region)

    @property
    def heard_in(self) -> str:
        """The last scan that has a word on the unit, be it that there is no result."""
        return max(self.scan_id, self.missed_in)


class Manifest(Document):
    """`full_scan`: the newest scan of the whole organization that was reported; may be empty."""

    schema_version: Literal[1] = 1
    full_scan: str = ""
    units: tuple[KnownUnit, ...] = ()

    def by_unit(self) -> dict[Unit, KnownUnit]:
        """Its units, to be looked up."""
        return {each.unit: each for each in self.units}


def units_to_report(
    manifest: Manifest, plan: ScanPlan, results: Mapping[Unit, str]
) -> list[KnownUnit]:
    """Every unit that a report of `plan` covers, with its newest result; a newer scan's stays.

    A scan of the whole organization covers what it planned; one of some units all that is known,
    too. `results`: the keys of this scan's results.
    """
    known = manifest.by_unit()
    planned = {
        Unit(each.account_id, each.region): _heard(plan, each.account_name, known, unit, results)
        for each in plan.units
        for unit in [Unit(each.account_id, each.region)]
    }
    units = planned if plan.full else known | planned
    return [units[unit] for unit in sorted(units)]


def _heard(
    plan: ScanPlan,
    account_name: str,
    known: Mapping[Unit, KnownUnit],
    unit: Unit,
    results: Mapping[Unit, str],
) -> KnownUnit:
    blank = KnownUnit(account_id=unit.account_id, region=unit.region)
    before = known.get(unit, blank)
    named = before.model_copy(update={"account_name": account_name or before.account_name})
    if unit in results and plan.scan_id >= before.scan_id:
        news = {"result_key": results[unit], "scan_id": plan.scan_id}
        missed = before.missed_in if before.missed_in > plan.scan_id else ""
        return named.model_copy(update=news | {"missed_in": missed})
    if unit not in results and plan.scan_id > before.heard_in:
        return named.model_copy(update={"missed_in": plan.scan_id})
    return named


def renewed(manifest: Manifest, plan: ScanPlan, reported: Iterable[KnownUnit]) -> Manifest:
    """The manifest after a report; whoever reported a newer scan meanwhile keeps the last word."""
    newer = {unit: each for unit, each in manifest.by_unit().items() if _outlives(each, plan)}
    units = {each.unit: each for each in reported}
    for unit, each in newer.items():
        mine = units.get(unit)
        if mine is None or each.heard_in > mine.heard_in:
            units[unit] = each
    full_scan = max(manifest.full_scan, plan.scan_id if plan.full else "")
    return Manifest(full_scan=full_scan, units=tuple(units[unit] for unit in sorted(units)))


def _outlives(known: KnownUnit, plan: ScanPlan) -> bool:
    """A unit that a scan of the whole organization did not plan is forgotten by its report."""
    return not plan.full or known.heard_in > plan.scan_id
