"""Scan one unit: read its functions, judge them, tell the ledger what changed, leave its file.

The ledger is written before the file: the file says that the unit is done, so a message that comes
again finds either both or does the rest. The other order could leave a change unwritten.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO

from steward.aws.canaries import canaries
from steward.aws.report_store import ReportStore
from steward.domain.runtimes.functions import LATEST, Origin
from steward.domain.runtimes.places import result_key
from steward.domain.runtimes.records import FindingChange
from steward.domain.runtimes.results import Canary, ReportedFunction, UnitHeader
from steward.domain.runtimes.standing import WITH_FINDING, finding_change
from steward.ledger.ledger import Ledger
from steward.messages import RuntimeUnitWork
from steward.observability import logger
from steward.workflows.runtimes.owners import FunctionOwners, Stacks
from steward.workflows.runtimes.unit_dates import Calendar
from steward.workflows.runtimes.unit_describing import Describer
from steward.workflows.runtimes.unit_doors import Doors
from steward.workflows.runtimes.unit_facts import Inquiry, LayerCache
from steward.workflows.runtimes.unit_judging import Judge, Subject
from steward.workflows.runtimes.unit_reading import LambdaShut, SightReader
from steward.workflows.runtimes.unit_sights import Sights

ACTOR = "runtime_worker"
_ROWS_IN_MEMORY_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class UnitBench:
    """Where the functions of one unit are judged, and the doors to the world."""

    work: RuntimeUnitWork
    ledger: Ledger
    store: ReportStore
    doors: Doors
    calendar: Calendar
    owners: FunctionOwners
    layers: LayerCache

    @property
    def now(self) -> datetime:
        return self.work.scan.scanned_at


@dataclass(slots=True)
class _Tally:
    """What the lines of one unit add up to; `canaries`: functions of canaries, by name."""

    functions: int = 0
    canaries: dict[str, ReportedFunction] = field(default_factory=dict)

    def count(self, row: ReportedFunction) -> None:
        self.functions += row.version == LATEST
        if row.origin is Origin.CANARY and not row.is_version:
            self.canaries[row.name] = row


def scan_unit(bench: UnitBench) -> UnitHeader:
    """Find and judge every function of the unit; one that cannot be read is not covered."""
    reader = SightReader(bench.work, bench.store, bench.doors, bench.calendar)
    records = {
        (each.name, each.version): each for each in bench.ledger.findings_of(bench.work.unit)
    }
    try:
        sights = reader.read(records.values())
    except LambdaShut as shut:
        return _not_covered(bench, shut)
    _note_gap(bench.doors, sights)
    inquiry = Inquiry(bench.doors, bench.now, bench.layers)
    judge = _judge(bench, inquiry, reader)
    subjects = list(judge.subjects(sights, records))
    describer = _describer(bench, inquiry, sights)
    describer.count_invocations(subjects)
    changes: list[FindingChange] = []
    tally = _Tally()
    with SpooledTemporaryFile(max_size=_ROWS_IN_MEMORY_BYTES, mode="w+", encoding="utf-8") as spool:
        for row in _rows(bench, describer, subjects, changes):
            tally.count(row)
            spool.write(f"{row.model_dump_json()}\n")
        for change in changes:
            _record(bench, change)
        header = _header(bench, sights, tally)
        _leave(bench, header, _lines(spool))
    return header


def _judge(bench: UnitBench, inquiry: Inquiry, reader: SightReader) -> Judge:
    return Judge(
        unit=bench.work.unit,
        now=bench.now,
        calendar=bench.calendar,
        problems=bench.doors.problems,
        in_use=inquiry.is_used,
        read_one=reader.read_one,
    )


def _describer(bench: UnitBench, inquiry: Inquiry, sights: Sights) -> Describer:
    return Describer(
        account_name=bench.work.account.name,
        calendar=bench.calendar,
        inquiry=inquiry,
        stacks=Stacks(bench.doors),
        owners=bench.owners,
        sights=sights,
        weekly=bench.work.live and sights.live is not None,
    )


def _rows(
    bench: UnitBench,
    describer: Describer,
    subjects: Iterable[Subject],
    changes: list[FindingChange],
) -> Iterator[ReportedFunction]:
    """A line for each function, and for each version with a finding; `changes` grows with them."""
    for subject in subjects:
        described = describer.describe(subject)
        finding = described[0] if described else None
        change = finding_change(subject.record, finding, subject.standing, bench.now)
        if change is not None:
            changes.append(change)
        if described and (subject.version == LATEST or described[0].bucket in WITH_FINDING):
            yield described[1]


def _record(bench: UnitBench, change: FindingChange) -> None:
    if not bench.ledger.record_finding(change, bench.now, ACTOR):
        finding = change.after or change.before
        logger.info("the finding was changed meanwhile; the next scan judges it", finding=finding)


def _note_gap(doors: Doors, sights: Sights) -> None:
    blind = sights.blind()
    if blind:
        doors.problems.note(
            f"Config does not show {_functions(len(blind))} that Lambda has, such as {blind[0]}: "
            "a gap in its coverage; look at its recorder and the recorded resource types"
        )


def _functions(count: int) -> str:
    return "1 function" if count == 1 else f"{count} functions"


def _header(bench: UnitBench, sights: Sights, tally: _Tally) -> UnitHeader:
    found = _canaries(bench, tally) if bench.work.live else ()
    return _bare_header(bench, covered=True).model_copy(
        update={
            "live": sights.live is not None,
            "functions": tally.functions,
            "versions": sights.versions_read,
            "canaries": found,
            "problems": bench.doors.problems.listed(),
        }
    )


def _canaries(bench: UnitBench, tally: _Tally) -> tuple[Canary, ...]:
    """Each with the owner and the stack of the function it runs as."""
    today = bench.calendar.today
    none: list[Canary] = []
    found = bench.doors.ask("canaries", lambda: canaries(bench.doors.canaries(), today), none)
    return tuple(
        each.model_copy(update={"owner": row.owner, "stack": row.stack})
        if (row := tally.canaries.get(each.function))
        else each
        for each in found
    )


def _not_covered(bench: UnitBench, shut: LambdaShut) -> UnitHeader:
    """Findings stay as they are: nothing is known."""
    because = bench.work.config_reason
    reason = f"{shut}; Config: {because}" if because else str(shut)
    if shut.affected:
        bench.doors.problems.note(f"Health has {_functions(shut.affected)} there as affected")
    header = _bare_header(bench, covered=False).model_copy(
        update={"reason": reason, "problems": bench.doors.problems.listed()}
    )
    _leave(bench, header, ())
    return header


def _bare_header(bench: UnitBench, *, covered: bool) -> UnitHeader:
    work = bench.work
    return UnitHeader(
        scan_id=work.scan.scan_id,
        scanned_at=work.scan.scanned_at,
        account_id=work.account.account_id,
        account_name=work.account.name,
        ou_path=work.account.ou_path,
        region=work.region,
        covered=covered,
        config=work.in_config,
    )


def _lines(spool: IO[str]) -> Iterator[str]:
    spool.seek(0)
    for line in spool:
        yield line.removesuffix("\n")


def _leave(bench: UnitBench, header: UnitHeader, rows: Iterable[str]) -> None:
    key = result_key(bench.work.scan.scan_id, bench.work.unit)
    bench.store.write_lines(key, chain([header.model_dump_json()], rows))
