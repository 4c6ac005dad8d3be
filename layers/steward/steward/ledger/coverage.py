"""What each sweep planned, and what its workers answered: read one partition a sweep."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from steward.domain.coverage import (
    Answers,
    PlannedSweep,
    SweepCoverage,
    coverage_of,
    merged,
)
from steward.domain.modes import Mode
from steward.ledger.attributes import Item, UnreadableItem
from steward.ledger.coverage_items import (
    Header,
    answers_from,
    answers_item,
    closing_values,
    header_from,
    header_item,
    missing_chunks,
    plan_from,
    plan_items,
)
from steward.ledger.keys import (
    DONE_PREFIX,
    PLAN_PREFIX,
    SWEEPS,
    sweep_key,
    sweep_partition,
    swept_of,
)
from steward.ledger.table import Table


class CoverageBooks(Table):
    """Answers are put, never counted up: the same one twice changes nothing."""

    def open_sweep(self, sweep: PlannedSweep) -> None:
        """Put the plan on record. The header is last: what it names is there."""
        chunks = plan_items(sweep)
        for item in (*chunks, header_item(sweep, len(chunks))):
            self.put_alone(item)

    def save_answers(
        self, sweep_id: str, swept_at: datetime, invocation: str, answers: Answers
    ) -> None:
        """Put on record what one invocation of a worker found out, in one write."""
        self.put_alone(answers_item(sweep_id, swept_at, invocation, answers))

    def sweeps(self, limit: int) -> tuple[SweepCoverage, ...]:
        """The last `limit` sweeps, newest first. One that cannot be read says so itself."""
        return tuple(self._sweep_coverage(item) for item in self._sweep_headers(limit))

    def open_sweeps(self, limit: int) -> Iterator[SweepCoverage]:
        """Those of the last `limit` sweeps whose books nobody has closed, oldest first."""
        waiting = [item for item in self._sweep_headers(limit) if "closed_at" not in item]
        return map(self._sweep_coverage, reversed(waiting))

    def close_sweep(self, coverage: SweepCoverage, at: datetime) -> bool:
        """Write the counts into the header; False when the books were closed already."""
        values = closing_values(coverage, at)
        names = {f"#{name}": name for name in values}
        setting = ", ".join(f"#{name} = :{name}" for name in values)
        done = self.update(
            sweep_key(coverage.sweep_id, coverage.swept_at),
            f"SET {setting}",
            "attribute_exists(pk) AND attribute_not_exists(#closed_at)",
            names,
            {f":{name}": value for name, value in values.items()},
        )
        return done is not None

    def book(self, coverage: SweepCoverage) -> tuple[PlannedSweep, Answers]:
        """A sweep's units one by one; raise UnreadableItem."""
        item = self.read(sweep_key(coverage.sweep_id, coverage.swept_at))
        if item is None:
            raise UnreadableItem(SWEEPS, coverage.sweep_id, "is gone")
        header = header_from(item)
        return self._sweep_plan(header), self._sweep_answers(header)

    def put_alone(self, item: Item) -> None:
        """One write outside any transaction, which would cost two."""
        self.patiently(lambda: self.client.put_item(TableName=self.name, Item=item))

    def _sweep_headers(self, limit: int) -> list[Item]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.name,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": SWEEPS}},
            ScanIndexForward=False,
            PaginationConfig={"MaxItems": limit},
        )
        return [item for page in pages for item in page["Items"]]

    def _sweep_coverage(self, item: Item) -> SweepCoverage:
        try:
            header = header_from(item)
        except UnreadableItem as error:
            return _unreadable(item, str(error))
        try:
            return self._sweep_counted(header)
        except UnreadableItem as error:
            return replace(_without_units(header), unreadable=str(error))

    def _sweep_counted(self, header: Header) -> SweepCoverage:
        """The answers of a sweep that was whole need no second look."""
        plan = self._sweep_plan(header)
        answers = Answers(swept=plan.units) if header.was_whole else self._sweep_answers(header)
        return coverage_of(plan, answers, header.closed_at)

    def _sweep_plan(self, header: Header) -> PlannedSweep:
        pk = sweep_partition(header.sweep.sweep_id)
        chunks = list(self.query(pk, PLAN_PREFIX))[: header.chunks]
        if len(chunks) < header.chunks:
            raise missing_chunks(header, len(chunks))
        units, passed_over = plan_from(chunks)
        return replace(header.sweep, units=units, passed_over=passed_over)

    def _sweep_answers(self, header: Header) -> Answers:
        pk = sweep_partition(header.sweep.sweep_id)
        return merged(map(answers_from, self.query(pk, DONE_PREFIX)))


def _without_units(header: Header) -> SweepCoverage:
    return replace(coverage_of(header.sweep, Answers(), header.closed_at), planned=header.planned)


def _unreadable(item: Item, why: str) -> SweepCoverage:
    """The key still tells which sweep it was."""
    sweep_id, swept_at = swept_of(item["sk"]["S"])
    sweep = PlannedSweep(sweep_id, swept_at, "", Mode.OBSERVE, "", frozenset(), {})
    return replace(coverage_of(sweep, Answers()), unreadable=why)
