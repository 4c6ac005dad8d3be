"""What Steward finds about one function: its state, how grave it is, and what to do.

Every function of the inventory falls into exactly one bucket, so that the buckets add up to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from steward.domain.runtimes.exceptions import GrantedException, Ruling, ruling_for
from steward.domain.runtimes.functions import LATEST, Function
from steward.domain.runtimes.lifecycle import Lifecycle, Runtime
from steward.domain.runtimes.severity import DEFAULTS, Level, Severity, Windows, severity_of
from steward.domain.runtimes.states import RuntimeState, State, state_of
from steward.domain.runtimes.targets import Targets, targets_for


class Bucket(StrEnum):
    """FINE: nothing to do yet. UNKNOWN is neither pass nor fail and goes to the platform team."""

    FINE = "fine"
    AFFECTED = "affected"
    EXCEPTED = "excepted"
    UNKNOWN = "unknown"
    IMAGE = "image"
    CUSTOM = "custom"
    NOT_COVERED = "not covered"


@dataclass(frozen=True, slots=True)
class Finding:
    """`targets` and `ruling` are None where there is nothing to change or to except."""

    function: Function
    bucket: Bucket
    state: State
    severity: Severity
    targets: Targets | None = None
    ruling: Ruling | None = None


_WITHOUT_DATES = {
    RuntimeState.UNKNOWN: Bucket.UNKNOWN,
    RuntimeState.IMAGE: Bucket.IMAGE,
    RuntimeState.CUSTOM: Bucket.CUSTOM,
}


def find(
    function: Function,
    lifecycle: Lifecycle,
    exceptions: Sequence[GrantedException],
    today: date,
    windows: Windows = DEFAULTS,
) -> Finding:
    """What there is to say about `function` today."""
    state = state_of(function.runtime_id, function.package_type, lifecycle, today)
    runtime = lifecycle.runtime(function.runtime_id or "")
    if state.state in _WITHOUT_DATES or runtime is None:
        bucket = _WITHOUT_DATES.get(state.state, Bucket.UNKNOWN)
        return Finding(function, bucket, state, Severity(Level.NONE, state.reason))
    severity = _severity(function, runtime, today, windows)
    if severity.level is Level.NONE:
        return Finding(function, Bucket.FINE, state, severity)
    ruled = ruling_for(function.as_excepted(), exceptions, runtime, state, today)
    bucket = Bucket.EXCEPTED if ruled and ruled.holds else Bucket.AFFECTED
    targets = targets_for(runtime, lifecycle, today, function.needs)
    return Finding(function, bucket, state, severity, targets, ruled)


def _severity(function: Function, runtime: Runtime, today: date, windows: Windows) -> Severity:
    """A published version that nothing uses is low, whatever its runtime."""
    severity = severity_of(runtime, today, function.exposure, windows)
    if function.version == LATEST or function.in_use or severity.level.rank <= Level.LOW.rank:
        return severity
    return Severity(Level.LOW, f"a version that nothing uses; {severity.reason}", "delete it")


def story(finding: Finding) -> tuple[object, ...]:
    """What of a finding is worth writing again when it changes: not the days that pass."""
    targets = finding.targets
    return (
        finding.bucket,
        finding.function.runtime_id,
        finding.function.owner,
        finding.function.stack,
        finding.state.state,
        finding.state.milestone,
        finding.state.day,
        finding.severity.level,
        targets.smallest.runtime_id if targets and targets.smallest else None,
        finding.ruling.holds if finding.ruling else None,
    )


def tally(findings: Iterable[Finding], not_covered: int = 0) -> Mapping[Bucket, int]:
    """How many functions are in each bucket; `not_covered` are known to exist and were not read."""
    counts = dict.fromkeys(Bucket, 0)
    for finding in findings:
        counts[finding.bucket] += 1
    counts[Bucket.NOT_COVERED] += not_covered
    return counts
