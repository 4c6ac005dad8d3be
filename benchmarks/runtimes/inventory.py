"""One scan of a large organization from Config: what planner, worker and report take for it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cloud import stand_in
from benchmarks.runtimes.hub import Hub, Ran
from benchmarks.shape import HOME_REGION, FunctionShape
from steward.domain.runtimes.places import report_key

ACCOUNTS = 200
ROWS_OF_A_PAGE = 100
SMALLER = 10
FORMS = ("html", "json", "csv")
ENDING = 20  # One function in so many, and at least one in each unit.
FEWEST_FUNCTIONS = ACCOUNTS * SMALLER * 2
_ASKED = "config:SelectAggregateResourceConfig"


@dataclass(frozen=True, slots=True)
class Job:
    """What one function took for the whole organization."""

    cpu_seconds: float
    peak_bytes: int
    calls: dict[str, int]

    @classmethod
    def of(cls, ran: Ran) -> "Job":
        took = ran.invoked
        return cls(took.usage.cpu_seconds, took.resident_bytes, ran.calls.by_operation())


@dataclass(frozen=True, slots=True)
class Inventory:
    """`scattered`: the planner once more, as Config shows each unit's functions far apart.
    `file_bytes`: of the report, by form."""

    functions: int
    planner: Job
    scattered: Job
    worker: Job
    report: Job
    file_bytes: dict[str, int]

    @property
    def pages(self) -> int:
        """How often the planner asked Config for a page."""
        return self.planner.calls[_ASKED]

    @property
    def fewest_pages(self) -> int:
        return -(-self.functions // ROWS_OF_A_PAGE)


def measure_inventories(home: Path, functions: int, tell: Callable[[str], None]) -> list[Inventory]:
    """A tenth of `functions`, then all of them, in as many accounts."""
    with stand_in(home) as cloud:
        accounts = cloud.found_organization(ACCOUNTS)
        hub = Hub.opened(cloud, home, accounts, (HOME_REGION,))
        sizes = (functions // SMALLER, functions)
        return [_measure(hub, size, tell) for size in sizes]


def _measure(hub: Hub, functions: int, tell: Callable[[str], None]) -> Inventory:
    each = functions // ACCOUNTS
    shape = FunctionShape(each, max(each // ENDING, 1), regions=(HOME_REGION,))
    tell(f"an inventory of {functions} functions in {ACCOUNTS} accounts")
    hub.cloud.replace_functions(hub.accounts, shape)
    hub.forget()
    hub.cloud.scatter(scattered=True)
    scattered = hub.plan(ACCOUNTS).planned
    hub.cloud.scatter(scattered=False)
    scan = hub.plan(ACCOUNTS)
    worker, report = hub.read(scan, live=False), hub.report(scan)
    return Inventory(
        functions=each * ACCOUNTS,
        planner=Job.of(scan.planned),
        scattered=Job.of(scattered),
        worker=Job.of(worker),
        report=Job.of(report),
        file_bytes={form: hub.size(report_key(scan.scan_id, form)) for form in FORMS},
    )
