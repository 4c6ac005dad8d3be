"""Whether a function could run on another runtime, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from steward.domain.runtimes.lifecycle import Runtime

SAFE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Needs:
    """What a function asks of its runtime.

    `layers`: each layer's name and the runtimes it says it is made for; a layer that says none
    hinders nothing. `unavailable`: runtimes that may not be used where it runs, and why.
    """

    architecture: str = ""
    snap_start: bool = False
    package_type: str = "Zip"
    layers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unavailable: Mapping[str, str] = field(default_factory=dict)


ANY = Needs()


def why_unsafe(candidate: Runtime, planned: date, needs: Needs) -> str:
    """Why `candidate` is no safe hop on `planned`; empty when it is."""
    return misfit(candidate, needs) or why_short(candidate, planned)


def misfit(candidate: Runtime, needs: Needs) -> str:
    """Why the function cannot run on `candidate`, whatever the day; empty when it can."""
    if not candidate.ga:
        return "it is a preview"
    if candidate.os is None:
        return "its operating system is not known"
    if candidate.id in needs.unavailable:
        return needs.unavailable[candidate.id]
    if needs.package_type not in candidate.package_types:
        return f"it exists only as {' and '.join(candidate.package_types)}"
    if needs.architecture and needs.architecture not in candidate.architectures:
        return f"it does not run on {needs.architecture}"
    if needs.snap_start and not candidate.snap_start:
        return "it has no SnapStart"
    return _layer_in_the_way(candidate, needs.layers)


def why_short(runtime: Runtime, planned: date) -> str:
    """Why `runtime` does not last a year from `planned`; empty when it does."""
    if has_begun_to_end(runtime, planned):
        return "its end has begun"
    days = days_of_support(runtime, planned)
    if days is None or days >= SAFE_DAYS:
        return ""
    return f"{support_left(days)}, less than {SAFE_DAYS}"


def has_begun_to_end(runtime: Runtime, planned: date) -> bool:
    """Whether a milestone has come."""
    return any(day <= planned for _milestone, day in runtime.scheduled())


def days_of_support(runtime: Runtime, planned: date) -> int | None:
    """Days to the first milestone, negative when it is past; None while none is scheduled."""
    return min(((day - planned).days for _milestone, day in runtime.scheduled()), default=None)


def support_left(days: int | None) -> str:
    """`days_of_support` as a sentence has it."""
    if days is None:
        return "its end is not scheduled"
    return f"{days} {'day' if days == 1 else 'days'} of support left"


def _layer_in_the_way(candidate: Runtime, layers: Mapping[str, frozenset[str]]) -> str:
    blocking = (name for name, made_for in layers.items() if made_for)
    name = next((name for name in blocking if candidate.id not in layers[name]), None)
    return f"layer {name} is not made for it" if name else ""
