"""The report on a scan of the whole organization, whose workers have all answered."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from benchmarks.scale.hub import REPORT
from benchmarks.scale.measured import Work
from benchmarks.scale.shape import REGIONS, SAMPLE, account_id
from benchmarks.scale.stage import NotDone, Stage
from benchmarks.shape import HOME_REGION
from steward.domain.runtimes.places import report_key, result_key
from steward.domain.stacks import Unit
from steward.messages import ReportWork


def report(stage: Stage) -> Work:
    """The second report of an organization: whom the first had to tell has been told."""
    body = (stage.folder / REPORT).read_text()
    scan_id = ReportWork.model_validate_json(body).scan.scan_id
    stage.save_policy()
    _answer_all(stage, scan_id)
    handle = stage.handler()
    stage.consume(handle, [body])
    _forget_report(stage, scan_id)
    watch = stage.stopwatch()
    watch(lambda: stage.consume(handle, [body]))
    if not stage.hub.file(report_key(scan_id, "finished")).exists():
        raise NotDone(f"the report was not written; its log is {stage.log}")
    return stage.took(watch, stage.accounts * len(REGIONS))


def _answer_all(stage: Stage, scan_id: str) -> None:
    """Every unit's result is that of the unit of its region that a worker has scanned."""
    for region in REGIONS:
        account, lines = _scanned(stage, scan_id, region)
        for number in range(stage.accounts):
            unit = Unit(account_id(number), region)
            found = lines.replace(account, unit.account_id)
            packed = gzip.compress(found.encode(), mtime=0)
            stage.hub.keep(result_key(scan_id, unit), packed)


def _scanned(stage: Stage, scan_id: str, region: str) -> tuple[str, str]:
    """The account of a unit that was scanned, and what was found there."""
    if region == HOME_REGION:
        file = stage.hub.file(result_key(scan_id, Unit(SAMPLE, region)))
    else:
        file = next(_results(stage, scan_id, region), Path())
    if not file.is_file():
        raise NotDone(f"no worker has scanned a unit of {region}")
    return file.parent.name, gzip.decompress(file.read_bytes()).decode()


def _results(stage: Stage, scan_id: str, region: str) -> Iterator[Path]:
    names = (result_key(scan_id, Unit(account_id(n), region)) for n in range(stage.accounts))
    return (file for file in map(stage.hub.file, names) if file.is_file())


def _forget_report(stage: Stage, scan_id: str) -> None:
    """So that the next one does not find its work done."""
    stage.hub.file(report_key(scan_id, "finished")).unlink()
