"""What a month costs by the price list in prices.json, from measured calls and modelled time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scale.model import Timing

PRICES = Path(__file__).with_name("prices.json")
SWEEPS_A_MONTH = 730  # Every hour.
SCANS_A_MONTH = 30.4
_GIGABYTE = 1e9
# Lambda receives and deletes once for an invocation: "Amazon SQS pricing" counts both.
_OF_THE_POLLER = 2


def prices() -> Mapping[str, float]:
    """Dollars, by what is charged for."""
    return {name: row["price"] for name, row in json.loads(PRICES.read_text())["prices"].items()}


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars, by whom they go to. What a member account pays is in it too."""

    compute: float
    ledger: float
    queue: float
    files: float
    logs: float
    metrics: float

    @property
    def total(self) -> float:
        return self.compute + self.ledger + self.queue + self.files + self.logs + self.metrics

    def times(self, count: float) -> "Bill":
        return Bill(*(getattr(self, name) * count for name in self.__slots__))

    def plus(self, other: "Bill") -> "Bill":
        return Bill(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def bill(timing: Timing, workers: int, price: Mapping[str, float]) -> Bill:
    """One run of one function over the organization, by `workers` of its processes."""
    work, whole = timing.work, timing.whole
    calls = {name: count * whole for name, count in work.calls.items()}

    def called(*names: str) -> float:
        return sum(calls.get(name, 0.0) for name in names)

    from_queue = 0 if work.job.endswith("planner") else _OF_THE_POLLER * timing.invocations
    sent = called("sqs.SendMessageBatch", "sqs.SendMessage")
    puts, gets = called("s3.PutObject", "s3.ListObjectsV2"), called("s3.GetObject")
    return Bill(
        compute=timing.gigabyte_seconds(workers) * price["lambda_gb_second"]
        + timing.invocations * price["lambda_request"],
        ledger=work.reads * whole * price["dynamodb_read_unit"]
        + work.writes * whole * price["dynamodb_write_unit"],
        queue=(sent + from_queue) * price["sqs_request"],
        files=puts * price["s3_put"] + gets * price["s3_get"],
        logs=work.log_bytes * whole / _GIGABYTE * price["logs_gigabyte"],
        metrics=work.metrics * whole * price["metric_requested"],
    )
