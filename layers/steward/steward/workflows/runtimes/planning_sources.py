"""Asking Config and Health. What is missing lowers a scan, is said in it, and never fails it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from steward.aws.config_inventory import NoAggregator
from steward.aws.health import HealthUnavailable
from steward.domain.runtimes.inventory import (
    AggregatorSource,
    Capability,
    CapabilityName,
    HealthSight,
    SeenFunction,
    Unreadable,
)
from steward.domain.stacks import Unit
from steward.workflows.runtimes.planning_aggregator import Aggregator
from steward.workflows.runtimes.planning_seen import SeenFiles, Shown

_NOT_ASKED = "not asked in a scan that an event started"
_WITHOUT_CONFIG = "every function is read from Lambda itself, in units that the policy names"
_WITHOUT_HEALTH = "nothing checks the inventory against what AWS itself names as affected"


@dataclass(frozen=True, slots=True)
class Told:
    """What a source told. `aggregator`: None when Config may not be believed about anything."""

    capability: Capability
    units: Mapping[Unit, Shown] = field(default_factory=dict)
    passed_over: Mapping[str, int] = field(default_factory=dict)
    aggregator: Aggregator | None = None


def not_asked(name: CapabilityName) -> Told:
    """The source is left alone in this scan."""
    return Told(Capability(name, True, _NOT_ASKED))


def ask_config(
    sources: Callable[[], Iterable[AggregatorSource]],
    functions: Callable[[], Iterable[SeenFunction | Unreadable]],
    files: SeenFiles,
    only: frozenset[Unit] | None,
) -> Told:
    """What the aggregator shows. When it breaks off, what came is kept and is not all there is."""
    try:
        aggregator = Aggregator(sources())
        files.write(functions(), only)
    except NoAggregator as error:
        missing = Capability(CapabilityName.CONFIG, False, str(error), _WITHOUT_CONFIG)
        return Told(missing, files.units, files.passed_over)
    found = Capability(CapabilityName.CONFIG, True)
    return Told(found, files.units, files.passed_over, aggregator)


def ask_health(
    sights: Callable[[], Iterable[HealthSight | Unreadable]],
    files: SeenFiles,
    only: frozenset[Unit] | None,
) -> Told:
    """What Health names. When it breaks off, what came is kept: a sight is true by itself."""
    try:
        files.write(sights(), only)
    except HealthUnavailable as error:
        missing = Capability(CapabilityName.HEALTH, False, str(error), _WITHOUT_HEALTH)
        return Told(missing, files.units, files.passed_over)
    return Told(Capability(CapabilityName.HEALTH, True), files.units, files.passed_over)
