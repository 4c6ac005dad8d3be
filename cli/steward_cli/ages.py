"""How old things are, as short as a column wants it."""

from datetime import datetime


def short_age(since: datetime, now: datetime) -> str:
    """`12d`, or hours within the first two days: `36h`."""
    hours = max(0, int((now - since).total_seconds())) // 3600
    return f"{hours // 24}d" if hours >= 48 else f"{hours}h"
