"""How old what a scan goes by is: table, catalog, aggregator and Health."""

from collections.abc import Iterator
from datetime import date, datetime

from steward.domain.runtimes.freshness import Age, catalog_age, health_age, table_age
from steward.domain.runtimes.plans import SourceAge
from steward.workflows.runtimes.planning_catalog import HeardWord
from steward.workflows.runtimes.planning_sources import Told


def ages(
    table_as_of: date, word: HeardWord | None, config: Told, health: Told | None, now: datetime
) -> tuple[SourceAge, ...]:
    """The sources' ages, with a warning for what has grown too old. `health`: None if not asked."""
    found = _ages(table_as_of, word, config, health, now)
    return tuple(
        SourceAge(source=each.source, age=each.age, warning=each.warning) for each in found
    )


def _ages(
    table_as_of: date, word: HeardWord | None, config: Told, health: Told | None, now: datetime
) -> Iterator[Age]:
    yield table_age(table_as_of, now.date())
    yield catalog_age(word.heard_at if word else None, now)
    if config.aggregator is not None:
        daily = frozenset(unit for unit, shown in config.units.items() if shown.daily)
        worst = config.aggregator.worst(daily, now)
        if worst is not None:
            yield worst
    if health is not None:
        yield health_age(now if health.capability.available else None, now)
