"""What a hook costs by itself: processor time and calls of a run with the default checks."""

import json
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.environment import LAYER, PYTHON, REPOSITORY, aws_environment
from benchmarks.imports import NEEDED, seconds_of
from benchmarks.tables import titled
from benchmarks.verdicts import Verdict

HANDLER = "rollout_hooks"
RUN = Path(__file__).with_name("hook_run.py")
MOST_CALLS = 20


@dataclass(frozen=True, slots=True)
class HookCost:
    """Medians of processor seconds; `needed`: what its third parties cost to import, alone."""

    imported: float
    first: float
    next_one: float
    needed: float
    calls: tuple[str, ...]
    x_ray: bool

    def table(self) -> Table:
        table = titled("a hook with the default checks", "part", "processor time", "of needed")
        rows = {
            "import of the handler": self.imported,
            "first run, cold": self.first,
            "next run": self.next_one,
            "import of what it needs of others": self.needed,
        }
        for part, seconds in rows.items():
            table.add_row(part, f"{seconds:.3f} s", f"{seconds / self.needed:.2f}")
        return table

    def document(self) -> dict[str, Any]:
        return asdict(self)

    def verdicts(self) -> Iterator[Verdict]:
        found = f"{len(self.calls)}"
        yield Verdict(
            f"hook: at most {MOST_CALLS} calls a run", found, len(self.calls) <= MOST_CALLS
        )
        loaded = "loaded" if self.x_ray else "not loaded"
        yield Verdict("hook: no X-Ray SDK", loaded, not self.x_ray)


def measure_hook(home: Path, runs: int) -> HookCost:
    """Each number is the median of `runs` pairs of cold processes."""
    pairs = [(_run(home), seconds_of(NEEDED[HANDLER], home, home)) for _ in range(runs)]
    found, needed = zip(*pairs, strict=True)
    return HookCost(
        imported=statistics.median(each["import"] for each in found),
        first=statistics.median(each["first"] for each in found),
        next_one=statistics.median(each["second"] for each in found),
        needed=statistics.median(needed),
        calls=tuple(found[0]["calls"]),
        x_ray=any(each["x_ray"] for each in found),
    )


def _run(home: Path) -> dict[str, Any]:
    done = subprocess.run(
        [PYTHON, RUN, REPOSITORY / "functions" / HANDLER],
        cwd=home,
        env=aws_environment("", home) | {"PYTHONPATH": str(LAYER)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
    return found
