"""How long to wait for CloudWatch before traffic that has shifted is judged."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from steward.domain.rollouts.config_checks import (
    AlarmsCheck,
    AnyCheck,
    CompareCheck,
    MetricCheck,
)
from steward.workflows.rollouts.bench import ShiftWindow

# "Types of metrics for Lambda functions", AWS Lambda Developer Guide: a datum bears the time at
# which its invocation began and comes when that has ended, so the timeout counts.
_SHORTEST = timedelta(seconds=60)
_LONGEST = timedelta(seconds=180)


def needs_settling(checks: Iterable[AnyCheck]) -> bool:
    """Whether any of them looks at what CloudWatch counted."""
    counting = (AlarmsCheck, CompareCheck, MetricCheck)
    return any(check.enabled and isinstance(check, counting) for check in checks)


def settle_time(
    wanted: int | Literal["auto"],
    function_timeout: timedelta | None,
    window: ShiftWindow | None,
    now: datetime,
    deadline: datetime,
) -> timedelta:
    """How long to wait from `now`, so that a third of the time until `deadline` is left.

    It counts from the end of the shift, and from now where that is not known. Nobody knowing the
    function's timeout, the longest wait is right.
    """
    since = window.ended_at if window and window.ended_at else now
    left = since + _settling(wanted, function_timeout) - now
    return max(timedelta(), min(left, (deadline - now) * 2 / 3))


def _settling(wanted: int | Literal["auto"], function_timeout: timedelta | None) -> timedelta:
    if wanted != "auto":
        return timedelta(seconds=wanted)
    return max(_SHORTEST, min(function_timeout or _LONGEST, _LONGEST))
