"""Count a scan's functions, and look up what the report says beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from steward.aws.files_ahead import FilesAhead
from steward.aws.report_store import ReportStore
from steward.data.runtime_table import bundled
from steward.domain.runtimes.plans import ScanDates, ScanPlan
from steward.domain.runtimes.reporting.assembled import Counted
from steward.domain.runtimes.reporting.coverage_box import NEVER_SCANNED_WHOLE
from steward.domain.runtimes.reporting.manifest import Manifest, units_to_report
from steward.domain.runtimes.reporting.regressions import Regressions, default_windows
from steward.domain.runtimes.reporting.report_dates import ReportDates
from steward.domain.runtimes.reporting.reported_units import coverage_of, regions_of
from steward.domain.runtimes.reporting.summary import Summary
from steward.domain.runtimes.reporting.told import Told
from steward.domain.stacks import Unit
from steward.ledger.ledger import Ledger
from steward.workflows.runtimes.report_documents import dates_of_scan, plan_of_whole
from steward.workflows.runtimes.report_reading import read_first, survey
from steward.workflows.runtimes.report_recipients import Recipients


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan that is to be reported. `results`: keys of its units' results. `problem`: what is
    wrong with the manifest."""

    plan: ScanPlan
    manifest: Manifest
    results: Mapping[Unit, str]
    problem: str = ""


def count(
    store: ReportStore, files: FilesAhead, ledger: Ledger, scanned: Scanned, recipients: Recipients
) -> Counted:
    """Read every result once; functions are counted and not kept."""
    plan, manifest = scanned.plan, scanned.manifest
    scan = dates_of_scan(store, plan.scan_id)
    regressions = _regressions(scan, recipients)
    summary = Summary(exceptions=ledger.exceptions(), regressions=regressions)
    known = list(units_to_report(manifest, plan, scanned.results))
    files.expect(filter(None, map(read_first, known)))
    units = [survey(files, each, summary) for each in known]
    whole = plan if plan.full else plan_of_whole(store, manifest)
    return Counted(
        plan=plan,
        units=units,
        coverage=coverage_of(units, plan, whole, list(_problems(scanned, recipients))),
        summary=summary,
        dates=ReportDates(bundled(), scan, regions_of(units), summary.published),
        told=Told.of(ledger.runtime_notices(), ledger.acknowledgements()),
        snapshots=ledger.snapshots(),
        dates_on_record=ledger.dates(),
        silent=recipients.silent,
    )


def _regressions(scan: ScanDates, recipients: Recipients) -> Regressions:
    """Of customer-managed runtimes nobody keeps since when they have their dates."""
    windows_for = recipients.policy.runtimes.windows_for if recipients.policy else default_windows
    return Regressions(ReportDates(bundled(), scan, ()), windows_for)


def _problems(scanned: Scanned, recipients: Recipients) -> Iterator[str]:
    if scanned.problem:
        yield scanned.problem
    if recipients.problem:
        yield recipients.problem
    if not scanned.plan.full and not scanned.manifest.full_scan:
        yield NEVER_SCANNED_WHOLE
