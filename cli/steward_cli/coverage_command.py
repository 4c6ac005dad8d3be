"""`steward coverage`: which units did the last sweeps reach, and which not? Reads only."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from steward.domain.coverage import SweepCoverage, latest_finished
from steward.domain.instants import UnreadableInstant, parse_instant
from steward_cli import clock
from steward_cli import options as given
from steward_cli.ages import short_age
from steward_cli.clock import UTC_ZONE
from steward_cli.coverage_rendering import show_coverage
from steward_cli.coverage_report import CoverageReport, sweep_rows, unreachable_units
from steward_cli.coverage_runtimes import runtime_scan
from steward_cli.failures import ExitCode, Failure
from steward_cli.installation import Installation, installation
from steward_cli.terminal import answers, remarks, say

OLD_AFTER = timedelta(hours=26)
MOST_SWEEPS = 720
# A sweep that was planned every hour and may take two is among so many.
_FEWEST_READ = 5
_SKEW = timedelta(minutes=15)


def coverage(
    sweeps: Annotated[
        int, typer.Option(metavar="N", min=1, max=MOST_SWEEPS, help="How many sweeps to show.")
    ] = 5,
    units: Annotated[
        bool, typer.Option("--units", help="Every unit and account by name, however many.")
    ] = False,
    profile: given.Profile = None,
    endpoint: given.Endpoint = None,
    hub_stack: given.HubStack = None,
    hub_region: given.HubRegion = None,
    at: given.At = None,
    as_json: given.AsJson = False,
) -> None:
    """Show what the last sweeps covered: planned, swept, unreachable and unanswered units.

    Exit code 0: the newest finished sweep swept every unit. 1: it is partial, or there is none. 2:
    called wrongly. 3: AWS could not be reached or refused.
    """
    now = _moment(at)
    options = given.Options(
        profile=profile, endpoint=endpoint, hub_region=hub_region, hub_stack=hub_stack
    )
    report = _report(installation(options), sweeps, now, all_units=units)
    if as_json:
        sys.stdout.write(report.model_dump_json(indent=2) + "\n")
    else:
        show_coverage(report, answers(), everything=units)
    for warning in report.warnings:
        say(remarks(), f"warning: {warning}")
    if not report.whole:
        raise typer.Exit(ExitCode.NOT_WHOLE)


def _moment(at: str | None) -> datetime:
    if at is None:
        return clock.now()
    try:
        return parse_instant(at, UTC_ZONE)
    except UnreadableInstant as error:
        raise Failure(f"--at: {error}", "write it like that", ExitCode.USAGE) from None


def _report(place: Installation, wanted: int, now: datetime, *, all_units: bool) -> CoverageReport:
    ledger = place.ledger
    known = ledger.sweeps(max(wanted, _FEWEST_READ))
    latest = latest_finished(known, now)
    return CoverageReport(
        at=now.astimezone(UTC),
        whole=latest is not None and latest.whole,
        latest_finished=latest.sweep_id if latest else "",
        warnings=tuple(_warnings(known, latest, now)),
        sweeps=sweep_rows(ledger, known[:wanted], now, all_units=all_units),
        unreachable_now=unreachable_units(ledger),
        passed_over=known[0].passed_over if known else {},
        runtimes=runtime_scan(place),
    )


def _warnings(
    known: Sequence[SweepCoverage], latest: SweepCoverage | None, now: datetime
) -> Iterator[str]:
    if not known:
        yield (
            "no sweep is on record, so nothing was ever covered; wait for the schedule "
            "(LeaseSchedule), or see why it does not run in the log group that ends with "
            "/lease_planner"
        )
        return
    newest = known[0]
    if now - newest.swept_at > OLD_AFTER:
        yield (
            f"the newest sweep is {short_age(newest.swept_at, now)} old; see in the log group that "
            "ends with /lease_planner why none follows"
        )
    if newest.swept_at - now > _SKEW:
        yield f"sweep {newest.sweep_id} is ahead of {now:%Y-%m-%dT%H:%M:%SZ}; correct the clock"
    if latest is None:
        yield "no sweep has finished yet"
    elif not latest.whole:
        yield f"sweep {latest.sweep_id} is not whole: {latest.sentence(now)}"
