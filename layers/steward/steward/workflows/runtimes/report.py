"""Write the report of a scan once its units are done, and everything that follows from it.

Files first, then the manifest, which is what later reports build on; notices after that, so that
whoever is told finds the report; last the note that all is done. A crash repeats from the start
and comes to the same end: files and snapshots are written over, notices are known by their keys.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime

from steward.aws.files_ahead import FilesAhead
from steward.aws.queues import send_report
from steward.aws.report_store import ReportStore
from steward.aws.sessions import Sessions
from steward.clock import refuse_future
from steward.domain.runtimes.places import results_prefix, unit_of_result
from steward.domain.runtimes.reporting.assembled import Counted, overview_of, snapshot_of
from steward.domain.runtimes.reporting.due_notices import Mailbag
from steward.domain.runtimes.reporting.work_cells import key_of
from steward.domain.runtimes.results import ReportedFunction
from steward.messages import ReportWork
from steward.observability import logger
from steward.settings import RuntimeReportSettings
from steward.workflows.connections import open_ledger
from steward.workflows.runtimes.report_counting import Scanned, count
from steward.workflows.runtimes.report_documents import (
    finish,
    is_finished,
    plan_of_scan,
    read_manifest,
    save_latest,
    save_manifest,
)
from steward.workflows.runtimes.report_metrics import count_report
from steward.workflows.runtimes.report_notices import Posted, post
from steward.workflows.runtimes.report_reading import functions_of
from steward.workflows.runtimes.report_recipients import Recipients, recipients_of
from steward.workflows.runtimes.report_waiting import wait_for
from steward.workflows.runtimes.report_writing import write_report


class Reporter:
    """Writes the reports of the scans it is handed."""

    def __init__(self, settings: RuntimeReportSettings) -> None:
        # No member account is ever reached, so the hub's id is of no use here.
        sessions = Sessions(hub_account_id="")
        self._settings = settings
        self._sqs = sessions.sqs()
        self._ledger = open_ledger(sessions, settings)
        self._store = ReportStore(sessions.reports_s3(), settings.reports_bucket)

    def run(self, work: ReportWork, wall: datetime) -> str:
        """Write the report or wait; returns what was done, in a sentence."""
        refuse_future(work.scan.scanned_at, wall, self._settings.max_clock_skew)
        scan_id = work.scan.scan_id
        if is_finished(self._store, scan_id):
            return f"the report of scan {scan_id} is finished already"
        scanned = self._scanned(scan_id)
        newest = scanned.manifest.full_scan
        if scan_id < newest:
            return f"scan {scan_id} is older than {newest}, which is reported already"
        return self._wait(work, scanned, wall) or self._report(work, scanned, wall)

    def _scanned(self, scan_id: str) -> Scanned:
        plan = plan_of_scan(self._store, scan_id)
        manifest, problem = read_manifest(self._store)
        keys = self._store.keys(results_prefix(scan_id))
        return Scanned(plan, manifest, {unit_of_result(key): key for key in keys}, problem)

    def _wait(self, work: ReportWork, scanned: Scanned, wall: datetime) -> str:
        """Look again later, if that is worth it; returns what for, or nothing."""
        first = self._settings.report_delay_seconds
        wait = wait_for(scanned.plan, scanned.results, work.tries, wall, first)
        if wait is None:
            return ""
        again = work.model_copy(update={"tries": work.tries + 1})
        url = self._settings.runtime_reports_queue_url
        send_report(self._sqs, url, again, wait.delay_seconds)
        return f"{wait.missing} units of scan {work.scan.scan_id} are not done yet; waits for them"

    def _report(self, work: ReportWork, scanned: Scanned, wall: datetime) -> str:
        recipients = recipients_of(work.scan, self._ledger)
        with closing(FilesAhead(self._store)) as files:
            counted = count(self._store, files, self._ledger, scanned, recipients)
            overview = overview_of(counted, wall)
            keys = write_report(self._store, overview, _rows(files, counted))
        save_manifest(self._store, scanned.plan, [each.remembered() for each in counted.units])
        save_latest(self._store, overview, keys)
        self._ledger.save_snapshot(snapshot_of(overview, counted.summary))
        posted = self._post(counted, recipients, wall)
        count_report(overview, counted.summary)
        finish(self._store, overview.scan_id, wall)
        logger.info("notices", queued=posted.queued, cancelled=posted.cancelled)
        return overview.headline

    def _post(self, counted: Counted, recipients: Recipients, now: datetime) -> Posted:
        if recipients.policy is None or recipients.silent:
            return Posted()
        owners = recipients.policy.owners
        return post(
            self._ledger, Mailbag(counted.summary, counted.dates, counted.told, owners, now), now
        )


def _rows(files: FilesAhead, counted: Counted) -> Iterator[ReportedFunction]:
    today = counted.dates.today
    files.expect(each.key for each in counted.units if each.key)
    for row in functions_of(files, counted.units):
        known = counted.told.acknowledged(key_of(row), today) is not None
        yield row.model_copy(update={"acknowledged": known})
