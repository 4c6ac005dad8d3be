"""Config, Lambda and Health on one function: Lambda beats Config beats Health for what runs.

Nothing closes but on a live read, or on two absences in a row.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# Health may take this long to mark a resource as resolved.
# "Viewing Health events for planned lifecycle events", AWS Health User Guide.
HEALTH_LAG = timedelta(hours=72)
ABSENCES_TO_CLOSE = 2


class Sight(StrEnum):
    """What one source shows of `$LATEST`. OLD: on a runtime that is ending or ended."""

    NOT_ASKED = "not asked"
    ABSENT = "absent"
    OLD = "old runtime"
    NEW = "new runtime"


class Versions(StrEnum):
    """What is known of published versions on an old runtime. USED: by an alias or a trigger."""

    NOT_ASKED = "not asked"
    NONE = "none"
    UNUSED = "unused"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`pending`: for how long Health has it as pending; None when it does not.

    `absences`: scans in a row, this one included, in which the function was not there.
    """

    config: Sight
    live: Sight
    pending: timedelta | None = None
    resolved: bool = False
    versions: Versions = Versions.NOT_ASKED
    absences: int = 0
    was_open: bool = False


class Outcome(StrEnum):
    """What the sources come to."""

    OPEN = "OPEN"
    FINE = "FINE"
    FIXED = "FIXED"
    LAGGING = "LAGGING"
    ABSENT_ONCE = "ABSENT_ONCE"
    DELETED = "DELETED"
    CONFIG_BLIND = "CONFIG_BLIND"
    NEEDS_LIVE_CHECK = "NEEDS_LIVE_CHECK"
    VERSION_ONLY = "VERSION_ONLY"
    CHECK_VERSIONS = "CHECK_VERSIONS"
    NOT_COVERED = "NOT_COVERED"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """`open`: whether there is a finding from now on; it closes when it was and is not."""

    outcome: Outcome
    open: bool
    reason: str


def reconcile(evidence: Evidence) -> Reconciled:
    """What `evidence` comes to, and the sentence why."""
    match evidence.live:
        case Sight.OLD:
            return _runs_old(evidence)
        case Sight.NEW:
            return _runs_new(evidence)
        case Sight.ABSENT:
            return _is_gone(evidence, "Lambda does not know it")
        case Sight.NOT_ASKED:
            return _not_read_live(evidence)


def _runs_old(evidence: Evidence) -> Reconciled:
    if evidence.config is Sight.ABSENT:
        reason = "Lambda runs it on an old runtime and Config does not know it: a gap in coverage"
        return Reconciled(Outcome.CONFIG_BLIND, True, reason)
    return Reconciled(Outcome.OPEN, True, "Lambda runs it on an old runtime")


def _runs_new(evidence: Evidence) -> Reconciled:
    if evidence.versions is Versions.USED:
        reason = "$LATEST is fine, but a published version on an old runtime is in use"
        return Reconciled(Outcome.VERSION_ONLY, True, reason)
    if evidence.versions is Versions.UNUSED:
        reason = "$LATEST is fine; a published version on an old runtime is left, unused"
        return Reconciled(Outcome.VERSION_ONLY, True, reason)
    if evidence.pending is not None and evidence.pending > HEALTH_LAG:
        return _still_pending(evidence)
    if evidence.config is Sight.OLD or evidence.pending is not None:
        reason = "Lambda runs it on a new runtime; Config or Health has not seen it yet"
        return Reconciled(Outcome.LAGGING, False, reason)
    outcome = Outcome.FIXED if evidence.was_open else Outcome.FINE
    return Reconciled(outcome, False, "Lambda runs it on a new runtime")


def _still_pending(evidence: Evidence) -> Reconciled:
    said = "Lambda runs it on a new runtime, but Health has it as pending for more than 72 hours"
    if evidence.versions is Versions.NONE:
        reason = f"{said}; no version is on an old one, so look at other regions"
        return Reconciled(Outcome.FIXED if evidence.was_open else Outcome.FINE, False, reason)
    reason = f"{said}; look at its published versions"
    return Reconciled(Outcome.CHECK_VERSIONS, evidence.was_open, reason)


def _is_gone(evidence: Evidence, said: str) -> Reconciled:
    if not evidence.was_open and evidence.config is not Sight.OLD:
        return Reconciled(Outcome.FINE, False, said)
    if evidence.absences >= ABSENCES_TO_CLOSE:
        reason = f"{said}, in {evidence.absences} scans in a row: deleted"
        return Reconciled(Outcome.DELETED, False, reason)
    reason = f"{said}; a second scan has to agree"
    return Reconciled(Outcome.ABSENT_ONCE, evidence.was_open, reason)


def _not_read_live(evidence: Evidence) -> Reconciled:
    match evidence.config:
        case Sight.OLD:
            return _config_says_old(evidence)
        case Sight.NEW:
            return _config_says_new(evidence)
        case Sight.ABSENT:
            return _config_knows_nothing(evidence)
        case Sight.NOT_ASKED:
            return _only_health(evidence, "neither Config nor Lambda was asked")


def _config_says_old(evidence: Evidence) -> Reconciled:
    if evidence.resolved:
        reason = "Config shows an old runtime, Health says resolved: one live read decides"
        return Reconciled(Outcome.NEEDS_LIVE_CHECK, True, reason)
    return Reconciled(Outcome.OPEN, True, "Config shows an old runtime")


def _config_says_new(evidence: Evidence) -> Reconciled:
    if evidence.was_open:
        reason = "Config shows a new runtime: one live read closes it"
        return Reconciled(Outcome.NEEDS_LIVE_CHECK, True, reason)
    if evidence.pending is not None and evidence.pending > HEALTH_LAG:
        reason = "Config shows a new runtime, Health pending: look at its published versions"
        return Reconciled(Outcome.CHECK_VERSIONS, False, reason)
    return Reconciled(Outcome.FINE, False, "Config shows a new runtime")


def _config_knows_nothing(evidence: Evidence) -> Reconciled:
    if evidence.pending is not None:
        return _only_health(evidence, "Config does not know it")
    return _is_gone(evidence, "Config does not know it any more")


def _only_health(evidence: Evidence, said: str) -> Reconciled:
    if evidence.pending is None:
        return Reconciled(Outcome.NOT_COVERED, evidence.was_open, said)
    reason = f"{said}, but Health has it as affected: one live read decides"
    return Reconciled(Outcome.NEEDS_LIVE_CHECK, True, reason)
