"""Sweeps a simulated organization with the real worker, and prints what that took.

Usage: python -m benchmarks.simulation.sweeping ACCOUNTS RESULT_FILE
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from benchmarks.measuring import resident_peak
from benchmarks.shape import HUB_ACCOUNT
from benchmarks.simulation.transport import Transport
from benchmarks.simulation.units import FEATURE_STACKS, Units
from steward.aws.sessions import Sessions
from steward.settings import WorkerSettings
from steward.workflows.sweeping import Sweeper


@contextmanager
def worker(transport: Transport) -> Iterator[Sweeper]:
    """The worker as it is deployed, but for the wire under its sessions."""
    sessions = Sessions(HUB_ACCOUNT, session=transport.session())
    with patch("steward.workflows.sweeping.open_sessions", lambda _: sessions):
        yield Sweeper(WorkerSettings.from_env())


def measure(accounts: int) -> dict[str, object]:
    units = Units(now=datetime.now(UTC))
    transport = Transport(units.answers())
    with worker(transport) as sweeper:
        for work in units.works(1):
            sweeper.run(work, datetime.now(UTC))
        if len(units.leases) != FEATURE_STACKS:
            raise RuntimeError(f"the sample unit has {len(units.leases)} leases")
        units.settle()
        transport.calls.clear()
        started = time.process_time()
        stacks = sum(sweeper.run(work, datetime.now(UTC)).stacks for work in units.works(accounts))
        cpu = time.process_time() - started
    return {
        "accounts": accounts,
        "units": accounts,
        "stacks": stacks,
        "cpu_seconds": cpu,
        "peak_bytes": resident_peak("self"),
        "calls": dict(transport.calls),
    }


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(measure(int(sys.argv[1]))))
