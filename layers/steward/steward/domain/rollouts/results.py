"""What a check found, and what follows from all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

type Evidence = Mapping[str, object]


class Phase(StrEnum):
    """When checks run: before traffic shifts, while it does, after it has."""

    PRE = "pre"
    SHIFT = "shift"
    POST = "post"


class CheckMode(StrEnum):
    """enforce: a failing check fails the deployment. observe: it is recorded and told only."""

    OBSERVE = "observe"
    ENFORCE = "enforce"


class Outcome(StrEnum):
    """What one check came to.

    error: it could not be carried out. inconclusive: it was, and the data decide nothing.
    skipped: there was nothing to check.
    """

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    INCONCLUSIVE = "inconclusive"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, as a sentence of reason and as JSON values of evidence."""

    outcome: Outcome
    reason: str
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of one phase. `fails`: whether its outcome, enforced, fails the deployment."""

    name: str
    type: str
    mode: CheckMode
    outcome: Outcome
    reason: str
    evidence: Evidence
    started_at: datetime
    took: timedelta
    fails: bool


class Status(StrEnum):
    """What CodeDeploy is told ("PutLifecycleEventHookExecutionStatus", AWS CodeDeploy API)."""

    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


class Cause(StrEnum):
    """Who or what came to a verdict.

    checks: the checks did. rollback: a rollback is never held up. override: an operator let it
    pass. hook: the hook itself failed. deadline: the hook ran out of time. failsafe: the hook died
    and the failsafe function answered. watchdog: nobody answered in time. guard: a look while
    traffic shifted. configuration: the workload's configuration cannot be used.
    """

    CHECKS = "checks"
    ROLLBACK = "rollback"
    OVERRIDE = "override"
    HOOK = "hook"
    DEADLINE = "deadline"
    FAILSAFE = "failsafe"
    WATCHDOG = "watchdog"
    GUARD = "guard"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a phase of a deployment came to, with everything that led to it.

    `reason` is one sentence for a person. `configuration` names what the checks were declared by,
    in order of precedence (such as `parameter /steward/rollout/shop version 3`). `notes` say what
    was odd and changed nothing, such as an override that cannot be read. `owner`, `notify`: whom
    the configuration names, and of what they want to be told.
    """

    deployment_id: str
    phase: Phase
    status: Status
    cause: Cause
    reason: str
    decided_at: datetime
    results: tuple[CheckResult, ...] = ()
    configuration: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    mode: CheckMode = CheckMode.ENFORCE
    owner: tuple[str, ...] = ()
    notify: tuple[str, ...] = ("failed", "rolled_back", "overridden", "stuck")
