"""Results of checks, for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from steward.domain.rollouts.results import CheckMode, CheckResult, Outcome

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def make_result(
    outcome: Outcome = Outcome.PASS,
    name: str = "health",
    *,
    mode: CheckMode = CheckMode.ENFORCE,
    reason: str = "answered 200",
    evidence: Any = None,
    fails: bool | None = None,
) -> CheckResult:
    """`fails` follows the outcome as in a check without settings of its own."""
    of_itself = outcome in (Outcome.FAIL, Outcome.ERROR)
    return CheckResult(
        name=name,
        type="invoke",
        mode=mode,
        outcome=outcome,
        reason=reason,
        evidence=evidence or {},
        started_at=NOW,
        took=timedelta(seconds=1),
        fails=of_itself if fails is None else fails,
    )
