"""Starts a process for each function and size, with nothing but the simulation to talk to."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import rmtree

from benchmarks.contenders.worker import steward_environment
from benchmarks.environment import PYTHON, REPOSITORY, aws_environment
from benchmarks.measuring import run
from benchmarks.scale.measured import Work

# In this order: workers need what the planner before them queued, the report what workers found.
JOBS = (
    ("lease_planner", "lease_worker"),
    ("runtime_planner", "runtime_worker", "runtime_report"),
)
_NOWHERE = "http://127.0.0.1:9"


def measure_work(home: Path, sizes: Sequence[int], tell: Callable[[str], None]) -> list[Work]:
    """Every function for every size."""
    found: list[Work] = []
    for accounts in sizes:
        for jobs in JOBS:
            folder = home / f"{jobs[0]}-{accounts}"
            folder.mkdir()
            for function in jobs:
                tell(f"{function} of {accounts} simulated accounts in four regions")
                found.append(_measure(function, accounts, folder, home))
            rmtree(folder)
    return found


def _measure(function: str, accounts: int, folder: Path, home: Path) -> Work:
    result, log = (home / f"{function}-{accounts}.{ending}" for ending in ("json", "log"))
    command = (PYTHON, "-m", "benchmarks.scale.run", function, accounts, folder, result, log)
    run(command, _environment(home), REPOSITORY, log)
    cold = _import(function, home)
    return Work(**json.loads(result.read_text()), cold_seconds=cold)


def _import(function: str, home: Path) -> float:
    """Processor time of a process that does nothing but load the handler."""
    folder, log = REPOSITORY / "functions" / function, home / f"{function}-import.log"
    return run((PYTHON, "-c", "import app"), _environment(home), folder, log).cpu_seconds


def _environment(home: Path) -> dict[str, str]:
    """What template.yaml sets for these functions."""
    return {
        **steward_environment(aws_environment(_NOWHERE, home)),
        "UNITS_QUEUE_URL": f"{_NOWHERE}/units",
        "RUNTIME_UNITS_QUEUE_URL": f"{_NOWHERE}/runtime-units",
        "RUNTIME_REPORTS_QUEUE_URL": f"{_NOWHERE}/runtime-reports",
        "APPCONFIG_APPLICATION": "application",
        "APPCONFIG_ENVIRONMENT": "environment",
        "APPCONFIG_PROFILE": "profile",
        "REPORTS_BUCKET": "reports",
        "CONFIG_AGGREGATOR": "organization",
        "REPORT_DELAY_SECONDS": "0",
    }
