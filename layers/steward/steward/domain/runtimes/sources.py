"""Which date counts when sources differ: the first speaker's, unless its word has grown old.

Every source's word is kept, and a difference is shown whoever wins.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from steward.domain.runtimes.claims import Claim, Speaker
from steward.domain.runtimes.identifiers import family_of, version_of
from steward.domain.runtimes.lifecycle import Lifecycle, Milestone, Runtime

# A speaker that has not been heard for longer is not believed against an earlier date.
OLD_AFTER_DAYS = 30
_FIELDS = {
    Milestone.DEPRECATED: "deprecated",
    Milestone.CREATE_BLOCK: "create_block",
    Milestone.UPDATE_BLOCK: "update_block",
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that differ on one date, the claim that counts, and the sentence why."""

    runtime_id: str
    milestone: Milestone
    claims: tuple[Claim, ...]
    chosen: Claim
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A runtime with the dates that count in one region, and who said each."""

    runtime: Runtime
    provenance: Mapping[Milestone, Claim] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    ignored: tuple[str, ...] = ()


def settle(
    runtime_id: str, lifecycle: Lifecycle, claims: Iterable[Claim], region: str, today: date
) -> Settled | None:
    """The dates of `runtime_id` in `region`; None when nobody has a word on it."""
    row = lifecycle.runtime(runtime_id)
    said = [each for each in claims if each.runtime_id == runtime_id and each.holds_in(region)]
    in_force = [each for each in said if each.until is None or today < each.until]
    if row is None and not in_force:
        return None
    base = row or _unheard_of(runtime_id)
    found = [*in_force, *(_of_table(row, lifecycle.as_of) if row else [])]
    by_milestone = {
        milestone: tuple(sorted(each, key=_precedence))
        for milestone in Milestone
        if (each := [claim for claim in found if claim.milestone is milestone])
    }
    provenance = {milestone: _chosen(each, today) for milestone, each in by_milestone.items()}
    return Settled(
        _with_days(base, provenance),
        provenance,
        tuple(_conflicts(runtime_id, by_milestone, provenance)),
        tuple(f"{each}: over since {each.until}" for each in said if each not in in_force),
    )


def settle_all(
    lifecycle: Lifecycle, claims: Sequence[Claim], region: str, today: date
) -> dict[str, Settled]:
    """`settle` for every runtime that the table or a claim names."""
    names = [*lifecycle.runtimes, *(claim.runtime_id for claim in claims)]
    settled = ((name, settle(name, lifecycle, claims, region, today)) for name in names)
    return {name: each for name, each in settled if each is not None}


def in_force(lifecycle: Lifecycle, settled: Mapping[str, Settled]) -> Lifecycle:
    """The table as it counts in one region: every date the one that was settled on."""
    rows = {name: each.runtime for name, each in settled.items()}
    return lifecycle.model_copy(update={"runtimes": rows})


def _unheard_of(runtime_id: str) -> Runtime:
    """A runtime that sources date before the table knows it; nobody is sent there."""
    family, version = family_of(runtime_id), version_of(runtime_id)
    return Runtime(id=runtime_id, family=family, version=version, architectures=())


def _of_table(row: Runtime, as_of: date) -> list[Claim]:
    return [
        Claim(Speaker.TABLE, row.id, milestone, row.day_of(milestone), as_of)
        for milestone in Milestone
    ]


def _precedence(claim: Claim) -> tuple[int, int, date]:
    """Speakers in their order; of one speaker the newest word, and of those the earliest date."""
    return claim.speaker.rank, -claim.as_of.toordinal(), claim.day or date.max


def _chosen(claims: Sequence[Claim], today: date) -> Claim:
    first = claims[0]
    return _earliest(claims) if _is_old(first, today) else first


def _is_old(claim: Claim, today: date) -> bool:
    """An override has its own end, so it does not grow old."""
    old = (today - claim.as_of).days > OLD_AFTER_DAYS
    return old and claim.speaker is not Speaker.OVERRIDE


def _earliest(claims: Sequence[Claim]) -> Claim:
    return min(claims, key=lambda claim: (claim.day or date.max, claim.speaker.rank))


def _with_days(runtime: Runtime, provenance: Mapping[Milestone, Claim]) -> Runtime:
    days = {_FIELDS[milestone]: claim.day for milestone, claim in provenance.items()}
    return runtime.model_copy(update=days)


def _conflicts(
    runtime_id: str,
    by_milestone: Mapping[Milestone, tuple[Claim, ...]],
    provenance: Mapping[Milestone, Claim],
) -> Iterable[Conflict]:
    for milestone, claims in by_milestone.items():
        if len({claim.day for claim in claims}) > 1:
            chosen = provenance[milestone]
            reason = _why(runtime_id, milestone, claims, chosen)
            yield Conflict(runtime_id, milestone, claims, chosen, reason)


def _why(runtime_id: str, milestone: Milestone, claims: Sequence[Claim], chosen: Claim) -> str:
    shown = "; ".join(map(str, claims))
    rule = (
        f"the {chosen.speaker} comes first"
        if chosen == claims[0]
        else f"the {claims[0].speaker} is older than {OLD_AFTER_DAYS} days, the earlier date counts"
    )
    return f"{runtime_id}, {milestone}: {shown}; {rule}"
