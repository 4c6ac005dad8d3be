"""Where one function, or one published version, stands after a scan, and what the ledger is told.

The ledger holds a finding exactly for what is affected, excepted or of an unknown runtime. What was
not seen in a scan keeps its finding as it is, but for how often it was absent.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from steward.domain.runtimes.findings import Bucket, Finding, story
from steward.domain.runtimes.inventory import SeenFunction
from steward.domain.runtimes.reconciliation import (
    Evidence,
    Outcome,
    Reconciled,
    Sight,
    Versions,
    reconcile,
)
from steward.domain.runtimes.records import FindingChange, FindingOnRecord

WITH_FINDING = frozenset({Bucket.AFFECTED, Bucket.EXCEPTED, Bucket.UNKNOWN})
_STORY = (
    *("bucket", "runtime", "owner", "stack", "state", "milestone", "day", "level", "target"),
    "excepted",
)


@dataclass(frozen=True, slots=True)
class Look:
    """What one source shows. `asked`: whether it could be looked at; `seen` None: not there."""

    asked: bool = False
    seen: SeenFunction | None = None


NOBODY_LOOKED = Look()


@dataclass(frozen=True, slots=True)
class Looks:
    """What all sources show of one function or version. `pending`, `resolved`: what Health says."""

    config: Look = NOBODY_LOOKED
    live: Look = NOBODY_LOOKED
    pending: timedelta | None = None
    resolved: bool = False
    versions: Versions = Versions.NOT_ASKED

    @property
    def latest(self) -> Look:
        """Lambda beats Config for what runs."""
        return self.live if self.live.asked else self.config


@dataclass(frozen=True, slots=True)
class Standing:
    """What the sources come to. `open`: whether the finding of this very version stays or opens.

    `seen`: what a scan shows of it now; None when its finding stands by the ledger's word alone, or
    when there is nothing left to report.
    """

    reconciled: Reconciled
    open: bool
    seen: SeenFunction | None
    absences: int = 0


def stand(
    looks: Looks,
    record: FindingOnRecord | None,
    at: datetime,
    ends: Callable[[SeenFunction], bool],
) -> Standing:
    """Where it stands at `at`; `ends` says whether there is a finding about what was seen."""
    absences = _absences(looks, record, at)
    evidence = Evidence(
        config=_sight(looks.config, ends),
        live=_sight(looks.live, ends),
        pending=looks.pending,
        resolved=looks.resolved,
        versions=looks.versions,
        absences=absences,
        was_open=record is not None,
    )
    reconciled = reconcile(evidence)
    is_open = reconciled.open and reconciled.outcome is not Outcome.VERSION_ONLY
    seen = looks.latest.seen
    proven = seen is not None and ends(seen)
    return Standing(reconciled, is_open, None if is_open and not proven else seen, absences)


def finding_change(
    record: FindingOnRecord | None, finding: Finding | None, standing: Standing, at: datetime
) -> FindingChange | None:
    """What the ledger has to be told; None when there is nothing new.

    `finding` is about `standing.seen`, else about what the ledger knows of it.
    """
    holds = standing.open and finding is not None and finding.bucket in WITH_FINDING
    if finding is None or not holds:
        return _closed(record, finding, standing)
    why = f"{standing.reconciled.reason}; {finding.state.reason}"
    if record is None:
        return FindingChange(None, _opened(finding, at), why)
    after = _as_it_is_now(record, finding, standing)
    if after == record:
        return None
    return FindingChange(record, replace(after, changed_at=at), why)


def known_place(record: FindingOnRecord) -> tuple[str, str]:
    """The owner and the root stack that the ledger has of a finding; empty if it cannot say."""
    try:
        match json.loads(record.story):
            case {"owner": str(owner), "stack": str(stack)}:
                return owner, stack
            case _:
                return "", ""
    except ValueError:
        return "", ""


def story_text(finding: Finding) -> str:
    """`story` as the ledger keeps it."""
    return json.dumps(dict(zip(_STORY, story(finding), strict=True)), default=str)


def _sight(look: Look, ends: Callable[[SeenFunction], bool]) -> Sight:
    if not look.asked:
        return Sight.NOT_ASKED
    if look.seen is None:
        return Sight.ABSENT
    return Sight.OLD if ends(look.seen) else Sight.NEW


def _absences(looks: Looks, record: FindingOnRecord | None, at: datetime) -> int:
    """A scan that is done twice, as its message came twice, is one scan."""
    if not looks.latest.asked:
        return record.absences if record else 0
    if looks.latest.seen is not None:
        return 0
    if record is None:
        return 1
    return record.absences if record.changed_at >= at else record.absences + 1


def _closed(
    record: FindingOnRecord | None, finding: Finding | None, standing: Standing
) -> FindingChange | None:
    if record is None:
        return None
    by_dates = standing.open and finding is not None
    why = finding.state.reason if by_dates and finding else standing.reconciled.reason
    return FindingChange(record, None, why)


def _opened(finding: Finding, at: datetime) -> FindingOnRecord:
    function = finding.function
    return FindingOnRecord(
        unit=function.unit,
        name=function.name,
        version=function.version,
        runtime_id=function.runtime_id or "",
        level=finding.severity.level,
        story=story_text(finding),
        opened_at=at,
        changed_at=at,
    )


def _as_it_is_now(record: FindingOnRecord, finding: Finding, standing: Standing) -> FindingOnRecord:
    if standing.seen is None:
        return replace(record, absences=standing.absences)
    return replace(
        record,
        runtime_id=finding.function.runtime_id or "",
        level=finding.severity.level,
        story=story_text(finding),
        absences=standing.absences,
    )
