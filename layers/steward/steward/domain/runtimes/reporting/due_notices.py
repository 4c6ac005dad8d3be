"""Which notices a report owes to the owners of work items, and to those who answer for them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from steward.domain.outbox import NoticeState
from steward.domain.policy_owners import Owners
from steward.domain.runtimes.escalation import Audience
from steward.domain.runtimes.groups import GroupKey
from steward.domain.runtimes.lifecycle import Runtime
from steward.domain.runtimes.records import RuntimeNotice, RuntimeNoticeKind
from steward.domain.runtimes.reporting.report_dates import ReportDates
from steward.domain.runtimes.reporting.summary import Summary
from steward.domain.runtimes.reporting.told import Told
from steward.domain.runtimes.reporting.work_cells import Sums, addresses_of, together
from steward.domain.runtimes.reporting.work_items import remedy
from steward.domain.runtimes.stages import DueNotice, StageKey, current_stage, due_notice

type Cell = tuple[GroupKey, str, Sums]

_LIVE = frozenset({NoticeState.PENDING, NoticeState.CLAIMED, NoticeState.SENT})


@dataclass(frozen=True)
class Mailbag:
    """What notices are made of. `owners`: the policy's, which say who stands in for whom."""

    summary: Summary
    dates: ReportDates
    told: Told
    owners: Owners
    now: datetime

    @property
    def today(self) -> date:
        return self.dates.today

    @cached_property
    def groups(self) -> dict[str, list[Cell]]:
        """What somebody has to be told of, by group as notices know it."""
        groups = {
            group: [cell for cell in cells if cell[2].is_worth_a_notice]
            for group, cells in self.summary.work.told_as().items()
        }
        return {group: cells for group, cells in groups.items() if cells}

    @cached_property
    def items(self) -> dict[GroupKey, Sums]:
        """What is affected, by work item."""
        return self.summary.work.items()


def work_notices(bag: Mailbag) -> Iterator[RuntimeNotice]:
    """One notice for each group that is due one; a group never gets two in one report."""
    for group, cells in sorted(bag.groups.items()):
        due = _due(bag, group, cells)
        if due is not None:
            yield _work_notice(bag, group, cells, due)


def _due(bag: Mailbag, group: str, cells: Sequence[Cell]) -> DueNotice | None:
    told = [
        key
        for notice in bag.told.by_group.get(group, [])
        if notice.state in _LIVE and not is_outdated(bag, notice)
        for key in notice.settles
    ]
    runtimes = _runtimes(bag.dates, cells)
    return due_notice(group, runtimes, told, bag.today, bag.dates.known_since)


def _runtimes(dates: ReportDates, cells: Iterable[Cell]) -> list[Runtime]:
    """Each runtime with its dates in each region where it is; most often one and the same."""
    found: list[Runtime] = []
    for _key, runtime_id, sums in cells:
        for region in sorted({unit.region for unit in sums.units}):
            runtime = dates.runtime(runtime_id, region)
            if runtime is not None and runtime not in found:
                found.append(runtime)
    return found


def _work_notice(bag: Mailbag, group: str, cells: Sequence[Cell], due: DueNotice) -> RuntimeNotice:
    concerned = {key.runtime_id for key in due.settles}
    sums = together(each[2] for each in cells if each[1] in concerned)
    head, key = due.headline, cells[0][0]
    name = f"{RuntimeNoticeKind.WORK}|{head.runtime_id}|{head.milestone}|{head.day}|{head.stage}"
    notice = _of_group(bag, group, key, sums)
    return replace(
        notice,
        key=name,
        headline=due.reason,
        milestone=head.milestone,
        day=head.day,
        settles=due.settles,
    )


