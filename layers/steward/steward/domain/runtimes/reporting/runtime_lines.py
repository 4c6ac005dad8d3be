"""Each runtime as a report shows it: its dates, who says them, and which of them moved."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from steward.domain.runtimes.identifiers import is_customer_managed
from steward.domain.runtimes.lifecycle import Milestone, Move, Runtime
from steward.domain.runtimes.records import DateOnRecord
from steward.domain.runtimes.reporting.overview import MoveLine, RuntimeLine
from steward.domain.runtimes.reporting.report_dates import ReportDates
from steward.domain.runtimes.reporting.summary import Summary
from steward.domain.runtimes.sources import Settled
from steward.domain.runtimes.states import RuntimeState, runtime_state

SHOWN_WITHIN = timedelta(days=365)


def runtime_lines(summary: Summary, dates: ReportDates) -> tuple[RuntimeLine, ...]:
    """The runtimes in use and those with a milestone within a year, as they are at home."""
    in_use = {name for name, _region in summary.runtimes if name}
    settled = dates.settled(dates.home)
    shown = {name for name, each in settled.items() if _is_near(each.runtime, dates.today)}
    return tuple(_line(name, summary, dates) for name in sorted(in_use | shown))


def _is_near(runtime: Runtime, today: date) -> bool:
    return any(today <= day <= today + SHOWN_WITHIN for _milestone, day in runtime.scheduled())


def _line(name: str, summary: Summary, dates: ReportDates) -> RuntimeLine:
    functions, versions = summary.of_runtime(name)
    settled = dates.settled(dates.home).get(name)
    if settled is None:
        state, note = _not_in_the_table(name)
        return RuntimeLine(id=name, state=state, note=note, functions=functions, versions=versions)
    runtime = settled.runtime
    return RuntimeLine(
        id=name,
        os=runtime.os.full_name if runtime.os else "",
        state=runtime_state(runtime, dates.today).state,
        deprecated=runtime.deprecated,
        create_block=runtime.create_block,
        update_block=runtime.update_block,
        said_by={each.value: claim.source for each, claim in settled.provenance.items()},
        conflicts=tuple(_conflicts(name, settled, dates)),
        confidence=runtime.confidence,
        note=runtime.note,
        latest=runtime.latest or "",
        recommended=dates.scan.recommended.get(name, ""),
        functions=functions,
        versions=versions,
    )


def _not_in_the_table(name: str) -> tuple[RuntimeState, str]:
    if is_customer_managed(name):
        note = "customer-managed: its publisher sets its dates; its functions name the next"
        return RuntimeState.CUSTOM, note
    return RuntimeState.UNKNOWN, "nobody knows this runtime; update the runtime table"


def _conflicts(name: str, settled: Settled, dates: ReportDates) -> Iterator[str]:
    yield from (each.reason for each in settled.conflicts)
    for region in dates.regions:
        other = dates.runtime(name, region)
        for milestone in Milestone:
            day = other.day_of(milestone) if other else None
            if other and day != settled.runtime.day_of(milestone):
                yield f"{name}, {milestone}: {day or 'not scheduled'} in {region}"


def move_lines(
    shown: Iterable[str], dates: ReportDates, on_record: Sequence[DateOnRecord]
) -> tuple[MoveLine, ...]:
    """Every date that moved, the newest move first: of this scan, of earlier ones, of the table."""
    names = set(shown)
    found = [MoveLine(sentence=each.sentence, seen=dates.today) for each in dates.scan.moved]
    told = {(each.runtime_id, each.milestone) for each in dates.scan.moved}
    for record in on_record:
        if record.moved and (record.runtime_id, record.milestone) not in told:
            found.append(MoveLine(sentence=_recorded(record), seen=record.since))
    for name in sorted(names):
        row = dates.lifecycle.runtime(name)
        found += [MoveLine(sentence=_moved(name, each), seen=each.seen) for each in _moves(row)]
    distinct = {(each.seen, each.sentence): each for each in found}
    return tuple(sorted(distinct.values(), key=lambda each: (each.seen, each.sentence)))[::-1]


def _moves(row: Runtime | None) -> Sequence[Move]:
    return row.moves if row else ()


def _recorded(record: DateOnRecord) -> str:
    where = f" in {record.region}" if record.region else ""
    day = record.day or "not scheduled"
    return f"{record.runtime_id}: {record.milestone} is {day}{where}, says the {record.speaker}"


def _moved(name: str, move: Move) -> str:
    before, after = move.before or "not scheduled", move.after or "not scheduled"
    return f"{name}: {move.milestone} moved from {before} to {after}, says {move.source}"
