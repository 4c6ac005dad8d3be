"""All that is measured of scans of runtimes."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.runtimes import tables, verdicts
from benchmarks.runtimes.comparison import ACCOUNTS, Scans, compare_scans
from benchmarks.runtimes.inventory import Inventory, measure_inventories
from benchmarks.runtimes.large_unit import LargeScan, measure_large_units
from benchmarks.shape import SCANNED
from benchmarks.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class RuntimeResults:
    scans: Scans
    inventories: list[Inventory]
    units: list[LargeScan]

    def verdicts(self) -> list[Verdict]:
        return [
            *verdicts.of_scans(self.scans),
            *verdicts.of_inventories(self.inventories),
            verdicts.of_units(self.units),
        ]

    def tables(self) -> Iterator[Table]:
        yield tables.scans_table(self.scans)
        yield tables.calls_table(self.scans)
        yield tables.inventories_table(self.inventories)
        yield tables.units_table(self.units)

    def document(self) -> dict[str, Any]:
        rows = [self.scans.first, *self.scans.rows.values()]
        return {
            "scanned_organization": f"{ACCOUNTS} accounts x {SCANNED}",
            "scans": [row.document() for row in rows],
            "found": {name: asdict(found) for name, found in self.scans.found.items()},
            "inventories": [asdict(each) for each in self.inventories],
            "large_scans": [asdict(unit) for unit in self.units],
        }


def measure_runtimes(
    home: Path, runs: int, functions: int, tell: Callable[[str], None]
) -> RuntimeResults:
    """Half as many rounds as for leases: a scan makes many more calls than a sweep."""
    scans = compare_scans(home, max(runs // 2, 1), tell)
    inventories = measure_inventories(home, functions, tell)
    tell(f"one unit with {functions // 4} functions")
    return RuntimeResults(scans, inventories, measure_large_units(home, functions // 4))
