"""What the installed packages add to the table: new rows, and dates that they changed.

A date that cfn-lint states is taken over, and the one before it is kept as a move, unless the
difference is on the committed list: there the table knows better, and says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from local.refresh_runtimes.differences import CFN_LINT, Difference, known_differences
from local.refresh_runtimes.peers import Peers, Row
from steward.domain.runtimes.identifiers import family_of, version_of
from steward.domain.runtimes.lifecycle import (
    Confidence,
    Lifecycle,
    Milestone,
    Move,
    Runtime,
)

BOTOCORE = "botocore"
FIELDS = {
    Milestone.DEPRECATED: "deprecated",
    Milestone.CREATE_BLOCK: "create_block",
    Milestone.UPDATE_BLOCK: "update_block",
}
_NOT_ANSWERED = "New; its operating system and whether it is a preview are to be filled in."


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the packages: the day of it, and the day the AWS page was read, if it was."""

    today: date
    checked: date | None = None


def merged(table: Lifecycle, peers: Peers, look: Look) -> Lifecycle:
    """`table` with what `peers` know better; nothing written by hand is lost."""
    known = known_differences()
    rows = {
        name: _merged_row(table.runtime(name), name, peers, known, look)
        for name in sorted({*table.runtimes, *peers.identifiers, *peers.rows})
    }
    as_of = max(table.as_of, look.checked or table.as_of)
    renewed = {name for each in rows.values() for name in _brought_by(table.runtime(each.id), each)}
    sources = {
        name: source.model_copy(update={"as_of": look.today}) if name in renewed else source
        for name, source in table.sources.items()
    }
    return table.model_copy(update={"as_of": as_of, "sources": sources, "runtimes": rows})


def _brought_by(before: Runtime | None, after: Runtime) -> set[str]:
    """Which packages had news on this row: a source grows younger only by what it brought."""
    if before is None:
        return {*after.sources}
    changed = {*before.scheduled(), before.latest} != {*after.scheduled(), after.latest}
    return {*after.sources} - {*before.sources} | ({CFN_LINT} if changed else set())


def _merged_row(
    row: Runtime | None, name: str, peers: Peers, known: frozenset[Difference], look: Look
) -> Runtime:
    merging = _with_identifier(row or _new_row(name), name in peers.identifiers)
    stated = peers.rows.get(name)
    return merging if stated is None else _with_dates(merging, stated, known, look)


def _new_row(name: str) -> Runtime:
    """Of a runtime nobody has described, so nobody is sent there: a preview until it is said."""
    return Runtime(
        id=name, family=family_of(name), version=version_of(name), ga=False, note=_NOT_ANSWERED
    )


def _with_identifier(row: Runtime, in_botocore: bool) -> Runtime:
    if not in_botocore or BOTOCORE in row.sources:
        return row
    return row.model_copy(update={"sources": (*row.sources, BOTOCORE)})


def _with_dates(row: Runtime, stated: Row, known: frozenset[Difference], look: Look) -> Runtime:
    update: dict[str, Any] = {}
    moves = list(row.moves)
    is_first = CFN_LINT not in row.sources
    for milestone, field in FIELDS.items():
        ours, theirs = row.day_of(milestone), stated.days[milestone]
        if ours == theirs or Difference.of_day(row.id, milestone, theirs) in known:
            continue
        update[field] = theirs
        if not is_first or ours is not None:
            moves.append(Move(milestone=milestone, before=ours, after=theirs, **_seen(look)))
    if stated.successor != row.latest and not _knows_better(row, stated, known):
        update["latest"] = stated.successor
    if is_first:
        agrees = next(row.scheduled(), None) is not None and not update
        update["sources"] = (CFN_LINT, *row.sources)
        update["confidence"] = Confidence.CONFIRMED if agrees else row.confidence
    return row.model_copy(update={**update, "moves": tuple(moves)})


def _knows_better(row: Runtime, stated: Row, known: frozenset[Difference]) -> bool:
    return Difference.of_successor(row.id, stated.successor) in known


def _seen(look: Look) -> Mapping[str, Any]:
    return {"source": CFN_LINT, "seen": look.today}
