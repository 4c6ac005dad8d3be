"""The exceptions on record, as the JSON document of `steward runtimes exceptions`.

docs/guide/cli.md describes it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from steward.domain.runtimes.exceptions import GrantedException, ruling
from steward.domain.runtimes.lifecycle import Lifecycle
from steward.domain.runtimes.reporting.overview import ExceptionLine, Overview
from steward.domain.runtimes.states import runtime_state
from steward_cli.plan_report import Part


class ExceptionNow(Part):
    """`holds`: whether it covers anything today, and `why`. `functions`: how many it covered in
    the latest report; null when that does not know it."""

    kind: str
    scope: str
    runtime: str
    reason: str
    approver: str
    second_approver: str
    created: date
    expires: date
    granted_in: str
    control: str
    ticket: str
    holds: bool
    why: str
    functions: int | None


class ExceptionsReport(Part):
    """`scan_id`: of the report that the numbers are from; empty when there is none."""

    format: Literal["steward.runtimes.exceptions/1"] = "steward.runtimes.exceptions/1"
    at: datetime
    scan_id: str
    exceptions: tuple[ExceptionNow, ...]


def exceptions_report(
    granted: Iterable[GrantedException],
    overview: Overview | None,
    lifecycle: Lifecycle,
    now: datetime,
) -> ExceptionsReport:
    """All of them, those that end first before the others."""
    ordered = sorted(granted, key=lambda each: (each.expires, each.scope, each.runtime))
    lines = overview.exceptions if overview else ()
    return ExceptionsReport(
        at=now,
        scan_id=overview.scan_id if overview else "",
        exceptions=tuple(_now(each, lines, lifecycle, now.date()) for each in ordered),
    )


def _now(
    granted: GrantedException, lines: Iterable[ExceptionLine], lifecycle: Lifecycle, today: date
) -> ExceptionNow:
    runtime = lifecycle.runtime(granted.runtime)
    if runtime is None:
        holds, why = False, f"{granted.runtime} is not in the lifecycle table"
    else:
        ruled = ruling(granted, runtime, runtime_state(runtime, today), today)
        holds, why = ruled.holds, ruled.reason
    counted = (line.functions for line in lines if _is_of(line, granted))
    return ExceptionNow(
        kind=granted.kind,
        scope=granted.scope,
        runtime=granted.runtime,
        reason=granted.reason,
        approver=granted.approver,
        second_approver=granted.second_approver,
        created=granted.created,
        expires=granted.expires,
        granted_in=granted.granted_in,
        control=granted.control,
        ticket=granted.ticket,
        holds=holds,
        why=why,
        functions=next(counted, None),
    )


def _is_of(line: ExceptionLine, granted: GrantedException) -> bool:
    named = line.scope, line.runtime, line.expires
    return named == (f"{granted.kind} {granted.scope}", granted.runtime, granted.expires)
