"""What the doctor found, as the JSON document of `steward doctor`. docs/guide/doctor.md describes
it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from steward_cli.doctor.examining import Examined
from steward_cli.doctor.findings import Status
from steward_cli.plan_report import Part


class Seen(Part):
    call: str
    field: str
    value: str


class CheckReport(Part):
    name: str
    status: Status
    why: str
    mend: str
    evidence: tuple[Seen, ...]
    seconds: float


class DoctorReport(Part):
    format: Literal["steward.doctor/1"] = "steward.doctor/1"
    at: datetime
    account_id: str
    region: str
    stack: str
    status: Status
    checks: tuple[CheckReport, ...]

    def count(self, status: Status) -> int:
        return sum(each.status is status for each in self.checks)


def doctor_report(
    examined: Iterable[Examined], order: Iterable[str], at: datetime, place: tuple[str, str, str]
) -> DoctorReport:
    """`place`: account, region and stack of the hub. The worst check is the whole's status."""
    by_name = {each.name: each for each in examined}
    rows = tuple(_row(by_name[name]) for name in order if name in by_name)
    account_id, region, stack = place
    worst = max((row.status for row in rows), key=lambda each: each.rank, default=Status.OK)
    return DoctorReport(
        at=at,
        account_id=account_id,
        region=region,
        stack=stack,
        status=Status.OK if worst is Status.SKIPPED else worst,
        checks=rows,
    )


def _row(examined: Examined) -> CheckReport:
    found = examined.finding
    return CheckReport(
        name=examined.name,
        status=found.status,
        why=found.why,
        mend=found.mend,
        evidence=tuple(Seen(call=e.call, field=e.field, value=e.value) for e in found.evidence),
        seconds=round(examined.took.total_seconds(), 2),
    )
