"""How old what is reported from is, and what is not covered at all."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

TABLE_LIMIT = timedelta(days=90)
CATALOG_LIMIT = timedelta(days=7)
AGGREGATOR_LIMIT = timedelta(hours=24)
DAILY_RECORDING_LIMIT = timedelta(hours=48)


class AggregatorStatus(StrEnum):
    """AggregatedSourceStatus, AWS Config API: how the last copy of a source went."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    OUTDATED = "OUTDATED"


@dataclass(frozen=True, slots=True)
class Age:
    """How old one source is. `warning`: what is wrong and what to do; empty while it is fresh."""

    source: str
    age: timedelta | None
    warning: str = ""


def table_age(as_of: date, today: date) -> Age:
    """The bundled table: stale after 90 days."""
    age = today - as_of
    warning = (
        f"the runtime table is {age.days} days old; upgrade Steward, or read the dates in "
        '"Lambda runtimes", AWS Lambda Developer Guide'
    )
    return Age("runtime table", age, warning if age > TABLE_LIMIT else "")


def catalog_age(fetched: datetime | None, now: datetime) -> Age:
    """The version catalog: stale after 7 days; None says it could never be read."""
    if fetched is None:
        return Age("version catalog", None, "never read; it needs an AWS support plan with Health")
    age = now - fetched
    warning = f"last read {_spoken(age)} ago; look at the capability report for the reason"
    return Age("version catalog", age, warning if age > CATALOG_LIMIT else "")


def health_age(polled: datetime | None, now: datetime) -> Age:
    """The last poll of Health. It is a cross-check, so its age alone is no warning."""
    return Age("AWS Health", None if polled is None else now - polled)


def aggregator_age(
    source: str, status: str, updated: datetime | None, now: datetime, *, daily: bool
) -> Age:
    """One source of the Config aggregator: stale after 24 hours, after 48 when recorded daily.

    A status this knows nothing of is judged by age alone.
    """
    age = None if updated is None else now - updated
    return Age(source, age, _aggregator_warning(status, age, daily=daily))


def _aggregator_warning(status: str, age: timedelta | None, *, daily: bool) -> str:
    if status in {AggregatorStatus.FAILED, AggregatorStatus.OUTDATED}:
        return f"Config reports {status}; look at the aggregator's authorization and recorder"
    if age is None:
        return "Config never copied it; look at the aggregator's authorization and recorder"
    limit = DAILY_RECORDING_LIMIT if daily else AGGREGATOR_LIMIT
    late = f"last copied {_spoken(age)} ago; look at the recorder of that account and region"
    return late if age > limit else ""


def _spoken(age: timedelta) -> str:
    hours = int(age.total_seconds()) // 3600
    return f"{hours} hours" if hours < 72 else f"{hours // 24} days"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the units (account x region) were looked at."""

    covered: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.covered <= self.total:
            raise ValueError(f"{self.covered} of {self.total} units covered: count them again")

    def sentence(self, affected: int) -> str:
        """The only way to say how many functions are affected: never without what was covered."""
        noun = "function" if affected == 1 else "functions"
        return f"{affected} {noun} affected in {self.covered} of {self.total} account regions"
