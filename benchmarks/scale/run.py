"""Runs one of Steward's functions for a simulated organization, and writes what that took.

Usage: python -m benchmarks.scale.run FUNCTION ACCOUNTS FOLDER RESULT_FILE LOG_FILE

A planner's messages and files stay in FOLDER, for the worker that runs after it.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path
from random import Random

from benchmarks.scale.hub import QUEUE
from benchmarks.scale.measured import Work
from benchmarks.scale.reporting import report
from benchmarks.scale.shape import (
    FUNCTIONS,
    LEASES,
    MOST_UNITS,
    REGIONS,
    SAMPLE,
    UNITS_PER_BATCH,
    account_id,
)
from benchmarks.scale.stage import Handler, NotDone, Stage
from benchmarks.scale.wire import in_place_of_aws
from benchmarks.shape import HOME_REGION
from steward.domain.coverage import Answers
from steward.domain.runtimes.places import MANIFEST
from steward.domain.runtimes.reporting.manifest import KnownUnit, Manifest
from steward.ledger.keys import LIVE
from steward.messages import UnitWork

SEED = 7
_BETWEEN_RUNS = timedelta(minutes=1)


def plan(stage: Stage) -> Work:
    """The second plan of an organization: what the first had to write down is known."""
    handle = stage.handler()
    if stage.function == "lease_planner":
        stage.book.sample = [_lease(number) for number in range(LEASES)]
    now = datetime.now(UTC)
    stage.invoke_at(handle, now - _BETWEEN_RUNS)
    if stage.function == "lease_planner":
        _answer_all(stage)
    else:
        _report(stage)
    (stage.folder / QUEUE).unlink()
    watch = stage.stopwatch()
    watch(lambda: stage.invoke_at(handle, now))
    if stage.hub.messages != stage.accounts * len(REGIONS):
        raise NotDone(f"{stage.hub.messages} units were queued for {stage.accounts} accounts")
    return stage.took(watch, stage.hub.messages)


def work(stage: Stage) -> Work:
    """A worker that has met the sample unit before, so that nothing is new to the ledger."""
    bodies = (stage.folder / QUEUE).read_text().splitlines()
    handle = stage.handler()
    stage.save_policy()
    stage.consume(handle, [next(body for body in bodies if _is_sample(body))])
    stage.book.keep_sample()
    if not stage.book.sample:
        raise NotDone(f"{stage.function} put nothing of the sample unit on record")
    chosen = _share(bodies, stage.function)
    watch = stage.stopwatch()
    watch(lambda: _consume(stage, handle, chosen))
    return stage.took(watch, sum(map(len, chosen)))


def _consume(stage: Stage, handle: Handler, batches: Sequence[Sequence[str]]) -> None:
    for batch in batches:
        stage.consume(handle, batch)


def _share(bodies: Sequence[str], function: str) -> list[tuple[str, ...]]:
    """Batches by chance, the same ones every time, as SQS hands them to one of many workers."""
    others = [body for body in bodies if not _is_sample(body)]
    size = UNITS_PER_BATCH[function]
    batches = list(batched(others, size, strict=False))
    most = min(len(batches), MOST_UNITS[function] // size)
    return Random(SEED).sample(batches, most)


def _is_sample(body: str) -> bool:
    return f'"{SAMPLE}"' in body and f'"{HOME_REGION}"' in body


def _answer_all(stage: Stage) -> None:
    """The workers' answers to the first plan, as they write them, so that its books can close."""
    ledger = stage.ledger()
    texts = (stage.folder / QUEUE).read_text().splitlines()
    works = [UnitWork.model_validate_json(text) for text in texts]
    for number, some in enumerate(batched(works, UNITS_PER_BATCH["lease_worker"], strict=False)):
        sweep, units = some[0].sweep, frozenset(each.unit for each in some)
        ledger.save_answers(sweep.sweep_id, sweep.swept_at, str(number), Answers(swept=units))


def _report(stage: Stage) -> None:
    """What a report leaves behind: the next scan asks Lambda for a seventh of the units only."""
    units = tuple(
        KnownUnit(
            account_id=account_id(number),
            region=region,
            result_key=f"scans/20261122T050000Z/units/{account_id(number)}/{region}.jsonl.gz",
            scan_id="20261122T050000Z",
            functions=FUNCTIONS,
        )
        for number in range(stage.accounts)
        for region in REGIONS
    )
    stage.hub.keep(MANIFEST, Manifest(units=units).model_dump_json().encode())


def _lease(number: int) -> dict[str, dict[str, str]]:
    """A lease as the index shows it."""
    stack = f"arn:aws:cloudformation:{HOME_REGION}:{SAMPLE}:stack/feat-orders-{number}"
    return {
        "pk": {"S": f"UNIT#{SAMPLE}#{HOME_REGION}"},
        "sk": {"S": f"LEASE#{number}"},
        "gsi1pk": {"S": LIVE},
        "gsi1sk": {"S": f"{SAMPLE}#{HOME_REGION}#{number}"},
        "account_id": {"S": SAMPLE},
        "region": {"S": HOME_REGION},
        "stack_id": {"S": f"{stack}/00000000-0000-0000-0000-{number:012d}"},
        "selected_by": {"S": ""},
        "state": {"S": "active"},
        "delete_after": {"S": "2026-12-24T00:00:00+00:00"},
    }


_JOBS = {"planner": plan, "worker": work, "report": report}


def main(function: str, accounts: str, folder: str, result: str, log: str) -> None:
    stage = Stage(function, int(accounts), Path(folder), Path(log))
    with in_place_of_aws(stage.wire):
        took = _JOBS[function.rpartition("_")[2]](stage)
    took.write(Path(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
