"""The lifecycle table as it counts, as the JSON document of `steward runtimes dates`.

docs/guide/cli.md describes it.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Literal

from steward.domain.runtimes.claims import Claim, Speaker
from steward.domain.runtimes.lifecycle import Lifecycle, Runtime
from steward.domain.runtimes.reporting.overview import MoveLine, Overview, RuntimeLine
from steward.domain.runtimes.states import state_of
from steward_cli.plan_report import Part


class DatesReport(Part):
    """`scan_id`: of the hub's report; empty for the table that this command ships.

    `table_as_of`: the day until which that table is known to be right.
    """

    format: Literal["steward.runtimes.dates/1"] = "steward.runtimes.dates/1"
    at: datetime
    scan_id: str
    table_as_of: date
    runtimes: tuple[RuntimeLine, ...]
    moves: tuple[MoveLine, ...]


def hub_dates(overview: Overview, lifecycle: Lifecycle, now: datetime) -> DatesReport:
    """What counts in the hub."""
    return DatesReport(
        at=now,
        scan_id=overview.scan_id,
        table_as_of=lifecycle.as_of,
        runtimes=tuple(sorted(overview.runtimes, key=_nearest_first(now.date()))),
        moves=overview.moves,
    )


def shipped_dates(lifecycle: Lifecycle, now: datetime) -> DatesReport:
    """What counts where nobody but the shipped table has a word."""
    rows = list(lifecycle.runtimes.values())
    lines = (_line(row, lifecycle, now.date()) for row in rows)
    return DatesReport(
        at=now,
        scan_id="",
        table_as_of=lifecycle.as_of,
        runtimes=tuple(sorted(lines, key=_nearest_first(now.date()))),
        moves=tuple(sorted(_moves(rows), key=lambda move: (move.seen, move.sentence))),
    )


def _line(row: Runtime, lifecycle: Lifecycle, today: date) -> RuntimeLine:
    return RuntimeLine(
        id=row.id,
        os=row.os.full_name if row.os else "",
        state=state_of(row.id, "Zip", lifecycle, today).state,
        deprecated=row.deprecated,
        create_block=row.create_block,
        update_block=row.update_block,
        said_by={
            milestone.value: Claim(Speaker.TABLE, row.id, milestone, day, lifecycle.as_of).source
            for milestone, day in row.scheduled()
        },
        confidence=row.confidence,
        note=row.note,
        latest=row.latest or "",
    )


def _moves(rows: list[Runtime]) -> Iterator[MoveLine]:
    for row in rows:
        for move in row.moves:
            before, after = move.before or "not scheduled", move.after or "not scheduled"
            said = f"{row.id}: {move.milestone} was {before}, now {after}, says {move.source}"
            yield MoveLine(sentence=said, seen=move.seen)


def _nearest_first(today: date) -> Callable[[RuntimeLine], tuple[bool, date, str]]:
    """What has a milestone to come by its day, then what has none, by name."""

    def place(line: RuntimeLine) -> tuple[bool, date, str]:
        days = [day for day in (line.deprecated, line.create_block, line.update_block) if day]
        coming = [day for day in days if day > today]
        return not coming, min(coming, default=date.max), line.id

    return place
