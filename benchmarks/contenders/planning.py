"""Plans one sweep with the real planning code, queues it, and prints the events it makes.

The policy is handed in: the stand-in has no AppConfig data plane to read it from.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.environment import REPOSITORY
from benchmarks.policies import steward_policy
from steward.aws.organizations import accounts
from steward.aws.queues import send_units
from steward.messages import UnitWork
from steward.settings import LedgerSettings, OrganizationSettings
from steward.workflows.connections import open_ledger, open_sessions
from steward.workflows.planning import plan_sweep
from steward.workflows.policies import policy_in_force


def plan(now: datetime, queue_url: str) -> tuple[UnitWork, ...]:
    sessions = open_sessions(OrganizationSettings.from_env())
    ledger = open_ledger(sessions, LedgerSettings.from_env())
    in_force = policy_in_force(steward_policy, ledger, now)
    works = plan_sweep(accounts(sessions.organizations()), in_force, ledger, now).works
    send_units(sessions.sqs(), queue_url, works)
    return works


def events(works: tuple[UnitWork, ...], units_per_event: int) -> list[dict[str, Any]]:
    """The committed SQS event of lease_worker, with the planned units as its records."""
    example = json.loads((REPOSITORY / "events" / "sqs_unit.json").read_text())["Records"][0]
    records = [
        example | {"messageId": f"unit-{number}", "body": work.model_dump_json()}
        for number, work in enumerate(works)
    ]
    starts = range(0, len(records), units_per_event)
    return [{"Records": records[start : start + units_per_event]} for start in starts]


if __name__ == "__main__":
    planned = plan(datetime.now(UTC), os.environ["UNITS_QUEUE_URL"])
    units_per_event = int(os.environ["UNITS_PER_EVENT"])
    Path(sys.argv[1]).write_text(json.dumps(events(planned, units_per_event)))
