"""What a planned scan is, what its invoker is told of it, and what is counted."""

from dataclasses import dataclass

from aws_lambda_powertools.metrics import MetricUnit

from steward.domain.runtimes.moved import DateMoved
from steward.domain.runtimes.plans import ScanDates, ScanPlan
from steward.domain.runtimes.records import DateOnRecord
from steward.domain.stacks import Account
from steward.messages import RuntimeUnitWork, Scan, ScanAnswer
from steward.observability import logger, metrics


@dataclass(frozen=True, slots=True)
class PlannedScan:
    """All of a scan, before any of it is sent. In the end `changed` dates and `members` are put on
    record: an account's mode and name are read from there when its owners are told."""

    scan: Scan
    works: tuple[RuntimeUnitWork, ...]
    plan: ScanPlan
    dates: ScanDates
    changed: tuple[DateOnRecord, ...]
    members: tuple[Account, ...]


def nothing(reason: str) -> dict[str, object]:
    """The answer when no scan is planned, and a line in the log."""
    logger.warning("no scan of runtimes is planned", reason=reason)
    return ScanAnswer(reason=reason).model_dump(mode="json")


def answer_of(planned: PlannedScan) -> dict[str, object]:
    """What the invoker wants to know: the scan, and each source that it had or had not."""
    capabilities = {str(each.name): each.reason for each in planned.plan.capabilities}
    return ScanAnswer(
        scan_id=planned.scan.scan_id,
        units=len(planned.works),
        reason=planned.scan.why,
        capabilities=capabilities,
    ).model_dump(mode="json")


def count(planned: PlannedScan) -> None:
    """Metrics and log. RuntimeSourcesMissing counts the sources that the scan had to do without."""
    missing = [each for each in planned.plan.capabilities if not each.available]
    metrics.add_metric("RuntimeScansPlanned", MetricUnit.Count, 1)
    metrics.add_metric("RuntimeUnitsPlanned", MetricUnit.Count, len(planned.works))
    metrics.add_metric("RuntimeSourcesMissing", MetricUnit.Count, len(missing))
    for each in missing:
        logger.warning("a source is missing", source=each.name, reason=each.reason)
    if planned.dates.moved:
        moved = len(planned.dates.moved)
        metrics.add_metric("RuntimeDatesChanged", MetricUnit.Count, moved)
    for move in planned.dates.moved:
        _tell(move)
    logger.info(
        "scan of runtimes planned",
        scan_id=planned.scan.scan_id,
        units=len(planned.works),
        live=sum(work.live for work in planned.works),
        why=planned.scan.why,
    )


def _tell(move: DateMoved) -> None:
    logger.info(
        "a date of a runtime moved",
        runtime=move.runtime_id,
        milestone=move.milestone,
        before=move.before and move.before.isoformat(),
        after=move.after and move.after.isoformat(),
        says=move.speaker,
    )
