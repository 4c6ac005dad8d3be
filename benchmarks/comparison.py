"""Everybody sweeps the same organization on the same stand-in, in alternation, several times."""

import json
import statistics
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.calls import Calls
from benchmarks.cloud import Cloud, stand_in
from benchmarks.contenders import custodian, worker
from benchmarks.environment import PYTHON, REPOSITORY, aws_environment
from benchmarks.measuring import Usage, run
from benchmarks.policies import custodian_policy
from benchmarks.shape import SWEPT

CALL_SECONDS = 0.03
STEWARD, PLANNER = "Steward", "its planner"
FLOOR, RECORDING_FLOOR = "floor", "floor + record"
CUSTODIAN = "c7n-org"
FIRST, AGAIN = "first", "again"


class NotTheSameWork(Exception):
    """A contender found other stacks than the organization has."""


@dataclass(slots=True)
class Row:
    """One contender in one kind of sweep; `runs` differ in time, never in calls."""

    contender: str
    sweep: str
    runs: list[Usage] = field(default_factory=list)
    calls: Calls = field(default_factory=Calls)

    def add(self, usage: Usage, calls: Calls) -> None:
        if self.runs and calls.by_operation() != self.calls.by_operation():
            raise NotTheSameWork(
                f"{self.contender} made {calls.by_operation()} in the {self.sweep} sweep, "
                f"and {self.calls.by_operation()} in the run before"
            )
        self.runs.append(usage)
        self.calls = calls

    @property
    def median(self) -> Usage:
        return Usage(
            wall_seconds=statistics.median(usage.wall_seconds for usage in self.runs),
            cpu_seconds=statistics.median(usage.cpu_seconds for usage in self.runs),
            peak_bytes=int(statistics.median(usage.peak_bytes for usage in self.runs)),
        )

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "contender": self.contender,
            "sweep": self.sweep,
            "median": asdict(self.median),
            "runs": [asdict(usage) for usage in self.runs],
            "calls": self.calls.by_operation(),
        }


@dataclass(slots=True)
class Comparison:
    """Runs the contenders and keeps their rows, by contender and sweep."""

    cloud: Cloud
    home: Path
    accounts: tuple[str, ...]
    queue: str
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)

    @property
    def aws(self) -> Mapping[str, str]:
        return aws_environment(self.cloud.endpoint, self.home)

    def round(self, number: int) -> None:
        """All of them once; every other round the other way about."""
        contenders: list[Callable[[], None]] = [self._ours, self._peer]
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            self.cloud.replace_stacks(self.accounts, SWEPT)
            self.cloud.replace_ledger()
            self.cloud.calls()
            contender()

    def _ours(self) -> None:
        self._floor(RECORDING_FLOOR, FIRST, reads=True, writes=True)
        self._steward(FIRST)
        self._floor(FLOOR, AGAIN, reads=False, writes=False)
        self._steward(AGAIN)
        self._floor(RECORDING_FLOOR, AGAIN, reads=True, writes=False)

    def _peer(self) -> None:
        for sweep, expected in ((FIRST, SWEPT.leases), (AGAIN, 0)):
            swept = custodian.sweep(self.aws, self.home, self.accounts, custodian_policy())
            _same(CUSTODIAN, swept.matched, expected)
            self._row(CUSTODIAN, sweep, swept.usage)

    def _steward(self, sweep: str) -> None:
        usage, events = worker.plan(self.aws, self.home, self.queue)
        self._row(PLANNER, sweep, usage)
        self._row(STEWARD, sweep, worker.sweep(self.aws, self.home, events).usage)
        if sweep == FIRST:
            written = self.rows[STEWARD, FIRST].calls.ledger_writes
            _same(STEWARD, written, SWEPT.leases)

    def _floor(self, name: str, sweep: str, *, reads: bool, writes: bool) -> None:
        wanted = {"accounts": self.accounts, "regions": SWEPT.regions}
        env = {**self.aws, "FLOOR": json.dumps({**wanted, "reads": reads, "writes": writes})}
        log = self.home / "floor.log"
        usage = run((PYTHON, "-m", "benchmarks.contenders.floor"), env, REPOSITORY, log)
        _same(name, int(log.read_text()), SWEPT.leases)
        self._row(name, sweep, usage)

    def _row(self, contender: str, sweep: str, usage: Usage) -> None:
        row = self.rows.setdefault((contender, sweep), Row(contender, sweep))
        row.add(usage, self.cloud.calls().none_refused())


def compare(home: Path, runs: int, tell: Callable[[str], None]) -> dict[tuple[str, str], Row]:
    """One round more than `runs`, whose first warms files and caches and does not count."""
    with stand_in(home) as cloud:
        accounts = cloud.found_organization(SWEPT.accounts)
        queue = cloud.client("sqs").create_queue(QueueName="units")["QueueUrl"]
        cloud.slow_down(CALL_SECONDS)
        comparison = Comparison(cloud, home, accounts, queue)
        for number in range(runs + 1):
            tell(f"sweeping {SWEPT}: round {number} of {runs}")
            comparison.round(number)
            if number == 0:
                comparison.rows.clear()
    return comparison.rows


def _same(contender: str, found: int, expected: int) -> None:
    if found != expected:
        raise NotTheSameWork(f"{contender} found {found} feature stacks, there are {expected}")
