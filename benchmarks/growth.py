"""How the worker and the planner grow with the number of accounts, simulated."""

import json
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contenders.worker import steward_environment
from benchmarks.environment import PYTHON, REPOSITORY, aws_environment
from benchmarks.measuring import run


@dataclass(frozen=True, slots=True)
class Grown:
    """One simulated organization, swept or planned in a process of its own."""

    accounts: int
    units: int
    cpu_seconds: float
    peak_bytes: int
    calls: dict[str, int]

    @property
    def cpu_per_unit(self) -> float:
        return self.cpu_seconds / self.units

    @property
    def all_calls(self) -> int:
        return sum(self.calls.values())


def simulate(job: str, accounts: int, home: Path) -> Grown:
    """`job`: sweeping or planning. Nothing of it can reach a network: there is no endpoint."""
    result = home / f"{job}-{accounts}.json"
    env = steward_environment(aws_environment("http://127.0.0.1:9", home))
    command = (PYTHON, "-m", f"benchmarks.simulation.{job}", accounts, result)
    run(command, env, REPOSITORY, home / f"{job}-{accounts}.log")
    found = json.loads(result.read_text())
    found.pop("stacks", None)
    return Grown(**found)
