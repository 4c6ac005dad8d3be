"""What the benchmark demands and aims at, and whether it was so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.comparison import AGAIN, CUSTODIAN, FLOOR, PLANNER, RECORDING_FLOOR, STEWARD, Row
from benchmarks.growth import Grown
from benchmarks.imports import Import
from benchmarks.large_unit import LargeUnit
from benchmarks.shape import SWEPT

MEGABYTE = 2**20
MOST_RESIDENT_BYTES = 128 * MEGABYTE
MOST_OF_FLOOR_CPU = 1.5
MOST_OF_PEER_CPU = 0.2
MOST_IMPORT_RATIO = 1.3
MOST_DRIFT = 1.1  # Of memory that should not grow.
MOST_CPU_DRIFT = 1.3  # Of processor time a unit, on a machine that does other things too.


@dataclass(frozen=True, slots=True)
class Verdict:
    """A demand holds wherever it is measured. An aim is a ratio of processor times, which differs
    between machines and from hour to hour."""

    what: str
    found: str
    met: bool
    is_demand: bool = True


def of_comparison(rows: Mapping[tuple[str, str], Row]) -> list[Verdict]:
    steward, planner = rows[STEWARD, AGAIN], rows[PLANNER, AGAIN]
    scan, fewest = steward.calls.scan, rows[FLOOR, AGAIN].calls.scan
    writes = steward.calls.ledger_writes + planner.calls.ledger_writes
    ledger = steward.calls.ledger
    cpu = steward.median.cpu_seconds
    of_floor = cpu / rows[RECORDING_FLOOR, AGAIN].median.cpu_seconds
    of_peer = cpu / rows[CUSTODIAN, AGAIN].median.cpu_seconds
    answers = ledger.get("PutItem", 0)
    one_query = ledger == {"Query": SWEPT.units + 1, "GetItem": 1, "PutItem": answers}
    return [
        Verdict("again: as many calls as the floor", f"{scan}, floor {fewest}", scan == fewest),
        Verdict("again: no ledger write of a lease", f"{writes}", writes == 0),
        Verdict("again: an answer a batch at most", f"{answers}", 0 < answers <= SWEPT.units),
        Verdict(
            "again: one Query a unit, the policy and the unreachable addresses once",
            _named(ledger),
            one_query,
        ),
        _aim(f"again: CPU / {RECORDING_FLOOR}", of_floor, MOST_OF_FLOOR_CPU),
        _aim(f"again: CPU / {CUSTODIAN}", of_peer, MOST_OF_PEER_CPU),
    ]


def of_units(units: Sequence[LargeUnit]) -> list[Verdict]:
    """`units`: a small one, a large one without leases, a large one with as many leases."""
    small, unleased, leased = units
    most = max(leased.registering_bytes, leased.steady_bytes)
    fits = Verdict(
        f"{leased.stacks} stacks and leases in one unit: peak memory below 128 MB",
        f"{most / MEGABYTE:.0f} MB",
        most < MOST_RESIDENT_BYTES,
    )
    drift = unleased.steady_bytes / small.steady_bytes
    flat = f"memory flat in stacks: {unleased.stacks} / {small.stacks}"
    return [fits, at_most(flat, drift, MOST_DRIFT)]


def of_growth(sweeps: Sequence[Grown], plans: Sequence[Grown]) -> list[Verdict]:
    """The two largest of each: in a small one the caches of clients and roles still fill up."""
    return [*_grown("worker", sweeps, flat=True), *_grown("planner", plans, flat=False)]


def _grown(job: str, sizes: Sequence[Grown], *, flat: bool) -> Iterable[Verdict]:
    middle, largest = sizes[-2], sizes[-1]
    times = f"{largest.accounts} / {middle.accounts} accounts"
    calls = largest.all_calls / largest.units / (middle.all_calls / middle.units)
    yield at_most(f"{job}: calls a unit, {times}", calls, 1.01)
    cpu = largest.cpu_per_unit / middle.cpu_per_unit
    yield at_most(f"{job}: CPU a unit, {times}", cpu, MOST_CPU_DRIFT)
    if flat:
        memory = largest.peak_bytes / middle.peak_bytes
        yield at_most(f"{job}: peak memory, {times}", memory, MOST_DRIFT)


def of_imports(imports: Iterable[Import]) -> list[Verdict]:
    return [
        _aim(f"import of {each.handler} / what it needs", each.ratio, MOST_IMPORT_RATIO)
        for each in imports
    ]


def at_most(what: str, ratio: float, most: float) -> Verdict:
    return Verdict(f"{what} <= {most:g}", f"{ratio:.2f}", ratio <= most)


def _aim(what: str, ratio: float, most: float) -> Verdict:
    return replace(at_most(what, ratio, most), is_demand=False)


def _named(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in calls.items())
