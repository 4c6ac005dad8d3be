"""What a process of Steward's took, once it is told from what the simulation took."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measuring import resident_peak
from benchmarks.scale.capacity import Capacity
from benchmarks.scale.wire import Wire


@dataclass(frozen=True, slots=True)
class Work:
    """`units` of the organization's `all_units` were looked at, in `invocations`.

    `cpu_seconds`: of Steward and botocore, without the simulation's own. `cold_seconds`: of a
    process that only loads the handler. `log_bytes`: written to standard output, which goes to
    CloudWatch Logs.
    """

    job: str
    accounts: int
    all_units: int
    units: int
    invocations: int
    cpu_seconds: float
    peak_bytes: int
    log_bytes: int
    reads: float
    writes: float
    metrics: int
    stored_bytes: int
    calls: Mapping[str, int]
    cold_seconds: float = 0.0

    def write(self, path: Path) -> None:
        found = asdict(self)
        del found["cold_seconds"]
        path.write_text(json.dumps(found))


@dataclass(slots=True)
class Stopwatch:
    """Measures `work` and nothing before it."""

    wire: Wire
    capacity: Capacity
    log: Path
    cpu_seconds: float = 0.0
    log_bytes: int = 0
    peak_bytes: int = 0

    def __call__(self, work: Callable[[], object]) -> None:
        self.wire.forget()
        self.capacity.reads = self.capacity.writes = 0.0
        logged, started = self.log.stat().st_size, time.process_time()
        work()
        sys.stdout.flush()
        self.cpu_seconds = time.process_time() - started - self.wire.own_seconds
        self.log_bytes = self.log.stat().st_size - logged
        self.peak_bytes = resident_peak("self")
