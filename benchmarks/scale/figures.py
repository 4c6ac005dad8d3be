"""The tables of docs/guide/scale.md, all of them from measured work by the model's arithmetic."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from benchmarks.rollouts.guide import Lines
from benchmarks.scale.measured import Work
from benchmarks.scale.model import LONGEST_SECONDS, Timing, by_job
from benchmarks.scale.money import SCANS_A_MONTH, SWEEPS_A_MONTH, Bill, bill, prices


@dataclass(frozen=True, slots=True)
class Kind:
    """The functions of one run. `runs`: a month. `report`: what follows when all units are done."""

    planner: str
    worker: str
    runs: float
    report: str = ""

    @property
    def jobs(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.planner, self.worker, self.report)))


WORKERS = (50, 200)
RATES = (5, 10, 20, 40)  # Calls a second that Organizations might answer.
KINDS: Mapping[str, Kind] = {
    "sweep of leases": Kind("lease_planner", "lease_worker", SWEEPS_A_MONTH),
    "scan of runtimes": Kind("runtime_planner", "runtime_worker", SCANS_A_MONTH, "runtime_report"),
}
JOBS = [job for kind in KINDS.values() for job in kind.jobs]
_MEGABYTE = 2**20

type Timings = Mapping[tuple[str, int], Timing]


def tables(works: Sequence[Work]) -> Mapping[str, Lines]:
    timings = by_job(works)
    sizes = sorted({work.accounts for work in works})
    return {
        "duration": _duration(timings, sizes),
        "work": _work(timings, sizes),
        "calls": _calls(timings, sizes[-1]),
        "throttle": _throttle(timings, sizes),
        "cost": _cost(timings, sizes),
    }


def whole_run(timings: Timings, kind: str, accounts: int, workers: int) -> float:
    """Seconds from the schedule's event to the last unit."""
    jobs = KINDS[kind]
    planned = timings[jobs.planner, accounts].planned_within()
    return planned + timings[jobs.worker, accounts].worked_within(workers)


def monthly(timings: Timings, kind: str, accounts: int, workers: int = WORKERS[-1]) -> Bill:
    price = prices()
    bills = [bill(timings[job, accounts], workers, price) for job in KINDS[kind].jobs]
    return reduce(Bill.plus, bills).times(KINDS[kind].runs)


def most_accounts(timing: Timing, tags_a_second: float) -> int:
    """How many accounts a planner can plan in its time, were all figures proportional."""
    return int(
        timing.work.accounts * LONGEST_SECONDS / timing.planned_within(tags_a_second=tags_a_second)
    )


def _header(sizes: Iterable[int]) -> list[str]:
    return ["", *(f"{size:,} accounts" for size in sizes)]


def _duration(timings: Timings, sizes: Sequence[int]) -> Lines:
    lines = [_header(sizes)]
    for kind, jobs in KINDS.items():
        planned = (minutes(timings[jobs.planner, size].planned_within()) for size in sizes)
        lines.append([f"{kind}: planner", *planned])
        for workers in WORKERS:
            taken = (minutes(whole_run(timings, kind, size, workers)) for size in sizes)
            lines.append([f"{kind}: all, {workers} workers", *taken])
        if jobs.report:
            written = (minutes(timings[jobs.report, size].reported_within()) for size in sizes)
            lines.append([f"{kind}: the report after it", *written])
    return lines


def _work(timings: Timings, sizes: Sequence[int]) -> Lines:
    lines = [_header(sizes)]
    for job in JOBS:
        of_job = [timings[job, size] for size in sizes]
        lines.append([f"{job}: calls a unit", *(_a_unit(each) for each in of_job)])
        lines.append([f"{job}: CPU a unit, ms", *(_cpu(each) for each in of_job)])
        peaks = (f"{each.work.peak_bytes / _MEGABYTE:.0f}" for each in of_job)
        lines.append([f"{job}: peak memory, MB", *peaks])
        reads = (_thousands(each.work.reads * each.whole) for each in of_job)
        writes = (_thousands(each.work.writes * each.whole) for each in of_job)
        lines.append([f"{job}: ledger, read units", *reads])
        lines.append([f"{job}: ledger, write units", *writes])
        seconds = (_thousands(each.gigabyte_seconds(WORKERS[-1])) for each in of_job)
        lines.append([f"{job}: Lambda GB-seconds", *seconds])
    return lines


def _calls(timings: Timings, size: int) -> Lines:
    names = sorted({name for job in JOBS for name in timings[job, size].work.calls})
    lines = [["AWS calls", *JOBS]]
    for name in names:
        lines.append([name, *(_called(timings[job, size], name) for job in JOBS)])
    return lines


def _throttle(timings: Timings, sizes: Sequence[int]) -> Lines:
    header = ["tags a second", *(f"planner, {size:,} accounts" for size in sizes)]
    lines = [[*header, "most accounts in 15 minutes"]]
    for rate in RATES:
        each = [timings["lease_planner", size] for size in sizes]
        taken = (minutes(timing.planned_within(tags_a_second=rate)) for timing in each)
        lines.append([str(rate), *taken, f"{most_accounts(each[-1], rate):,}"])
    return lines


def _cost(timings: Timings, sizes: Sequence[int]) -> Lines:
    lines = [_header(sizes)]
    for kind in KINDS:
        bills = [monthly(timings, kind, size) for size in sizes]
        for part in Bill.__slots__:
            dollars = (_dollars(getattr(each, part)) for each in bills)
            lines.append([f"{kind}: {part}", *dollars])
        lines.append([f"**{kind}: a month**", *(_dollars(each.total) for each in bills)])
    return lines


def minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.1f} min"


def _a_unit(timing: Timing) -> str:
    return f"{sum(timing.work.calls.values()) / timing.work.units:.2f}"


def _cpu(timing: Timing) -> str:
    return f"{1000 * timing.work.cpu_seconds / timing.work.units:.1f}"


def _called(timing: Timing, name: str) -> str:
    count = timing.work.calls.get(name, 0) * timing.whole
    return _thousands(count) if count else ""


def _thousands(count: float) -> str:
    return f"{count:,.0f}"


def _dollars(amount: float) -> str:
    return f"${amount:,.2f}"
