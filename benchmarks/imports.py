"""What importing a handler costs beside the third parties that it cannot do without, alone."""

import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environment import LAYER, PYTHON, REPOSITORY, aws_environment

# Handlers log, count, check their environment with one model at least, and call AWS.
_NEEDED_BY_ALL = """
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.session import Session
from pydantic import BaseModel
class Model(BaseModel):
    field: str
"""
# Before a link is verified nothing is checked by a model, and the one call is signed by hand.
_NEEDED_BEHIND_A_URL = """
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.auth import SigV4Auth
from botocore.httpsession import URLLib3Session
"""
_BATCH = "import aws_lambda_powertools.utilities.batch\n"
NEEDED = {
    "lease_events": _NEEDED_BY_ALL,
    "lease_extension": _NEEDED_BEHIND_A_URL,
    "lease_planner": _NEEDED_BY_ALL,
    "lease_reaper": _NEEDED_BY_ALL + _BATCH,
    "lease_worker": _NEEDED_BY_ALL + _BATCH,
    "notice_delivery": _NEEDED_BY_ALL,
    "notice_digest": _NEEDED_BY_ALL + "import jinja2\n",
    "policy_validator": _NEEDED_BY_ALL,
    "rollout_failsafe": "import boto3\n",
    "rollout_guard": _NEEDED_BY_ALL + _BATCH,
    "rollout_history": _NEEDED_BY_ALL + _BATCH,
    "rollout_hooks": _NEEDED_BY_ALL,
    "runtime_planner": _NEEDED_BY_ALL,
    "runtime_report": _NEEDED_BY_ALL + _BATCH + "import jinja2\n",
    "runtime_worker": _NEEDED_BY_ALL + _BATCH,
}
_TIMED = "import time\nstarted = time.process_time()\n{}\nprint(time.process_time() - started)"


@dataclass(frozen=True, slots=True)
class Import:
    """Medians of processor time."""

    handler: str
    seconds: float
    needed_seconds: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.needed_seconds


def measure_imports(home: Path, runs: int) -> list[Import]:
    """Every handler there is; one that is not in NEEDED is an error."""
    handlers = sorted(path.parent.name for path in (REPOSITORY / "functions").glob("*/app.py"))
    unknown = set(handlers) ^ NEEDED.keys()
    if unknown:
        names = ", ".join(sorted(unknown))
        raise ValueError(f"functions/ and benchmarks/imports.py differ in {names}: list them there")
    return [_measure(handler, home, runs) for handler in handlers]


def _measure(handler: str, home: Path, runs: int) -> Import:
    folder = REPOSITORY / "functions" / handler
    pairs = [
        (seconds_of("import app", folder, home), seconds_of(NEEDED[handler], home, home))
        for _ in range(runs + 1)
    ]
    warm = pairs[1:]  # The first compiles what was never imported before.
    ours, needed = (statistics.median(column) for column in zip(*warm, strict=True))
    return Import(handler, ours, needed)


def seconds_of(statements: str, folder: Path, home: Path) -> float:
    """Processor time of `statements` in a process of their own, started in `folder`."""
    done = subprocess.run(
        [PYTHON, "-c", _TIMED.format(statements)],
        cwd=folder,
        env=aws_environment("", home) | {"PYTHONPATH": str(LAYER)},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
