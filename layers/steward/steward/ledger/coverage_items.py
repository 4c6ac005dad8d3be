"""The items of a sweep's coverage: its header, its plan in few chunks, and its answers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from steward.domain.coverage import Answers, PlannedSweep, SweepCoverage
from steward.domain.modes import Mode
from steward.domain.stacks import Unit
from steward.ledger.attributes import (
    TTL,
    Attribute,
    Item,
    ItemReader,
    UnreadableItem,
    epoch_seconds,
    moment,
    number,
    text,
    text_map,
    texts,
)
from steward.ledger.keys import done_key, plan_key, sweep_key

COVERAGE_KEPT = timedelta(days=30)
LONGEST_REASON = 500
# "Quotas in Amazon DynamoDB": an item holds 400 KB, names of attributes included.
_MOST_BYTES = 300_000
_ACCOUNTS_A_ROW = 5_000
_ROW_OVERHEAD = 60
_UNITS, _PASSED_OVER = "units", "passed_over"
_COUNTS = ("swept", "unreachable", "unanswered")

type _Row = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Header:
    """What is on record of a sweep beside its units. `sweep` has none of them yet.

    `was_whole`: it was complete when it was closed, which no later answer changes.
    """

    sweep: PlannedSweep
    planned: int
    chunks: int
    closed_at: datetime | None
    was_whole: bool


def header_item(sweep: PlannedSweep, chunks: int) -> Item:
    return (
        _kept(sweep.swept_at)
        | sweep_key(sweep.sweep_id, sweep.swept_at)
        | {
            "sweep_id": text(sweep.sweep_id),
            "swept_at": moment(sweep.swept_at),
            "policy": text(sweep.policy),
            "mode": text(sweep.mode),
            "held": text(sweep.held),
            "planned": number(len(sweep.units)),
            "chunks": number(chunks),
        }
    )


def closing_values(coverage: SweepCoverage, at: datetime) -> Item:
    """What closing a sweep adds to its header."""
    counts = (coverage.swept, len(coverage.unreachable), len(coverage.unanswered))
    return {"closed_at": moment(at)} | dict(zip(_COUNTS, map(number, counts), strict=True))


def header_from(item: Item) -> Header:
    read = ItemReader(item)
    sweep = PlannedSweep(
        sweep_id=read.text("sweep_id"),
        swept_at=read.moment("swept_at"),
        policy=read.text("policy"),
        mode=read.choice("mode", Mode),
        held=read.text("held"),
        units=frozenset(),
        passed_over={},
    )
    planned, closed_at = read.number("planned"), read.moment_or_none("closed_at")
    counts = [read.number(name) for name in _COUNTS] if closed_at else [0]
    was_whole = planned > 0 and counts[0] == planned
    return read.whole(Header(sweep, planned, read.number("chunks"), closed_at, was_whole))


def plan_items(sweep: PlannedSweep) -> list[Item]:
    """The plan, in as few items as hold it: accounts are listed once for all their regions."""
    rows = [*_unit_rows(sweep.units), *_passed_over_rows(sweep.passed_over)]
    return [
        _kept(sweep.swept_at) | plan_key(sweep.sweep_id, place) | _chunk(some)
        for place, some in enumerate(_packed(rows))
    ]


def plan_from(items: Iterable[Item]) -> tuple[frozenset[Unit], dict[str, str]]:
    """The units and the passed-over accounts of a sweep's chunks."""
    units: set[Unit] = set()
    passed_over: dict[str, str] = {}
    for item in items:
        read = ItemReader(item)
        for regions, accounts in _rows_from(read, _UNITS):
            units |= {Unit(each, region) for each in accounts for region in regions.split(",")}
        for reason, accounts in _rows_from(read, _PASSED_OVER):
            passed_over |= dict.fromkeys(accounts, reason)
        read.whole(None)
    return frozenset(units), passed_over


def answers_item(sweep_id: str, swept_at: datetime, invocation: str, answers: Answers) -> Item:
    return (
        _kept(swept_at)
        | done_key(sweep_id, invocation)
        | {
            "swept": texts(map(str, sorted(answers.swept))),
            "unreachable": _reasons(answers.unreachable),
            "failed": _reasons(answers.failed),
        }
    )


def answers_from(item: Item) -> Answers:
    read = ItemReader(item)
    swept = frozenset(_unit(read, "swept", each) for each in read.texts("swept"))
    unreachable, failed = (
        {_unit(read, name, each): why for each, why in read.text_map(name).items()}
        for name in ("unreachable", "failed")
    )
    return read.whole(Answers(swept, unreachable, failed))


def _unit(read: ItemReader, name: str, written: str) -> Unit:
    account_id, slash, region = written.partition("/")
    if not (account_id and slash and region):
        raise read.broken(name, f"holds {written!r}, which is no account/region")
    return Unit(account_id, region)


def _reasons(reasons: Mapping[Unit, str]) -> Attribute:
    return text_map({str(unit): why[:LONGEST_REASON] for unit, why in reasons.items()})


def _kept(swept_at: datetime) -> Item:
    return {TTL: epoch_seconds(swept_at + COVERAGE_KEPT)}


def _unit_rows(units: frozenset[Unit]) -> Iterator[_Row]:
    regions: dict[str, list[str]] = {}
    for unit in sorted(units):
        regions.setdefault(unit.account_id, []).append(unit.region)
    grouped: dict[str, list[str]] = {}
    for account_id, names in regions.items():
        grouped.setdefault(",".join(names), []).append(account_id)
    yield from _rows(_UNITS, grouped)


def _passed_over_rows(passed_over: Mapping[str, str]) -> Iterator[_Row]:
    grouped: dict[str, list[str]] = {}
    for account_id, why in sorted(passed_over.items()):
        grouped.setdefault(why[:LONGEST_REASON], []).append(account_id)
    yield from _rows(_PASSED_OVER, grouped)


def _rows(kind: str, grouped: Mapping[str, list[str]]) -> Iterator[_Row]:
    for name, accounts in grouped.items():
        for some in batched(accounts, _ACCOUNTS_A_ROW, strict=False):
            yield kind, name, some


def _packed(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    chunk: list[_Row] = []
    size = 0
    for row in rows:
        needed = _ROW_OVERHEAD + len(row[1].encode()) + 13 * len(row[2])
        if chunk and size + needed > _MOST_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += needed
    if chunk:
        yield chunk


def _chunk(rows: Iterable[_Row]) -> Item:
    lists: dict[str, list[Attribute]] = {_UNITS: [], _PASSED_OVER: []}
    for kind, name, accounts in rows:
        lists[kind].append({"M": {"of": text(name), "accounts": text(",".join(accounts))}})
    return {kind: {"L": written} for kind, written in lists.items()}


def _rows_from(read: ItemReader, kind: str) -> Iterator[tuple[str, list[str]]]:
    for row in read.records(kind):
        yield row.whole((row.text("of"), row.text("accounts").split(",")))


def missing_chunks(header: Header, found: int) -> UnreadableItem:
    """Some of the plan is not there."""
    key = plan_key(header.sweep.sweep_id, found)
    said = f"it is missing: {found} of {header.chunks} items of the plan are there"
    return UnreadableItem(key["pk"]["S"], key["sk"]["S"], said)
