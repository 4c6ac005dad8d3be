"""Dates that moved between two looks: what `RuntimeDatesChanged` tells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from steward.domain.runtimes.claims import Speaker
from steward.domain.runtimes.lifecycle import Milestone, Runtime
from steward.domain.runtimes.sources import Settled


@dataclass(frozen=True, slots=True)
class DateMoved:
    """One date that counted before and the one that counts now; None is not scheduled."""

    runtime_id: str
    milestone: Milestone
    before: date | None
    after: date | None
    speaker: Speaker

    @property
    def sentence(self) -> str:
        """What moved, in a sentence."""
        what = f"{self.runtime_id}: {self.milestone}"
        said = f"says the {self.speaker}"
        if self.before is None:
            return f"{what} is now scheduled for {self.after}, {said}"
        if self.after is None:
            return f"{what} of {self.before} is no longer scheduled, {said}"
        days = (self.after - self.before).days
        way = "later" if days > 0 else "earlier"
        unit = "day" if abs(days) == 1 else "days"
        return f"{what} moved from {self.before} to {self.after}, {abs(days)} {unit} {way}, {said}"


def dates_moved(
    before: Mapping[str, Runtime], settled: Mapping[str, Settled]
) -> Iterator[DateMoved]:
    """Every date of a runtime known on both looks that is not what it was."""
    for name, each in settled.items():
        known = before.get(name)
        if known is not None:
            yield from _moves(known, each)


def _moves(known: Runtime, settled: Settled) -> Iterator[DateMoved]:
    for milestone, claim in settled.provenance.items():
        old, new = known.day_of(milestone), settled.runtime.day_of(milestone)
        if old != new:
            yield DateMoved(known.id, milestone, old, new, claim.speaker)
