"""From what was measured to hours and gigabyte-seconds: arithmetic, whose assumptions stand here.

- Each AWS call takes `CALL_SECONDS` of waiting; calls of one process follow one another, but for
  the tags of accounts and the files of units, which planners and the report ask for and put in
  threads.
- A function has as much of a processor as its memory buys, and that processor is as fast as the one
  of the measurement: "Configure Lambda function memory", AWS Lambda Developer Guide.
- Every worker starts cold in every sweep. SQS hands out work evenly, five workers at first and 300
  more a minute: "Configuring scaling behavior for SQS event source mappings", same guide.
- Workers start when the planner has queued everything, which it does last.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from benchmarks.scale.measured import Work
from steward.aws.files_ahead import THREADS as FILE_THREADS
from steward.aws.organizations import THREADS

CALL_SECONDS = 0.03
FULL_PROCESSOR_MB = 1769
FIRST_WORKERS = 5
MORE_WORKERS_A_SECOND = 300 / 60
# Timeout of both planners and of the report in template.yaml, and the most Lambda allows.
LONGEST_SECONDS = 900
TAGS, PUTS, GETS = "organizations.ListTagsForResource", "s3.PutObject", "s3.GetObject"
MEMORY_MB = {  # As in template.yaml.
    "lease_planner": 512,
    "lease_worker": 512,
    "runtime_planner": 512,
    "runtime_worker": 1024,
    "runtime_report": 1024,
}


@dataclass(frozen=True, slots=True)
class Timing:
    """One function over a whole organization. `busy_seconds`: of all its processes together."""

    work: Work

    @property
    def share(self) -> float:
        """Of a whole processor."""
        return MEMORY_MB[self.work.job] / FULL_PROCESSOR_MB

    @property
    def whole(self) -> float:
        """How many times the units that were looked at the organization has."""
        return self.work.all_units / self.work.units

    @property
    def cold_seconds(self) -> float:
        return self.work.cold_seconds / self.share

    @property
    def busy_seconds(self) -> float:
        waiting = sum(self.work.calls.values()) * CALL_SECONDS
        return (waiting + self.work.cpu_seconds / self.share) * self.whole

    @property
    def invocations(self) -> float:
        return self.work.invocations * self.whole

    def planned_within(self, threads: int = THREADS, tags_a_second: float = math.inf) -> float:
        """How long a planner takes. `tags_a_second`: what Organizations answers at most."""
        tags, files = self.work.calls[TAGS], self.work.calls.get(PUTS, 0)
        others = sum(self.work.calls.values()) - tags - files
        told = tags * max(CALL_SECONDS / threads, 1 / tags_a_second)
        waiting = (others + files / threads) * CALL_SECONDS
        return told + waiting + self.work.cpu_seconds / self.share + self.cold_seconds

    def reported_within(self, threads: int = FILE_THREADS) -> float:
        """How long the report takes, once all units are done."""
        files = self.work.calls[GETS]
        others = sum(self.work.calls.values()) - files
        waiting = (others + files / threads) * CALL_SECONDS
        return waiting + self.work.cpu_seconds / self.share + self.cold_seconds

    def worked_within(self, workers: int) -> float:
        """How long so many workers take, from the first message on."""
        return drained_within(self.busy_seconds, workers) + self.cold_seconds

    def gigabyte_seconds(self, workers: int) -> float:
        gigabytes = MEMORY_MB[self.work.job] / 1024
        if self.work.job.endswith("planner"):
            return self.planned_within() * gigabytes
        if self.work.job.endswith("report"):
            return self.reported_within() * gigabytes
        started = min(workers, math.ceil(self.invocations)) * self.cold_seconds
        return (self.busy_seconds + started) * gigabytes


def drained_within(busy_seconds: float, workers: int) -> float:
    """So much work for so many workers, of whom few are there at first."""
    if workers <= FIRST_WORKERS:
        return busy_seconds / workers
    rising = (workers - FIRST_WORKERS) / MORE_WORKERS_A_SECOND
    while_rising = rising * (FIRST_WORKERS + workers) / 2
    if busy_seconds >= while_rising:
        return rising + (busy_seconds - while_rising) / workers
    # The positive root of: first t + more t^2 / 2 = work.
    more = MORE_WORKERS_A_SECOND
    return (math.sqrt(FIRST_WORKERS**2 + 2 * more * busy_seconds) - FIRST_WORKERS) / more


def by_job(works: Iterable[Work]) -> Mapping[tuple[str, int], Timing]:
    return {(work.job, work.accounts): Timing(work) for work in works}
