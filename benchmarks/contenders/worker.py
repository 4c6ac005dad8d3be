"""Steward: the real lease_worker under the real Lambda runtime client, fed with planned units."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environment import LAYER, PYTHON, REPOSITORY
from benchmarks.measuring import Measured, Usage, measured, run
from benchmarks.runtime_api import InvocationFailed, Invocations, runtime_api
from benchmarks.shape import HUB_ACCOUNT, LEDGER, READ_ROLE

FUNCTION = REPOSITORY / "functions" / "lease_worker"
UNITS_PER_EVENT = 5  # The default of UnitsPerBatch in template.yaml.
TIME_LIMIT_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Swept:
    """`resident_bytes`: the most memory the worker's process ever held."""

    usage: Usage
    resident_bytes: int


def steward_environment(aws: Mapping[str, str]) -> dict[str, str]:
    """What template.yaml sets for the functions that plan and sweep."""
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
        "AWS_LAMBDA_FUNCTION_NAME": "lease_worker",
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


def sweep(aws: Mapping[str, str], home: Path, events: Sequence[object]) -> Swept:
    """One cold worker sweeps all `events`, one after the other; every unit must succeed."""
    invocations = Invocations(events)
    command = (PYTHON, "-m", "awslambdaric", "app.lambda_handler")
    with runtime_api(invocations) as address:
        env = steward_environment(aws) | {
            "AWS_LAMBDA_RUNTIME_API": address,
            "LAMBDA_TASK_ROOT": str(FUNCTION),
        }
        with measured(command, env, FUNCTION, home / "worker.log") as running:
            answers = _all_answers(invocations, running)
            running.done()
            resident = running.peak_resident_bytes()
            running.kill()
    failed = [answer for answer in answers if answer != {"batchItemFailures": []}]
    if failed:
        tail = (home / "worker.log").read_text()[-2000:]
        raise InvocationFailed(f"units failed: {failed[:3]}; the worker's log ends:\n{tail}")
    return Swept(running.usage, resident)


def _all_answers(invocations: Invocations, running: Measured) -> list[object]:
    try:
        return invocations.wait(TIME_LIMIT_SECONDS, running.has_ended)
    except InvocationFailed as error:
        tail = running.log.read_text()[-2000:]
        raise InvocationFailed(f"{error}; the worker's log ends:\n{tail}") from error
