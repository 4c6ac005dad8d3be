"""Trace the creators of one unit's stacks in CloudTrail, within what an account may ask it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from steward.aws.answers import NoAnswer
from steward.aws.creators import HISTORY, SECONDS_A_CALL, find_creator
from steward.domain.leases import Creator
from steward.domain.stacks import Stack
from steward.observability import logger

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient

MOST_STACKS = 20
# The event history lags behind the calls, usually by minutes; nothing is guaranteed.
MAY_STILL_COME = timedelta(hours=1)


@dataclass(slots=True)
class CreatorSearch:
    """For one sweep of one unit. After the first refusal it asks no more: the next sweep does."""

    connect: "Callable[[], CloudTrailClient]"
    pause: Callable[[float], None] = time.sleep
    _asked: int = field(default=0, init=False)
    _has_called: bool = field(default=False, init=False)
    _refused: str = field(default="", init=False)

    def ask(self, stack: Stack, now: datetime) -> tuple[Creator | None, str]:
        """The creator, nameless if none can be found any more; or None and why to ask again."""
        if now - stack.created_at > HISTORY:
            return Creator("", f"CloudTrail tells {HISTORY.days} days back, the stack is older"), ""
        if self._refused:
            return None, self._refused
        if self._asked == MOST_STACKS:
            return None, f"CloudTrail is asked of {MOST_STACKS} stacks a sweep, others came first"
        self._asked += 1
        try:
            creator = find_creator(self.connect(), stack.stack_id, stack.created_at, self._pace)
        except NoAnswer as error:
            logger.warning(str(error), unit=str(stack.unit))
            self._refused = error.why
            return None, self._refused
        return _final(creator, stack, now)

    def _pace(self) -> None:
        if self._has_called:
            self.pause(SECONDS_A_CALL)
        self._has_called = True


def _final(creator: Creator | None, stack: Stack, now: datetime) -> tuple[Creator | None, str]:
    if creator is None and now - stack.created_at < MAY_STILL_COME:
        return None, "CloudTrail has no record of its creation yet"
    return creator or Creator("", "CloudTrail has no record of its creation"), ""
