"""The documents that a planned scan leaves for its workers and its report."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from pydantic import ValidationError

from steward.domain.runtimes.claims import Claim
from steward.domain.runtimes.inventory import Capability
from steward.domain.runtimes.moved import DateMoved
from steward.domain.runtimes.places import MANIFEST, lifecycle_key
from steward.domain.runtimes.plans import PlannedUnit, ScanDates, ScanPlan, SourceAge
from steward.domain.runtimes.reporting.manifest import Manifest
from steward.domain.stacks import Unit
from steward.messages import RuntimeUnitWork, Scan
from steward.workflows.runtimes.dates import DatesSeen
from steward.workflows.runtimes.planning_problems import Problems
from steward.workflows.runtimes.planning_reach import Reach
from steward.workflows.runtimes.planning_sources import Told


class Files(Protocol):
    """Where the documents lie."""

    def read(self, key: str) -> bytes | None: ...


def plan_of(
    scan: Scan,
    works: Iterable[RuntimeUnitWork],
    passed_over: Mapping[str, str],
    capabilities: tuple[Capability, ...],
    ages: tuple[SourceAge, ...],
    problems: tuple[str, ...],
) -> ScanPlan:
    """What was planned, and all that is missing from it."""
    return ScanPlan(
        scan_id=scan.scan_id,
        scanned_at=scan.scanned_at,
        full=scan.full,
        why=scan.why,
        policy=scan.policy,
        units=tuple(map(_planned, works)),
        passed_over=passed_over,
        capabilities=capabilities,
        ages=ages,
        problems=problems,
    )


def _planned(work: RuntimeUnitWork) -> PlannedUnit:
    return PlannedUnit(
        account_id=work.account.account_id, account_name=work.account.name, region=work.region
    )


def passed_over(reach: Reach, *sources: Told) -> dict[str, str]:
    """The accounts that are left out and why, with how much the sources show of each."""
    shown: dict[str, list[str]] = {account_id: [] for account_id in reach.passed_over}
    for source in sources:
        for account_id, rows in Counter(source.passed_over).items():
            functions = "1 function" if rows == 1 else f"{rows} functions"
            said = f"{source.capability.name} shows {functions} there"
            shown.setdefault(account_id, []).append(said)
    return {
        account_id: "; ".join([reach.why_not(account_id), *said])
        for account_id, said in sorted(shown.items())
    }


def dates_of(
    scan: Scan,
    claims: Sequence[Claim],
    recommended: Mapping[str, str],
    seen: DatesSeen,
    today: date,
    files: Files,
) -> ScanDates:
    """The dates document. What a scan of the same id told as moved before, it still tells: the
    record has the new dates by then."""
    moved = dict.fromkeys((*_told_before(scan, files), *seen.moved))
    return ScanDates(
        scan_id=scan.scan_id,
        today=today,
        claims=tuple(claims),
        recommended=recommended,
        moved=tuple(moved),
        known_since=seen.known_since,
        ignored=seen.ignored,
    )


def known_units(manifest: bytes, problems: Problems) -> frozenset[Unit]:
    """The units in which the last report knew functions; the report mends a broken manifest."""
    try:
        units = Manifest.model_validate_json(manifest).units
    except ValidationError as error:
        first = error.errors(include_input=False)[0]["msg"]
        problems.note(f"{MANIFEST} cannot be read ({first}); units that it alone knew are left out")
        return frozenset()
    return frozenset(each.unit for each in units if each.functions)


def _told_before(scan: Scan, files: Files) -> tuple[DateMoved, ...]:
    body = files.read(lifecycle_key(scan.scan_id))
    if body is None:
        return ()
    try:
        return ScanDates.model_validate_json(body).moved
    except ValidationError:
        return ()
