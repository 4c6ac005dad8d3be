"""The documents that a report is made from and leaves: plan, dates, manifest, latest report."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ValidationError

from steward.aws.report_store import ReportStore
from steward.domain.runtimes.places import (
    LATEST_REPORT,
    MANIFEST,
    lifecycle_key,
    plan_key,
    report_key,
)
from steward.domain.runtimes.plans import Document, ScanDates, ScanPlan
from steward.domain.runtimes.reporting.manifest import KnownUnit, Manifest, renewed
from steward.domain.runtimes.reporting.overview import Overview
from steward.observability import logger

JSON = "application/json"
_TRIES = 5


class BadScan(Exception):
    """A document of a scan is missing or cannot be read, so that there is nothing to report."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(
            f"{key} {why}, so this scan has no report; start another one with "
            "`steward report runtimes --now`, and read the log of runtime_planner"
        )


class ManifestContested(Exception):
    """Other reports kept writing the manifest; the message is tried again."""


class LatestReport(Document):
    """`keys`: the report's files by their form: html, json, csv, and overview."""

    scan_id: str
    scanned_at: AwareDatetime
    written_at: AwareDatetime
    keys: Mapping[str, str]
    headline: str
    partial: bool


def plan_of_scan(store: ReportStore, scan_id: str) -> ScanPlan:
    """What the planner planned; raise BadScan."""
    return _document(store, plan_key(scan_id), ScanPlan)


def dates_of_scan(store: ReportStore, scan_id: str) -> ScanDates:
    """The dates that count in a scan; raise BadScan."""
    return _document(store, lifecycle_key(scan_id), ScanDates)


def plan_of_whole(store: ReportStore, manifest: Manifest) -> ScanPlan | None:
    """The plan of the last whole scan, which knows more of sources than one of some units."""
    if not manifest.full_scan:
        return None
    try:
        return plan_of_scan(store, manifest.full_scan)
    except BadScan as error:
        logger.warning(str(error))
        return None


def _document[T: BaseModel](store: ReportStore, key: str, model: type[T]) -> T:
    body = store.read(key)
    if body is None:
        raise BadScan(key, "is not in the reports bucket")
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadScan(key, f"cannot be read ({where}: {first['msg']})") from None


def read_manifest(store: ReportStore) -> tuple[Manifest, str]:
    """The manifest, and what is wrong with it: one that cannot be read counts as empty."""
    body = store.read(MANIFEST)
    if body is None:
        return Manifest(), ""
    try:
        return Manifest.model_validate_json(body), ""
    except ValidationError as error:
        first = error.errors(include_input=False)[0]["msg"]
        return Manifest(), (
            f"{MANIFEST} cannot be read ({first}), so results of earlier scans are not known; "
            "it is written anew, and a scan of the whole organization fills it again"
        )


def save_manifest(store: ReportStore, plan: ScanPlan, reported: Sequence[KnownUnit]) -> None:
    """Put the reported units on record; what a newer scan's report wrote meanwhile stays.

    The bucket has no transaction, so it is read again until everything of ours is there.
    """
    for _ in range(_TRIES):
        before, problem = read_manifest(store)
        after = renewed(before, plan, reported)
        if after == before and not problem:
            return
        store.write(MANIFEST, after.model_dump_json().encode(), JSON)
    raise ManifestContested(f"{MANIFEST} was changed {_TRIES} times while it was written")


def latest_report(store: ReportStore) -> LatestReport | None:
    """Which report is the latest; None when there is none."""
    body = store.read(LATEST_REPORT)
    return None if body is None else LatestReport.model_validate_json(body)


def save_latest(store: ReportStore, overview: Overview, keys: Mapping[str, str]) -> None:
    """Name this report as the latest."""
    latest = LatestReport(
        scan_id=overview.scan_id,
        scanned_at=overview.scanned_at,
        written_at=overview.written_at,
        keys=keys,
        headline=overview.headline,
        partial=overview.coverage.partial,
    )
    store.write(LATEST_REPORT, latest.model_dump_json().encode(), JSON)


def is_finished(store: ReportStore, scan_id: str) -> bool:
    """Whether everything that follows from a scan was done, notices included."""
    return store.read(_finished_key(scan_id)) is not None


def finish(store: ReportStore, scan_id: str, at: datetime) -> None:
    """Note that everything was done: a message that comes again has nothing left to do."""
    store.write(_finished_key(scan_id), f"{at.isoformat()}\n".encode(), "text/plain")


def _finished_key(scan_id: str) -> str:
    return report_key(scan_id, "finished")
