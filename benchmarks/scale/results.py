"""All that is measured of large organizations."""

import json
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.environment import REPOSITORY
from benchmarks.rollouts import guide
from benchmarks.rollouts.guide import Lines
from benchmarks.scale import plot
from benchmarks.scale.figures import KINDS, WORKERS, minutes, tables, whole_run
from benchmarks.scale.measured import Work
from benchmarks.scale.model import LONGEST_SECONDS, by_job
from benchmarks.scale.processes import measure_work
from benchmarks.tables import titled
from benchmarks.verdicts import MOST_CPU_DRIFT, Verdict

GUIDE = REPOSITORY / "docs" / "guide" / "scale.md"
MEASUREMENTS = Path(__file__).with_name("measurements.json")
HOUR_SECONDS = 3600


def measured() -> list[Work]:
    """What the guide was written from."""
    found = json.loads(MEASUREMENTS.read_text())
    return [Work(**each) for each in found["work"]]


def keep(works: Sequence[Work]) -> None:
    """Write measurements, tables and plot."""
    document = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "work": [asdict(each) for each in works],
    }
    MEASUREMENTS.write_text(json.dumps(document, indent=2) + "\n")
    guide.update(GUIDE, tables(works))
    plot.draw(works, guide.IMAGES)


@dataclass(frozen=True, slots=True)
class ScaleResults:
    works: Sequence[Work]

    def verdicts(self) -> list[Verdict]:
        return verdicts(self.works)

    def tables(self) -> Iterator[Table]:
        for key, (header, *rows) in tables(self.works).items():
            table = titled(f"large organizations: {key}", *header)
            for row in rows:
                table.add_row(*row)
            yield table

    def document(self) -> dict[str, Any]:
        shown: dict[str, Lines] = dict(tables(self.works))
        return {"scale": {"work": [asdict(each) for each in self.works], "tables": shown}}


def verdicts(works: Sequence[Work]) -> list[Verdict]:
    """Times depend on the machine, so they are aims; calls do not."""
    timings = by_job(works)
    sizes = sorted({work.accounts for work in works})
    largest = sizes[-1]
    found = []
    for kind, jobs in KINDS.items():
        planner, worker = jobs.planner, jobs.worker
        taken = whole_run(timings, kind, largest, WORKERS[-1])
        what = f"{kind}: {largest} accounts x 4 regions, {WORKERS[-1]} workers, within an hour"
        found.append(Verdict(what, minutes(taken), taken <= HOUR_SECONDS, is_demand=False))
        planned = timings[planner, largest].planned_within()
        what = f"{planner}: {largest} accounts within its {LONGEST_SECONDS} s"
        found.append(Verdict(what, minutes(planned), planned <= LONGEST_SECONDS, is_demand=False))
        if jobs.report:
            written = timings[jobs.report, largest].reported_within()
            what = f"{jobs.report}: {largest} accounts within its {LONGEST_SECONDS} s"
            met = written <= LONGEST_SECONDS
            found.append(Verdict(what, minutes(written), met, is_demand=False))
        found.append(_straight(worker, [timings[worker, size].work for size in sizes]))
    return found


def _straight(worker: str, works: Sequence[Work]) -> Verdict:
    a_unit = [sum(work.calls.values()) / work.units for work in works]
    drift = max(a_unit) / min(a_unit)
    what = f"{worker}: calls a unit, most of all sizes / fewest <= {MOST_CPU_DRIFT}"
    return Verdict(what, f"{drift:.2f}", drift <= MOST_CPU_DRIFT)


def measure_scale(home: Path, sizes: Sequence[int], tell: Callable[[str], None]) -> ScaleResults:
    works = measure_work(home, sizes, tell)
    keep(works)
    tell(f"{GUIDE.name}, its plot and {MEASUREMENTS.name} say what was measured")
    return ScaleResults(works)
