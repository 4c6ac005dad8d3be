"""Whether a report can be written yet, and when to look again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.domain.runtimes.plans import ScanPlan
from steward.domain.stacks import Unit

LONGEST_WAIT = timedelta(minutes=60)
MOST_TRIES = 40
LONGEST_DELAY_SECONDS = 300
_SHORTEST_DELAY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Wait:
    """Units that are not done yet, and the seconds until it is worth looking again."""

    missing: int
    delay_seconds: int


def wait_for(
    plan: ScanPlan, done: Collection[Unit], tries: int, now: datetime, first_delay_seconds: int
) -> Wait | None:
    """How long to wait for the units of `plan`; None when they are done, or it took too long."""
    missing = sum(Unit(each.account_id, each.region) not in done for each in plan.units)
    if not missing or tries >= MOST_TRIES or now - plan.scanned_at >= LONGEST_WAIT:
        return None
    delay = max(first_delay_seconds, _SHORTEST_DELAY_SECONDS) * (tries + 1)
    return Wait(missing, min(delay, LONGEST_DELAY_SECONDS))
