"""Whether Config may be believed about a unit: what its aggregator says of the unit's source."""

from collections.abc import Iterable
from datetime import datetime

from steward.domain.runtimes.freshness import Age, AggregatorStatus, aggregator_age
from steward.domain.runtimes.inventory import AggregatorSource
from steward.domain.stacks import Unit
from steward.workflows.runtimes.planning_seen import Shown

_ACCOUNT_DIGITS = 12


class Aggregator:
    """The sources of the aggregator, and what it showed of each unit."""

    def __init__(self, sources: Iterable[AggregatorSource]) -> None:
        self._sources = {(_account(each), each.region): each for each in sources}

    def why_not(self, unit: Unit, shown: Shown | None, now: datetime) -> str:
        """Why Config does not cover `unit`; empty when it does.

        No function at all is what a recorder that is off looks like, so that is no cover.
        """
        if shown is None:
            return "Config shows no function there, as when its recorder is off"
        source = self._source_of(unit)
        if source is None:
            return "the Config aggregator has no source for it"
        age = aggregator_age(
            _name(source), source.status, source.updated_at, now, daily=shown.daily
        )
        said = f" ({source.error})" if source.error else ""
        if age.warning:
            return f"{age.warning}{said}"
        if source.status != AggregatorStatus.SUCCEEDED:
            return f"Config reports {source.status or 'no status'} for it{said}"
        return ""

    def worst(self, daily: frozenset[Unit], now: datetime) -> Age | None:
        """The age of the source that is worst off; None without any source."""
        once_a_day = {self._source_of(unit) for unit in daily}
        ages = (
            aggregator_age(_name(each), each.status, each.updated_at, now, daily=each in once_a_day)
            for each in self._sources.values()
        )
        return max(ages, key=_gravity, default=None)

    def _source_of(self, unit: Unit) -> AggregatorSource | None:
        """The narrowest source that holds the unit: its own, its account's, the organization's."""
        places = (
            (unit.account_id, unit.region),
            (unit.account_id, ""),
            ("", unit.region),
            ("", ""),
        )
        found = (self._sources[place] for place in places if place in self._sources)
        return next(found, None)


def _account(source: AggregatorSource) -> str:
    """The account; empty for an organization, whose id a source may also have.

    "AggregatedSourceStatus", AWS Config API Reference.
    """
    is_account = source.account_id.isdigit() and len(source.account_id) == _ACCOUNT_DIGITS
    return source.account_id if is_account else ""


def _name(source: AggregatorSource) -> str:
    return f"Config of {source.account_id}/{source.region or 'all regions'}"


def _gravity(age: Age) -> tuple[bool, bool, float]:
    seconds = age.age.total_seconds() if age.age else 0.0
    return bool(age.warning), age.age is None, seconds
