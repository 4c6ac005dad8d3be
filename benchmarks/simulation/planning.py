"""Plans the sweep of a simulated organization with the real planner, and writes what that took.

Usage: python -m benchmarks.simulation.planning ACCOUNTS RESULT_FILE
"""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import resident_peak
from benchmarks.policies import steward_policy
from benchmarks.shape import HUB_ACCOUNT, LEDGER, REGIONS
from benchmarks.simulation.directory import Directory
from benchmarks.simulation.transport import Transport
from steward.aws.organizations import accounts
from steward.aws.queues import send_units
from steward.aws.sessions import Sessions
from steward.domain.policy import Policy
from steward.ledger.ledger import Ledger
from steward.settings import LedgerSettings
from steward.workflows.planning import plan_sweep
from steward.workflows.policies import PolicyInForce


def plan(sessions: Sessions) -> int:
    """All that `Planner.run` does once it has the policy; return how many units it queued."""
    policy = Policy.model_validate_json(steward_policy())
    ledger = Ledger(sessions.dynamodb(), LEDGER, LedgerSettings.from_env().audit_retention)
    members = accounts(sessions.organizations())
    in_force = PolicyInForce(policy, policy.fingerprint)
    planned = plan_sweep(members, in_force, ledger, datetime.now(UTC))
    return send_units(sessions.sqs(), "https://sqs/units", planned.works)


def measure(number: int) -> dict[str, object]:
    directory = Directory(number)
    transport = Transport(directory.answers())
    sessions = Sessions(HUB_ACCOUNT, session=transport.session())
    plan(sessions)
    transport.calls.clear()
    started = time.process_time()
    units = plan(sessions)
    cpu = time.process_time() - started
    if units != number * len(REGIONS):
        raise RuntimeError(f"{units} units were queued for {number} accounts")
    return {
        "accounts": number,
        "units": units,
        "cpu_seconds": cpu,
        "peak_bytes": resident_peak("self"),
        "calls": dict(transport.calls),
    }


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(measure(int(sys.argv[1]))))
