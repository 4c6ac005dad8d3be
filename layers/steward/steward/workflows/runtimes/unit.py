"""Find and judge the functions of one unit, as a scan asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from aws_lambda_powertools.metrics import MetricUnit

from steward.aws.custom_runtimes import custom_runtime
from steward.aws.report_store import MissingFile, ReportStore
from steward.clock import refuse_future
from steward.data.runtime_table import bundled
from steward.domain.deliveries import Unreachable
from steward.domain.policy import Policy
from steward.domain.runtimes.exceptions import GrantedException
from steward.domain.runtimes.lifecycle import Lifecycle, Runtime
from steward.domain.runtimes.places import lifecycle_key, result_key
from steward.domain.runtimes.plans import ScanDates
from steward.domain.runtimes.results import UnitHeader
from steward.domain.runtimes.severity import DEFAULTS
from steward.domain.runtimes.sources import in_force, settle_all
from steward.ledger.ledger import Ledger
from steward.messages import RuntimeUnitWork, Scan
from steward.observability import logger, metrics
from steward.settings import RuntimeWorkerSettings
from steward.workflows.connections import open_ledger, open_sessions
from steward.workflows.policies import NoPolicy
from steward.workflows.runtimes.owners import FunctionOwners
from steward.workflows.runtimes.unit_dates import Calendar
from steward.workflows.runtimes.unit_doors import Doors
from steward.workflows.runtimes.unit_facts import LayerCache
from steward.workflows.runtimes.unit_scan import UnitBench, scan_unit


@dataclass(slots=True)
class ScanFacts:
    """What all units of a scan have in common, read once, so that all of them are judged alike."""

    scan: Scan
    dates: ScanDates
    policy: Policy | None
    exceptions: tuple[GrantedException, ...]
    unreachable: Mapping[str, Unreachable]
    _by_region: dict[str, Lifecycle] = field(default_factory=dict, init=False)

    @property
    def today(self) -> date:
        return self.scan.scanned_at.astimezone(UTC).date()

    def lifecycle(self, region: str) -> Lifecycle:
        """The dates that count in a region."""
        if region not in self._by_region:
            table = bundled()
            settled = settle_all(table, self.dates.claims, region, self.today)
            self._by_region[region] = in_force(table, settled)
        return self._by_region[region]


class RuntimeUnits:
    """Scans the units it is handed, with one session for each account."""

    def __init__(self, settings: RuntimeWorkerSettings) -> None:
        self._settings = settings
        self._sessions = open_sessions(settings)
        self._ledger: Ledger = open_ledger(self._sessions, settings)
        self._store = ReportStore(self._sessions.reports_s3(), settings.reports_bucket)
        self._layers: LayerCache = {}
        self._facts: ScanFacts | None = None

    def run(self, work: RuntimeUnitWork, wall: datetime) -> None:
        """Scan one unit; one whose file is there was done before, and is done."""
        refuse_future(work.scan.scanned_at, wall, self._settings.max_clock_skew)
        key = result_key(work.scan.scan_id, work.unit)
        if key in self._store.keys(key):
            logger.info("unit was done before")
            return
        _tell(scan_unit(self._bench(work)))

    def _bench(self, work: RuntimeUnitWork) -> UnitBench:
        facts = self._facts_of(work.scan)
        account = work.account.account()
        doors = Doors(work.unit, self._sessions, self._settings.read_role_name)
        return UnitBench(
            work=work,
            ledger=self._ledger,
            store=self._store,
            doors=doors,
            calendar=self._calendar(work, facts, doors),
            owners=FunctionOwners(account, facts.policy, facts.unreachable),
            layers=self._layers,
        )

    def _calendar(self, work: RuntimeUnitWork, facts: ScanFacts, doors: Doors) -> Calendar:
        policy, account = facts.policy, work.account.account()

        def resolve(alias: str) -> Runtime | None:
            what = "dates of customer-managed runtimes"
            return doors.ask(what, lambda: custom_runtime(doors.runtimes(), alias), None)

        return Calendar(
            lifecycle=facts.lifecycle(work.region),
            recommended=facts.dates.recommended,
            exceptions=facts.exceptions,
            today=facts.today,
            windows=policy.runtimes.windows_for(account) if policy else DEFAULTS,
            resolve=resolve,
        )

    def _facts_of(self, scan: Scan) -> ScanFacts:
        if self._facts is None or self._facts.scan != scan:
            self._layers.clear()
            self._facts = ScanFacts(
                scan,
                self._dates(scan),
                self._policy(scan),
                tuple(self._ledger.exceptions()),
                self._ledger.unreachable(scan.scanned_at),
            )
        return self._facts

    def _dates(self, scan: Scan) -> ScanDates:
        key = lifecycle_key(scan.scan_id)
        document = self._store.read(key)
        if document is None:
            raise MissingFile(self._settings.reports_bucket, key)
        return ScanDates.model_validate_json(document)

    def _policy(self, scan: Scan) -> Policy | None:
        """The very policy a scan was planned under; a scan without one names no owners."""
        if not scan.policy:
            return None
        document = self._ledger.policy_document(scan.policy)
        if document is None:
            raise NoPolicy(f"policy {scan.policy} is not in the ledger; the next scan plans anew")
        return Policy.model_validate_json(document)


def _tell(header: UnitHeader) -> None:
    if header.covered:
        logger.info("unit scanned", functions=header.functions, live=header.live)
        return
    logger.warning("unit not covered", reason=header.reason)
    metrics.add_metric("RuntimeUnitsNotCovered", MetricUnit.Count, 1)
