"""Which minutes of a metric count: whole ones, after a warm-up, with traffic of both versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)
# A version's first minute is one of cold caches and new connections, whatever its code is like.
WARM_UP = timedelta(seconds=60)

type Series = Mapping[datetime, float]


@dataclass(frozen=True, slots=True)
class Minutes:
    """Whole minutes from `start` up to `end`, which is not among them."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return max(self.end - self.start, timedelta())

    @property
    def is_empty(self) -> bool:
        return self.length < MINUTE

    def earlier(self, by: timedelta) -> "Minutes":
        return Minutes(self.start - by, self.end - by)

    def written(self) -> dict[str, str]:
        """As evidence."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}


def minute_of(instant: datetime) -> datetime:
    """The minute that `instant` is in."""
    return instant.replace(second=0, microsecond=0)


def next_minute(instant: datetime) -> datetime:
    """The first whole minute that begins at `instant` or after it."""
    minute = minute_of(instant)
    return minute if minute == instant else minute + MINUTE


def shift_minutes(started_at: datetime, ended_at: datetime) -> Minutes:
    """The minutes of a shift that lie wholly within it, without its warm-up."""
    return Minutes(next_minute(started_at + WARM_UP), minute_of(ended_at))


def minutes_after(started_at: datetime, now: datetime) -> Minutes:
    """All whole minutes since a shift began."""
    return Minutes(next_minute(started_at), minute_of(now))


def minutes_before(started_at: datetime, length: timedelta) -> Minutes:
    """As long a time that ended just before a shift began."""
    end = minute_of(started_at)
    return Minutes(end - length, end)


def last_minutes(now: datetime, count: int) -> Minutes:
    """The last `count` minutes that are over."""
    end = minute_of(now)
    return Minutes(end - count * MINUTE, end)


def common_minutes(one: Series, other: Series) -> tuple[datetime, ...]:
    """When both had more than nothing."""
    return tuple(at for at in sorted(one) if one[at] > 0 and other.get(at, 0) > 0)


def total(series: Series, minutes: Iterable[datetime]) -> int:
    """How many there were in `minutes`; a minute without a datum had none."""
    return round(sum(series.get(at, 0) for at in minutes))


def weighted_mean(values: Series, weights: Series) -> float | None:
    """The mean of `values`, each as heavy as its weight, or 1 without one; None without values."""
    heavy = {at: weights.get(at, 1.0) for at in values}
    sum_of_weights = sum(heavy.values())
    if sum_of_weights <= 0:
        return None
    return sum(value * heavy[at] for at, value in values.items()) / sum_of_weights
