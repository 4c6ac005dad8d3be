"""Everybody looks for functions on runtimes that end, on the same stand-in, in alternation."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.cloud import stand_in
from benchmarks.comparison import CALL_SECONDS, CUSTODIAN, FLOOR, PLANNER, NotTheSameWork, Row
from benchmarks.contenders import custodian
from benchmarks.environment import PYTHON, REPOSITORY, aws_environment
from benchmarks.measuring import Usage, run
from benchmarks.policies import custodian_runtimes_policy
from benchmarks.runtimes.found import Found, ending_runtimes, found_by_steward
from benchmarks.runtimes.hub import Hub, Ran
from benchmarks.shape import HOME_REGION, SCANNED

ACCOUNTS = 10
UNITS = ACCOUNTS * len(SCANNED.regions)
FROM_CONFIG, LIVE, REPORT = "Steward, from Config", "Steward, from Lambda", "its report"
FIRST = "first"
ORDER = (FLOOR, FROM_CONFIG, LIVE, PLANNER, REPORT, CUSTODIAN)
_ENDING_UNITS = ACCOUNTS * len(SCANNED.ending_regions)
EXPECTED = Found(_ENDING_UNITS * SCANNED.ending, _ENDING_UNITS)


@dataclass(frozen=True, slots=True)
class Scans:
    """`first`: the calls of the worker that met all findings; `rows`: of days without news."""

    rows: Mapping[str, Row]
    first: Row
    found: Mapping[str, Found]


@dataclass(slots=True)
class Comparison:
    hub: Hub
    runtimes: list[str]
    rows: dict[str, Row] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)

    def first(self) -> Row:
        """The day on which everything is news: each finding is written down."""
        scan = self.hub.plan(UNITS)
        read = self.hub.read(scan, live=True)
        self.hub.report(scan)
        return Row(LIVE, FIRST, [read.invoked.usage], read.calls)

    def round(self, number: int) -> None:
        contenders: list[Callable[[], None]] = [self._floor, self._config, self._live, self._peer]
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            self.hub.cloud.calls()
            contender()

    def _config(self) -> None:
        scan = self.hub.plan(UNITS)
        self._ran(PLANNER, scan.planned)
        self._ran(FROM_CONFIG, self.hub.read(scan, live=False))
        self._ran(REPORT, self.hub.report(scan))
        self._same(FROM_CONFIG, found_by_steward(self.hub, scan.scan_id))

    def _live(self) -> None:
        scan = self.hub.plan(UNITS)
        self._ran(LIVE, self.hub.read(scan, live=True))
        self._same(LIVE, found_by_steward(self.hub, scan.scan_id))

    def _peer(self) -> None:
        wanted = custodian_runtimes_policy(self.runtimes)
        aws = aws_environment(self.hub.cloud.endpoint, self.hub.home)
        swept = custodian.sweep(aws, self.hub.home, self.hub.accounts, wanted)
        self._add(CUSTODIAN, swept.usage)
        self._same(CUSTODIAN, Found(swept.matched))

    def _floor(self) -> None:
        hub, log = self.hub, self.hub.home / "function-floor.log"
        told = {"accounts": hub.accounts, "regions": SCANNED.regions, "runtimes": self.runtimes}
        aws = aws_environment(hub.cloud.endpoint, hub.home)
        command = (PYTHON, "-m", "benchmarks.contenders.function_floor")
        self._add(FLOOR, run(command, {**aws, "FLOOR": json.dumps(told)}, REPOSITORY, log))
        self._same(FLOOR, Found(**json.loads(log.read_text())))

    def _ran(self, contender: str, ran: Ran) -> None:
        row = self.rows.setdefault(contender, Row(contender, "again"))
        row.add(ran.invoked.usage, ran.calls)

    def _add(self, contender: str, usage: Usage) -> None:
        row = self.rows.setdefault(contender, Row(contender, "again"))
        row.add(usage, self.hub.cloud.calls().none_refused())

    def _same(self, contender: str, found: Found) -> None:
        """Functions as they are now are everybody's to find; versions are only counted."""
        if found.functions != EXPECTED.functions:
            raise NotTheSameWork(
                f"{contender} found {found.functions} functions on runtimes that end, there are "
                f"{EXPECTED.functions}"
            )
        self.found[contender] = found


def compare_scans(home: Path, runs: int, tell: Callable[[str], None]) -> Scans:
    """`runs` rounds after a first day, which also warms files and caches."""
    with stand_in(home) as cloud:
        accounts = cloud.found_organization(ACCOUNTS)
        cloud.replace_functions(accounts, SCANNED)
        hub = Hub.opened(cloud, home, accounts, SCANNED.regions)
        cloud.slow_down(CALL_SECONDS)
        runtimes = ending_runtimes(HOME_REGION, datetime.now(UTC).date())
        comparison = Comparison(hub, runtimes)
        tell(f"scanning {ACCOUNTS} accounts x {SCANNED}: the first day")
        first = comparison.first()
        for number in range(1, runs + 1):
            tell(f"scanning {ACCOUNTS} accounts x {SCANNED}: round {number} of {runs}")
            comparison.round(number)
    return Scans(comparison.rows, first, comparison.found)
