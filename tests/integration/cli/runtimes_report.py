"""A report on runtimes as the hub would write it: its own rules on a few functions."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from steward.aws.report_store import ReportStore
from steward.data.runtime_table import bundled
from steward.domain.runtimes.claims import Claim, Speaker
from steward.domain.runtimes.exceptions import GrantedException, ScopeKind
from steward.domain.runtimes.findings import find
from steward.domain.runtimes.functions import Function
from steward.domain.runtimes.inventory import Capability, CapabilityName
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.moved import DateMoved
from steward.domain.runtimes.places import lifecycle_key, scan_id_of
from steward.domain.runtimes.plans import PlannedUnit, ScanDates, ScanPlan
from steward.domain.runtimes.reconciliation import Outcome, Reconciled
from steward.domain.runtimes.records import Snapshot
from steward.domain.runtimes.reporting.assembled import Counted, overview_of
from steward.domain.runtimes.reporting.manifest import KnownUnit
from steward.domain.runtimes.reporting.overview import Overview
from steward.domain.runtimes.reporting.report_dates import ReportDates
from steward.domain.runtimes.reporting.reported_units import ReadUnit, coverage_of
from steward.domain.runtimes.reporting.summary import Summary
from steward.domain.runtimes.reporting.told import Told
from steward.domain.runtimes.results import ReportedFunction, UnitHeader
from steward.domain.runtimes.rows import Known, Outlook, row_of
from steward.domain.runtimes.severity import Exposure
from steward.domain.runtimes.states import RuntimeState
from steward.domain.stacks import Unit
from steward.workflows.runtimes.report_documents import save_latest
from steward.workflows.runtimes.report_writing import write_report

SCANNED = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = SCANNED.date()
NAMES = {"222222222222": "payments-dev", "333333333333": "web-prod", "444444444444": "data-prod"}
PAYMENTS, ELSEWHERE = Unit("222222222222", "eu-west-1"), Unit("222222222222", "us-east-1")
WEB, DATA = Unit("333333333333", "eu-west-1"), Unit("444444444444", "eu-west-1")
DENIED = "the role steward-read may not be assumed; deploy org/members/roles.yaml there"
EXCEPTION = GrantedException(
    kind=ScopeKind.STACK,
    scope="reporting",
    runtime="nodejs18.x",
    reason="is retired in January",
    approver="head@example.com",
    created=date(2026, 11, 2),
    expires=date(2027, 1, 31),
    granted_in=RuntimeState.DEPRECATED,
    ticket="PLAT-17",
)
_OPEN = Reconciled(Outcome.OPEN, True, "Config shows an old runtime")


def _function(name: str, runtime_id: str | None, unit: Unit = PAYMENTS, **more: Any) -> Function:
    defaults: dict[str, Any] = {"owner": "payments@example.com", "stack": "orders"}
    return Function(unit, name, runtime_id, **defaults | more)


WEB_ONES: dict[str, Any] = {"owner": "web@example.com", "stack": "shop"}
NOBODYS: dict[str, Any] = {"owner": "platform@example.com", "stack": ""}
READ = (
    _function("orders-api", "python3.9", exposure=Exposure(internet_facing=True)),
    _function("orders-api", "python3.8", version="7"),
    _function("orders-worker", "python3.9"),
    _function("orders-api", "python3.9", ELSEWHERE),
    _function("orders-audit", "python3.14"),
    _function("legacy-import", "go1.x", **NOBODYS),
    _function("rules", "ruby9.9", **NOBODYS),
    _function("shop-render", "nodejs20.x", WEB, **WEB_ONES),
    _function("shop-thumbnails", None, WEB, package_type="Image", **WEB_ONES),
    _function("shop-search", "nodejs24.x", WEB, **WEB_ONES),
    _function("nightly", "nodejs18.x", WEB, owner="web@example.com", stack="reporting"),
)
KNOWN_BEFORE = (
    _function("lake-in", "python3.10", DATA, owner="data@example.com", stack="lake"),
    _function("lake-out", "python3.10", DATA, owner="data@example.com", stack="lake"),
)


@dataclass
class Written:
    """A report, and its files by form once they are in a bucket, byte for byte."""

    overview: Overview
    rows: tuple[ReportedFunction, ...]
    dates: ScanDates
    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, client: Any, bucket: str) -> None:
        """As the hub does, by its own code."""
        store = ReportStore(client, bucket)
        dates = self.dates.model_dump_json().encode()
        store.write(lifecycle_key(self.overview.scan_id), dates, "application/json")
        keys = write_report(store, self.overview, self.rows)
        save_latest(store, self.overview, keys)
        forms = ("html", "json", "csv")
        self.files = {form: store.read(keys[form]) or b"" for form in forms}


def written(scanned: datetime = SCANNED, *, whole: bool = False) -> Written:
    """The report of a scan; `whole`: every account could be read."""
    today = scanned.date()
    summary = Summary(exceptions=(EXCEPTION,))
    units = _units(scanned, whole)
    outlook = Outlook(bundled(), today, {})
    rows: list[ReportedFunction] = []
    for unit in units:
        if unit.header:
            summary.enter(unit.header)
        for function in _functions_of(unit.known.unit):
            row = unit.as_reported(_row(function, outlook))
            rows.append(row)
            summary.add(row)
    plan = _plan(scanned, units)
    found = Counted(
        plan=plan,
        units=units,
        coverage=coverage_of(units, plan, plan),
        summary=summary,
        dates=ReportDates(bundled(), _dates(scanned), ["eu-west-1", "us-east-1"]),
        told=Told(),
        snapshots=_snapshots(0 if whole else 1),
        dates_on_record=(),
    )
    overview = overview_of(found, scanned + timedelta(minutes=4))
    return Written(overview, tuple(rows), found.dates.scan)


def _functions_of(unit: Unit) -> list[Function]:
    return [each for each in (*READ, *KNOWN_BEFORE) if each.unit == unit]


def _row(function: Function, outlook: Outlook) -> ReportedFunction:
    finding = find(function, bundled(), [EXCEPTION], outlook.today)
    owned = function.owner != NOBODYS["owner"]
    source = "its tag owner" if owned else "the policy's fallback contact"
    aliases = ("live",) if function.version == "7" else ()
    known = Known(NAMES[function.unit.account_id], source, owned, aliases=aliases)
    return row_of(finding, _OPEN, known, outlook)


def _units(scanned: datetime, whole: bool) -> list[ReadUnit]:
    return [_unit(unit, scanned, whole) for unit in (PAYMENTS, ELSEWHERE, WEB, DATA)]


def _unit(unit: Unit, scanned: datetime, whole: bool) -> ReadUnit:
    missed = unit == DATA and not whole
    read_at = scanned - timedelta(days=9) if missed else scanned
    functions = _functions_of(unit)
    header = UnitHeader(
        scan_id=scan_id_of(read_at),
        scanned_at=read_at,
        account_id=unit.account_id,
        account_name=NAMES[unit.account_id],
        region=unit.region,
        covered=True,
        config=True,
        live=unit == PAYMENTS,
        functions=sum(each.version == "$LATEST" for each in functions),
        versions=sum(each.version != "$LATEST" for each in functions),
    )
    known = KnownUnit(
        account_id=unit.account_id,
        account_name=NAMES[unit.account_id],
        region=unit.region,
        last_read=read_at,
        functions=header.functions,
    )
    reason = f"account {unit.account_id} cannot be read: {DENIED}" if missed else ""
    return ReadUnit(known, header, "a key", reason, header.functions)


def _plan(scanned: datetime, units: list[ReadUnit]) -> ScanPlan:
    missing = "AWS Health needs a support plan (SubscriptionRequiredException)"
    planned = (
        PlannedUnit(account_id=each.known.account_id, region=each.known.region) for each in units
    )
    return ScanPlan(
        scan_id=scan_id_of(scanned),
        scanned_at=scanned,
        full=True,
        why="the daily schedule",
        units=tuple(planned),
        passed_over={"555555555555": "the policy leaves it out (runtimes.exclude_accounts)"},
        capabilities=(
            Capability(CapabilityName.CONFIG, True),
            Capability(CapabilityName.HEALTH, False, missing, "nothing confirms what Config says"),
        ),
    )


def _dates(scanned: datetime) -> ScanDates:
    """An operator knows a date that nobody else does, and one has moved."""
    later = date(2027, 4, 15)
    word = Claim(
        Speaker.OVERRIDE,
        "ruby3.3",
        Milestone.DEPRECATED,
        later,
        date(2026, 11, 20),
        reason="AWS support case 4711",
        until=date(2027, 3, 1),
    )
    moved = DateMoved("ruby3.3", Milestone.DEPRECATED, date(2027, 3, 31), later, Speaker.OVERRIDE)
    return ScanDates(
        scan_id=scan_id_of(scanned), today=scanned.date(), claims=(word,), moved=(moved,)
    )


def _snapshots(uncovered: int) -> list[Snapshot]:
    """Eight functions were hit four weeks ago."""
    now = Snapshot(
        day=TODAY - timedelta(days=28),
        covered=4 - uncovered,
        total_units=4,
        buckets={},
        states={},
        waves={"create block/2027-02-01": 9, "update block/2027-03-03": 10},
        owners={},
        organizational_units={},
        runtimes={},
    )
    later = now.day + timedelta(days=14)
    return [now, replace(now, day=later, waves={**now.waves, "create block/2027-02-01": 7})]
