"""One clock for a sweep: the scheduled event's time, kept near the wall clock."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any


class ClockSkew(Exception):
    """The time a message claims is too far from the wall clock to act on."""

    def __init__(self, claimed: datetime, wall: datetime, most: timedelta) -> None:
        super().__init__(
            f"the message's time {claimed.isoformat()} is more than {most} away from "
            f"{wall.isoformat()}; send a fresh one, or correct the clock (MaxClockSkewMinutes)"
        )


def sweep_time(claimed: datetime | None, wall: datetime, most: timedelta) -> datetime:
    """The clock of a sweep: `claimed`, which must be near `wall`; `wall` without one."""
    if claimed is None:
        return wall
    if abs(claimed - wall) > most:
        raise ClockSkew(claimed, wall, most)
    return claimed


def refuse_future(claimed: datetime, wall: datetime, most: timedelta) -> None:
    """Let an old message pass (nothing is due earlier by its clock), but none from the future."""
    if claimed - wall > most:
        raise ClockSkew(claimed, wall, most)


def destructive_time(swept_at: datetime, wall: datetime, most: timedelta) -> datetime:
    """The clock of a delete: the later of the sweep's and the wall's, which must agree.

    A verdict older than `most` is stale: the next sweep judges again.
    """
    return max(sweep_time(swept_at, wall, most), wall)


def scheduled_time(event: Mapping[str, Any], wall: datetime, most: timedelta) -> datetime:
    """The clock a scheduled event sets: its `time` when that is near the wall clock, else `wall`.

    A late or hand-made event so starts an ordinary sweep of now.
    """
    try:
        claimed = datetime.fromisoformat(str(event["time"]))
        return sweep_time(claimed, wall, most)
    except (KeyError, ValueError, TypeError, ClockSkew):
        return wall


def requested_time(event: Mapping[str, Any], wall: datetime, most: timedelta) -> datetime:
    """When a request reached a function URL, when that is near the wall clock; else `wall`.

    `requestContext.timeEpoch` counts milliseconds ("Invoking Lambda function URLs", AWS Lambda
    Developer Guide).
    """
    try:
        claimed = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
        return sweep_time(claimed, wall, most)
    except (KeyError, TypeError, ValueError, OverflowError, OSError, ClockSkew):
        return wall
