"""Which dates of runtimes moved since they were last put on record.

The first look puts all on record and tells nothing. After that a date that is not what it was is
told once, and only what changed is written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from steward.domain.runtimes.claims import Claim
from steward.domain.runtimes.lifecycle import Lifecycle, Milestone, Runtime
from steward.domain.runtimes.moved import DateMoved, dates_moved
from steward.domain.runtimes.records import DateOnRecord
from steward.domain.runtimes.sources import Settled, settle_all

type _Date = tuple[str, Milestone]


@dataclass(frozen=True, slots=True)
class DatesSeen:
    """`moved`: what to tell. `changed`: what to put on record. `known_since`: the day since when a
    date has its present value, where it ever had another. `ignored`: words that do not count."""

    moved: tuple[DateMoved, ...]
    changed: tuple[DateOnRecord, ...]
    known_since: Mapping[str, Mapping[str, date]]
    ignored: tuple[str, ...]


def look_at_dates(
    lifecycle: Lifecycle,
    claims: Sequence[Claim],
    regions: Iterable[str],
    today: date,
    on_record: Sequence[DateOnRecord],
) -> DatesSeen:
    """Compare the dates that count in `regions` today with those on record."""
    settled = {region: settle_all(lifecycle, claims, region, today) for region in regions}
    known = _Known(on_record)
    changed = tuple(_changed(settled, known, today))
    return DatesSeen(
        tuple(_moved(settled, known)),
        changed,
        _known_since([*on_record, *changed]),
        tuple(sorted(_ignored(settled))),
    )


class _Known:
    """The record: one row for all regions, or rows of regions that once differed."""

    def __init__(self, on_record: Iterable[DateOnRecord]) -> None:
        self._rows = {(each.runtime_id, each.milestone, each.region): each for each in on_record}
        self._apart = {(name, milestone) for name, milestone, region in self._rows if region}

    def row(self, what: _Date, region: str) -> DateOnRecord | None:
        return self._rows.get((*what, region)) or self._rows.get((*what, ""))

    def by_region(self, what: _Date) -> bool:
        """Whether regions ever differed. Their rows stay, and would hide a common one."""
        return what in self._apart

    def before(self, each: Settled, region: str) -> Runtime:
        """The runtime with the dates on record; what is not on record is as it is now."""
        rows = ((mark, self.row((each.runtime.id, mark), region)) for mark in each.provenance)
        days = {mark.name.lower(): row.day for mark, row in rows if row is not None}
        return each.runtime.model_copy(update=days)


type _SettledByRegion = Mapping[str, Mapping[str, Settled]]


def _moved(settled: _SettledByRegion, known: _Known) -> dict[DateMoved, None]:
    """Each move once, in however many regions it is the same."""
    return {
        move: None
        for region, runtimes in settled.items()
        for move in dates_moved(
            {name: known.before(each, region) for name, each in runtimes.items()}, runtimes
        )
    }


def _changed(settled: _SettledByRegion, known: _Known, today: date) -> Iterator[DateOnRecord]:
    said: dict[_Date, dict[str, Claim]] = {}
    for region, runtimes in settled.items():
        for name, each in runtimes.items():
            for milestone, claim in each.provenance.items():
                said.setdefault((name, milestone), {})[region] = claim
    for what, by_region in said.items():
        for region, claim in _rows(by_region, apart=known.by_region(what)).items():
            row = _row(what, region, claim, known.row(what, region), today)
            if row is not None:
                yield row


def _rows(by_region: Mapping[str, Claim], *, apart: bool) -> Mapping[str, Claim]:
    days = {claim.day for claim in by_region.values()}
    if apart or len(days) > 1:
        return by_region
    return {"": next(iter(by_region.values()))}


def _row(
    what: _Date, region: str, claim: Claim, known: DateOnRecord | None, today: date
) -> DateOnRecord | None:
    """The row to write; None when what is on record says the same."""
    runtime_id, milestone = what
    row = DateOnRecord(runtime_id, milestone, region, claim.day, claim.speaker, today)
    if known is None:
        return row
    if known.day != claim.day:
        return replace(row, moved=True)
    if known.speaker != claim.speaker:
        return replace(known, region=region, speaker=claim.speaker)
    return None


def _known_since(on_record: Iterable[DateOnRecord]) -> Mapping[str, Mapping[str, date]]:
    """Later rows replace earlier ones; of regions that differ the latest day counts."""
    rows = {(each.runtime_id, each.milestone, each.region): each for each in on_record}
    since: dict[str, dict[str, date]] = {}
    for row in rows.values():
        if row.moved:
            days = since.setdefault(row.runtime_id, {})
            days[row.milestone.value] = max(row.since, days.get(row.milestone.value, row.since))
    return since


def _ignored(settled: _SettledByRegion) -> set[str]:
    return {
        f"{name}: {words}"
        for runtimes in settled.values()
        for name, each in runtimes.items()
        for words in each.ignored
    }
