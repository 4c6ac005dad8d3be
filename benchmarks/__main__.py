"""Measures Steward beside the floor and beside Cloud Custodian. `make benchmark` runs it.

Ends with 1 when a demand is not met; an aim that is missed is only shown.
"""

import argparse
import json
import platform
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import tables, verdicts
from benchmarks.comparison import AGAIN, CALL_SECONDS, FIRST, Row, compare
from benchmarks.environment import PEER_ENVIRONMENT
from benchmarks.growth import Grown, simulate
from benchmarks.imports import Import, measure_imports
from benchmarks.large_unit import LargeUnit, measure_units
from benchmarks.shape import SWEPT
from benchmarks.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Results:
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


def measure(options: argparse.Namespace, home: Path, tell: Callable[[str], None]) -> Results:
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
    return Results(rows, units, grown["sweeping"], grown["planning"], imports)


def document(results: Results, judged: Sequence[Verdict]) -> dict[str, Any]:
    """All that was measured, for programs."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "organization": str(SWEPT),
        "seconds_added_to_each_call": CALL_SECONDS,
        "sweeps": [
            {
                "contender": row.contender,
                "sweep": row.sweep,
                "median": asdict(row.median),
                "runs": [asdict(usage) for usage in row.runs],
                "calls": row.calls.by_operation(),
            }
            for row in results.rows.values()
        ],
        "large_units": [asdict(unit) for unit in results.units],
        "simulated_sweeps": [asdict(size) for size in results.sweeps],
        "simulated_plans": [asdict(size) for size in results.plans],
        "imports": [asdict(each) for each in results.imports],
        "demands_and_aims": [asdict(verdict) for verdict in judged],
    }


def versions() -> dict[str, str]:
    """Of what was measured and of what it was measured on."""
    ours = {name: version(name) for name in ("steward", "botocore", "pydantic", "awslambdaric")}
    folders = [str(path) for path in PEER_ENVIRONMENT.glob("lib/python*/site-packages")]
    peers = {each.name.replace("_", "-"): each.version for each in distributions(path=folders)}
    theirs = {name: peers[name] for name in ("c7n", "c7n-org", "moto")}
    return {"python": platform.python_version(), **ours, **theirs}


def show(console: Console, results: Results, judged: Sequence[Verdict]) -> None:
    for sweep in (FIRST, AGAIN):
        console.print(tables.comparison_table(results.rows, sweep))
        console.print(tables.calls_table(results.rows, sweep))
    console.print(tables.units_table(results.units))
    console.print(tables.growth_table("worker", results.sweeps))
    console.print(tables.growth_table("planner", results.plans))
    console.print(tables.imports_table(results.imports))
    console.print(tables.verdicts_table(judged))


def _tell(console: Console, said: str) -> None:
    console.print(f"benchmark: {said}", soft_wrap=True, highlight=False)


def main() -> int:
    options = parse()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="steward-benchmark-") as home:
        results = measure(options, Path(home), lambda said: _tell(console, said))
    judged = results.verdicts()
    options.json.write_text(json.dumps(document(results, judged), indent=2) + "\n")
    show(console, results, judged)
    _tell(console, f"all figures are in {options.json}")
    return 0 if all(verdict.met for verdict in judged if verdict.is_demand) else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make benchmark", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="counted rounds of the comparison")
    parser.add_argument("--stacks", type=int, default=10_000, help="stacks of the large unit")
    parser.add_argument(
        "--accounts",
        type=int,
        nargs="+",
        default=[100, 1_000, 10_000],
        help="sizes of the simulated organizations, at least two, smallest first",
    )
    parser.add_argument("--json", type=Path, default=Path(".tools/benchmark.json"))
    options = parser.parse_args()
    if options.runs < 1 or options.stacks < 20 or len(options.accounts) < 2:
        parser.error("give at least --runs 1, --stacks 20 and two sizes in --accounts")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
