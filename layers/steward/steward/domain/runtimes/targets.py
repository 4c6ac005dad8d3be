"""What to change a runtime to: the smallest safe hop, and the latest.

A hop is safe when its runtime has a year of support left on the day it is planned for, is no
preview, and fits the function's architecture, SnapStart and layers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from steward.domain.runtimes.breakers import known_breakers
from steward.domain.runtimes.fitting import (
    ANY,
    Needs,
    days_of_support,
    has_begun_to_end,
    misfit,
    support_left,
    why_short,
    why_unsafe,
)
from steward.domain.runtimes.lifecycle import CUSTOM, Lifecycle, Runtime


@dataclass(frozen=True, slots=True)
class Hop:
    """One runtime to change to. `until`: its deprecation; None while that is not scheduled."""

    runtime_id: str
    until: date | None
    days_left: int | None
    breakers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Targets:
    """Where to go and the sentence why. `passed_over`: nearer runtimes that have not ended,
    and why they are not it.

    `recommended`: what AWS recommends, when that is neither of the two. `rollback`: what cannot
    be undone.
    """

    smallest: Hop | None
    latest: Hop | None
    reason: str
    passed_over: tuple[str, ...] = ()
    recommended: str = ""
    rollback: str = ""


def targets_for(
    runtime: Runtime,
    lifecycle: Lifecycle,
    planned: date,
    needs: Needs = ANY,
    recommended: str = "",
) -> Targets:
    """The targets of a function on `runtime` that is to be changed on `planned`."""
    latest = _latest(runtime, lifecycle, planned, needs)
    stays = _why_stay(runtime, planned)
    if stays:
        return Targets(None, latest, stays, recommended=_other(recommended, runtime.id, latest))
    rows = newer(runtime, lifecycle)
    nearest = next((row for row in rows if not why_unsafe(row, planned, needs)), None)
    nearer = list(takewhile(lambda row: row is not nearest, rows))
    smallest = _hop(runtime, nearest, planned) if nearest else None
    return Targets(
        smallest,
        latest,
        _reason(runtime, smallest, [row.id for row in nearer], planned),
        tuple(_passed_over(nearer, planned, needs)),
        _other(recommended, runtime.id, smallest, latest),
        _rollback(runtime) if smallest or latest else "",
    )


def newer(runtime: Runtime, lifecycle: Lifecycle) -> list[Runtime]:
    """Later runtimes of the same language, nearest first.

    Of the family of `latest` if that is another: the language has no runtime of its own any more.
    """
    latest = lifecycle.runtime(runtime.latest) if runtime.latest else None
    family = latest.family if latest else runtime.family
    rows = [row for row in lifecycle.runtimes.values() if row.family == family]
    if family == runtime.family:
        rows = [row for row in rows if _place(row) > _place(runtime)]
    return sorted(rows, key=_place)


def _place(runtime: Runtime) -> tuple[tuple[int, ...], int]:
    return runtime.version, runtime.os.rank if runtime.os else -1


def _latest(runtime: Runtime, lifecycle: Lifecycle, planned: date, needs: Needs) -> Hop | None:
    latest = lifecycle.runtime(runtime.latest) if runtime.latest else None
    if latest is None or misfit(latest, needs):
        return None
    return None if has_begun_to_end(latest, planned) else _hop(runtime, latest, planned)


def _hop(old: Runtime, new: Runtime, planned: date) -> Hop:
    days = days_of_support(new, planned)
    return Hop(new.id, new.deprecated, days, known_breakers(old, new))


def _why_stay(runtime: Runtime, planned: date) -> str:
    if runtime.id == CUSTOM:
        return "its publisher says what follows a customer-managed runtime"
    if not runtime.ga:
        return f"{runtime.id} is a preview: nothing follows it yet"
    if why_short(runtime, planned):
        return ""
    return f"{runtime.id} is safe itself: {support_left(days_of_support(runtime, planned))}"


def _passed_over(nearer: Sequence[Runtime], planned: date, needs: Needs) -> Iterator[str]:
    for row in nearer:
        if not has_begun_to_end(row, planned):
            yield f"{row.id}: {why_unsafe(row, planned, needs)}"


def _other(recommended: str, own: str, *hops: Hop | None) -> str:
    known = {own, *(hop.runtime_id for hop in hops if hop)}
    return "" if recommended in known else recommended


def _reason(old: Runtime, hop: Hop | None, tried: Sequence[str], planned: date) -> str:
    if hop is not None:
        left = support_left(hop.days_left)
        return f"{hop.runtime_id} is the nearest to {old.id} that is safe: {left}"
    if not tried:
        return f"no runtime follows {old.id}; see what can be done in the meantime"
    return f"none of {', '.join(tried)} is safe on {planned}; see what can be done in the meantime"


def _rollback(runtime: Runtime) -> str:
    if runtime.update_block is None:
        return ""
    return (
        f"from {runtime.update_block} nothing goes back to {runtime.id}: "
        "publish a version and move an alias, so that there is one to return to"
    )