def _of_group(bag: Mailbag, group: str, key: GroupKey, sums: Sums) -> RuntimeNotice:
    return RuntimeNotice(
        kind=RuntimeNoticeKind.WORK,
        group=group,
        key="",
        owners=addresses_of(key.owner) or (bag.owners.fallback,),
        audience=Audience.OWNER,
        level=sums.level,
        headline="",
        place=key.place,
        remedy=remedy(key, sums),
        count=sums.functions + sums.versions,
        units=tuple(str(unit) for unit in sorted(sums.units)),
        runtimes=tuple(sorted(sums.runtimes)),
        queued_at=bag.now,
        functions=tuple(sums.shown),
        details=tuple(sorted(sums.notes)),
        breakers=tuple(sorted(sums.breakers)),
    )


def escalations(bag: Mailbag) -> Iterator[RuntimeNotice]:
    """One notice for each work item that nobody has answered, once for each rung it has come to."""
    for key, sums in sorted(bag.items.items(), key=lambda each: str(each[0])):
        come = bag.told.escalation(key, sums.level, bag.today)
        if come.audience is Audience.OWNER or not sums.is_worth_a_notice:
            continue
        name = (
            f"{RuntimeNoticeKind.ESCALATED}|{key.milestone}|{sums.day}|{sums.level}|{come.audience}"
        )
        yield replace(
            _of_group(bag, key.told_as, key, sums),
            kind=RuntimeNoticeKind.ESCALATED,
            key=name,
            owners=_audience(bag, come.audience, sums),
            audience=come.audience,
            headline=f"{key.place} of {key.owner or 'nobody'}: {come.reason}",
            milestone=key.milestone,
            day=sums.day,
        )


def regression_notices(bag: Mailbag) -> Iterator[RuntimeNotice]:
    """One a day for each group in which something is new on a runtime that ends, whatever stage
    the group is at."""
    for group, cells in sorted(bag.summary.regressions.work.told_as().items()):
        sums = together(each[2] for each in cells)
        first = min(cells, key=lambda each: (each[2].day or date.max, str(each[0])))
        names = " and ".join(sorted(sums.runtimes))
        yield replace(
            _of_group(bag, group, first[0], sums),
            kind=RuntimeNoticeKind.REGRESSION,
            key=f"{RuntimeNoticeKind.REGRESSION}|{bag.today}",
            headline=f"new on {names} since the last report",
            milestone=first[0].milestone,
            day=sums.day,
        )


def _audience(bag: Mailbag, audience: Audience, sums: Sums) -> tuple[str, ...]:
    """The contacts of the nearest organizational units that have one; else the fallback."""
    fallback = (bag.owners.fallback,)
    if audience is not Audience.UNIT_OWNER:
        return fallback
    contacts = bag.owners.organizational_units
    found: set[str] = set()
    for account_id in {unit.account_id for unit in sums.units}:
        path = reversed(bag.summary.ou_paths.get(account_id, ()))
        found.update(next(([contacts[unit]] for unit in path if unit in contacts), []))
    return tuple(sorted(found)) or fallback


def is_outdated(bag: Mailbag, notice: RuntimeNotice) -> bool:
    """Whether a notice that waits is about a day that counts no more, or a stage that is past."""
    if notice.state is not NoticeState.PENDING:
        return False
    runtimes = _runtimes(bag.dates, bag.groups.get(notice.group, []))
    about = {(notice.milestone, notice.day)}
    keys = [key for key in notice.settles if (key.milestone, key.day) in about]
    counting = [key for key in keys if _still_counts(key, runtimes)]
    if not counting:
        return bool(keys) and not is_in_doubt(bag, notice)
    stage = current_stage(counting[0].day, bag.today)
    return stage is not None and all(stage < key.stage for key in counting)


def _still_counts(key: StageKey, runtimes: Iterable[Runtime]) -> bool:
    own = (each for each in runtimes if each.id == key.runtime_id)
    return any(each.day_of(key.milestone) == key.day for each in own)


def is_in_doubt(bag: Mailbag, notice: RuntimeNotice) -> bool:
    """Whether some of its functions may be among those that were not looked at."""
    return bag.summary.lost > 0 or notice.group in bag.summary.work.unproven
