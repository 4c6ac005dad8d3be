"""The milestones of a report: what each one's day hits, and whether that is done in time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.records import Snapshot
from steward.domain.runtimes.reporting.burn_down import (
    comparable,
    history_of,
    pace,
    sentence,
    wave_key,
)
from steward.domain.runtimes.reporting.overview import Point, Wave
from steward.domain.runtimes.reporting.report_dates import ReportDates
from steward.domain.runtimes.reporting.summary import RuntimeSums, Summary


@dataclass(slots=True)
class _Hit:
    """What falls on one day. `waiting`: functions that it concerns, but not yet."""

    runtimes: set[str] = field(default_factory=set)
    functions: int = 0
    versions: int = 0
    excepted: int = 0
    waiting: int = 0
    owners: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)

    def add(self, runtime_id: str, sums: RuntimeSums | None) -> None:
        self.runtimes.add(runtime_id)
        if sums is None:
            return
        self.functions += sums.hit
        self.versions += sums.versions
        self.excepted += sums.excepted
        self.waiting += sums.functions - sums.hit
        self.owners |= sums.owners
        self.accounts |= sums.accounts


def waves_of(
    summary: Summary, dates: ReportDates, snapshots: Sequence[Snapshot], uncovered: int
) -> tuple[Wave, ...]:
    """Every milestone's day to come, and of each milestone the last one past that still hits.

    Excepted functions count: an exception ends, and the day comes for them as well.
    """
    hits = _hits(summary, dates)
    shown = sorted(_shown(hits, dates.today), key=lambda each: (each[1], each[0].rank))
    past = comparable(snapshots, uncovered)
    return tuple(_wave(each, hits[each], past, dates.today, uncovered) for each in shown)


def _hits(summary: Summary, dates: ReportDates) -> dict[tuple[Milestone, date], _Hit]:
    hits: dict[tuple[Milestone, date], _Hit] = {}
    for region in dates.regions or [""]:
        for runtime_id, settled in dates.settled(region).items():
            sums = summary.runtimes.get((runtime_id, region))
            for milestone, day in settled.runtime.scheduled():
                hits.setdefault((milestone, day), _Hit()).add(runtime_id, sums)
    return hits


def _shown(
    hits: dict[tuple[Milestone, date], _Hit], today: date
) -> Iterator[tuple[Milestone, date]]:
    yield from (key for key in hits if key[1] > today)
    for milestone in Milestone:
        past = [key for key in hits if _still_hits(key, milestone, hits, today)]
        yield from _nearest(past)


def _still_hits(
    key: tuple[Milestone, date],
    milestone: Milestone,
    hits: dict[tuple[Milestone, date], _Hit],
    today: date,
) -> bool:
    hit = hits[key]
    return key[0] is milestone and key[1] <= today and hit.functions + hit.versions > 0


def _nearest(past: Iterable[tuple[Milestone, date]]) -> list[tuple[Milestone, date]]:
    nearest = max(past, key=lambda key: key[1], default=None)
    return [] if nearest is None else [nearest]


def _wave(
    key: tuple[Milestone, date],
    hit: _Hit,
    snapshots: Sequence[Snapshot],
    today: date,
    uncovered: int,
) -> Wave:
    milestone, day = key
    now = Point(day=today, functions=hit.functions)
    history = history_of(snapshots, wave_key(milestone, day), now)
    speed = pace(history, day)
    said = sentence(hit.functions, day, today, speed, uncovered)
    if hit.functions == 0 and (hit.versions or hit.waiting):
        said = _besides(hit)
    return Wave(
        milestone=milestone,
        day=day,
        days_left=(day - today).days,
        runtimes=tuple(sorted(hit.runtimes)),
        functions=hit.functions,
        versions=hit.versions,
        excepted=hit.excepted,
        owners=len(hit.owners - {""}),
        accounts=len(hit.accounts),
        history=history,
        needed_per_week=speed.needed,
        actual_per_week=speed.actual,
        forecast=speed.done,
        sentence=said,
    )


def _besides(hit: _Hit) -> str:
    """What there is where no function is left to change."""
    if hit.versions:
        noun = "version" if hit.versions == 1 else "versions"
        return f"no function left, but {hit.versions} published {noun}"
    return f"{hit.waiting} on these runtimes, too early to warn of it"
