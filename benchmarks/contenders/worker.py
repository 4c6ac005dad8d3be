"""Steward: the real lease_worker under the real Lambda runtime client, fed with planned units."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.contenders.lambda_function import Invoked, consume
from benchmarks.environment import LAYER, PYTHON, REPOSITORY
from benchmarks.measuring import Usage, run
from benchmarks.shape import HUB_ACCOUNT, LEDGER, READ_ROLE

UNITS_PER_EVENT = 5  # The default of UnitsPerBatch in template.yaml.


def steward_environment(aws: Mapping[str, str]) -> dict[str, str]:
    """What template.yaml sets for the functions that plan and sweep, and Lambda for all."""
    return {
        **aws,
        "PYTHONPATH": str(LAYER),
        "LEDGER_TABLE": LEDGER,
        "AUDIT_RETENTION_DAYS": "400",
        "MAX_CLOCK_SKEW_MINUTES": "15",
        "REAPS_QUEUE_URL": f"{aws['AWS_ENDPOINT_URL']}/{HUB_ACCOUNT}/reaps.fifo",
        "ORGANIZATION_MODE": "organization",
        "HUB_ACCOUNT_ID": HUB_ACCOUNT,
        "EXTERNAL_ID": "",
        "READ_ROLE_NAME": READ_ROLE,
        "TAG_ROLE_NAME": "steward-tag",
        "POWERTOOLS_SERVICE_NAME": "steward",
        "POWERTOOLS_METRICS_NAMESPACE": "Steward",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_LOG_GROUP_NAME": "benchmark",
        "AWS_LAMBDA_LOG_STREAM_NAME": "benchmark",
    }


def plan(aws: Mapping[str, str], home: Path, queue_url: str) -> tuple[Usage, list[object]]:
    """Plan a sweep in a process of its own; return its cost and the events it leads to."""
    written = home / "events.json"
    env = steward_environment(aws) | {
        "UNITS_QUEUE_URL": queue_url,
        "UNITS_PER_EVENT": str(UNITS_PER_EVENT),
    }
    command = (PYTHON, "-m", "benchmarks.contenders.planning", written)
    usage = run(command, env, REPOSITORY, home / "planning.log")
    events: list[object] = json.loads(written.read_text())
    return usage, events


def sweep(aws: Mapping[str, str], home: Path, events: Sequence[object]) -> Invoked:
    """One cold worker sweeps all `events`, one after the other; every unit must succeed."""
    return consume("lease_worker", steward_environment(aws), home, events)
