"""The wall clock, in one place so that a test can set it."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

# For times that no policy's zone is known of.
UTC_ZONE = ZoneInfo("UTC")


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def pause(seconds: float) -> None:
    """Let time pass before asking again."""
    time.sleep(seconds)
