"""All that is measured of sweeps of leases, and of every handler's import."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks import tables, verdicts
from benchmarks.comparison import AGAIN, FIRST, Row, compare
from benchmarks.growth import Grown, simulate
from benchmarks.imports import Import, measure_imports
from benchmarks.large_unit import LargeUnit, measure_units
from benchmarks.shape import SWEPT
from benchmarks.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class LeaseResults:
    rows: Mapping[tuple[str, str], Row]
    units: Sequence[LargeUnit]
    sweeps: Sequence[Grown]
    plans: Sequence[Grown]
    imports: Sequence[Import]

    def verdicts(self) -> list[Verdict]:
        return [
            *verdicts.of_comparison(self.rows),
            *verdicts.of_units(self.units),
            *verdicts.of_growth(self.sweeps, self.plans),
            *verdicts.of_imports(self.imports),
        ]

    def tables(self) -> Iterator[Table]:
        for sweep in (FIRST, AGAIN):
            yield tables.comparison_table(self.rows, sweep)
            yield tables.calls_table(self.rows, sweep)
        yield tables.units_table(self.units)
        yield tables.growth_table("worker", self.sweeps)
        yield tables.growth_table("planner", self.plans)
        yield tables.imports_table(self.imports)

    def document(self) -> dict[str, Any]:
        return {
            "organization": str(SWEPT),
            "sweeps": [row.document() for row in self.rows.values()],
            "large_units": [asdict(unit) for unit in self.units],
            "simulated_sweeps": [asdict(size) for size in self.sweeps],
            "simulated_plans": [asdict(size) for size in self.plans],
            "imports": [asdict(each) for each in self.imports],
        }


def measure_leases(
    home: Path, options: argparse.Namespace, tell: Callable[[str], None]
) -> LeaseResults:
    tell("importing each handler")
    imports = measure_imports(home, runs=max(options.runs, 5))
    rows = compare(home, options.runs, tell)
    tell(f"one unit with {options.stacks} stacks")
    units = measure_units(home, options.stacks)
    grown: dict[str, list[Grown]] = {"sweeping": [], "planning": []}
    for job, sizes in grown.items():
        for accounts in options.accounts:
            tell(f"{job} {accounts} simulated accounts")
            sizes.append(simulate(job, accounts, home))
    return LeaseResults(rows, units, grown["sweeping"], grown["planning"], imports)
