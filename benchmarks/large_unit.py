"""Memory of the real worker in one large unit, after it has met many others, as a warm one has."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cloud import Cloud, stand_in
from benchmarks.contenders import worker
from benchmarks.environment import aws_environment
from benchmarks.shape import HOME_REGION, Shape

OTHER_ACCOUNTS = 40
_SMALL = Shape(accounts=OTHER_ACCOUNTS, stacks=2, feature_stacks=0)
OTHER_UNITS = _SMALL.units


@dataclass(frozen=True, slots=True)
class LargeUnit:
    """Peaks of two cold workers: of the one that registers the leases, and of the one after it."""

    stacks: int
    leases: int
    registering_bytes: int
    steady_bytes: int
    calls: dict[str, int]


def measure_units(home: Path, stacks: int) -> list[LargeUnit]:
    """A small unit, one with `stacks` of nobody's concern, and one with as many leases."""
    with stand_in(home) as cloud:
        accounts = cloud.found_organization(OTHER_ACCOUNTS + 1)
        queue = cloud.client("sqs").create_queue(QueueName="units")["QueueUrl"]
        cloud.replace_stacks(accounts[1:], _SMALL)
        shapes = [(20, 0), (stacks, 0), (stacks, stacks)]
        return [
            _measure(cloud, home, queue, accounts[0], Shape(1, all_of_them, leased, (HOME_REGION,)))
            for all_of_them, leased in shapes
        ]


def _measure(cloud: Cloud, home: Path, queue: str, account: str, shape: Shape) -> LargeUnit:
    aws = aws_environment(cloud.endpoint, home)
    cloud.replace_ledger()
    cloud.replace_stacks((account,), shape)
    _, events = worker.plan(aws, home, queue)
    ordered = _with_last(events, account)
    cloud.calls()
    registering = worker.sweep(aws, home, ordered)
    cloud.calls().none_refused()
    steady = worker.sweep(aws, home, ordered)
    return LargeUnit(
        stacks=shape.stacks,
        leases=shape.leases,
        registering_bytes=registering.resident_bytes,
        steady_bytes=steady.resident_bytes,
        calls=cloud.calls().none_refused().by_operation(),
    )


def _with_last(events: Sequence[object], account: str) -> list[object]:
    """The same units in the same batches, those of `account` moved to the end."""
    records: list[Any] = [record for event in events for record in _records(event)]
    records.sort(key=lambda record: _account(record) == account)
    batch = worker.UNITS_PER_EVENT
    return [{"Records": records[at : at + batch]} for at in range(0, len(records), batch)]


def _records(event: Any) -> list[Any]:
    return list(event["Records"])


def _account(record: Any) -> str:
    return str(json.loads(record["body"])["account"]["account_id"])
