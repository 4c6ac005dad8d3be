"""Measures Steward beside the floor, beside Cloud Custodian, and its decisions on rollouts beside
the rules of others; says what it takes in large organizations. `make benchmark` runs it.

Ends with 1 when a demand is not met; an aim that is missed is only shown.
"""

import argparse
import json
import platform
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.comparison import CALL_SECONDS
from benchmarks.environment import PEER_ENVIRONMENT
from benchmarks.leases import LeaseResults, measure_leases
from benchmarks.rollouts.results import RolloutResults, measure_rollouts
from benchmarks.runtimes.inventory import FEWEST_FUNCTIONS
from benchmarks.runtimes.results import RuntimeResults, measure_runtimes
from benchmarks.scale.results import ScaleResults, measure_scale
from benchmarks.tables import verdicts_table
from benchmarks.verdicts import Verdict

LEASES, RUNTIMES, ROLLOUTS, SCALE = PARTS = ("leases", "runtimes", "rollouts", "scale")

type Results = LeaseResults | RuntimeResults | RolloutResults | ScaleResults


def measure(
    options: argparse.Namespace, home: Path, tell: Callable[[str], None]
) -> Sequence[Results]:
    results: list[Results] = []
    if LEASES in options.parts:
        results.append(measure_leases(home, options, tell))
    if RUNTIMES in options.parts:
        results.append(measure_runtimes(home, options.runs, options.functions, tell))
    if ROLLOUTS in options.parts:
        results.append(measure_rollouts(home, options.runs, tell))
    if SCALE in options.parts:
        results.append(measure_scale(home, options.accounts, tell))
    return results


def document(results: Sequence[Results], judged: Sequence[Verdict]) -> dict[str, Any]:
    """All that was measured, for programs."""
    found: dict[str, Any] = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "seconds_added_to_each_call": CALL_SECONDS,
    }
    for each in results:
        found |= each.document()
    return found | {"demands_and_aims": [asdict(verdict) for verdict in judged]}


def versions() -> dict[str, str]:
    """Of what was measured and of what it was measured on."""
    ours = {
        name: version(name) for name in ("steward", "botocore", "pydantic", "awslambdaric", "numpy")
    }
    folders = [str(path) for path in PEER_ENVIRONMENT.glob("lib/python*/site-packages")]
    peers = {each.name.replace("_", "-"): each.version for each in distributions(path=folders)}
    theirs = {name: peers[name] for name in ("c7n", "c7n-org", "moto")}
    return {"python": platform.python_version(), **ours, **theirs}


def _tell(console: Console, said: str) -> None:
    console.print(f"benchmark: {said}", soft_wrap=True, highlight=False)


def main() -> int:
    options = parse()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="steward-benchmark-") as home:
        results = measure(options, Path(home), lambda said: _tell(console, said))
    judged = [verdict for each in results for verdict in each.verdicts()]
    options.json.write_text(json.dumps(document(results, judged), indent=2) + "\n")
    for table in (table for each in results for table in each.tables()):
        console.print(table)
    console.print(verdicts_table(judged))
    _tell(console, f"all figures are in {options.json}")
    return 0 if all(verdict.met for verdict in judged if verdict.is_demand) else 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make benchmark", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="counted rounds of the comparison")
    parser.add_argument("--stacks", type=int, default=10_000, help="stacks of the large unit")
    parser.add_argument("--functions", type=int, default=20_000, help="of the large inventory")
    parser.add_argument(
        "--accounts",
        type=int,
        nargs="+",
        default=[100, 1_000, 10_000],
        help="sizes of the simulated organizations, at least two, smallest first",
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--json", type=Path, default=Path(".tools/benchmark.json"))
    options = parser.parse_args()
    if options.runs < 1 or options.stacks < 20 or len(options.accounts) < 2:
        parser.error("give at least --runs 1, --stacks 20 and two sizes in --accounts")
    if options.functions < FEWEST_FUNCTIONS:
        parser.error(f"give at least --functions {FEWEST_FUNCTIONS}")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
