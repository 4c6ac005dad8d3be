"""The work items and the owners of a report, from its sums."""

from datetime import date

from steward.domain.runtimes.groups import GroupKey, remedy_of
from steward.domain.runtimes.reporting.overview import OwnerLine, WorkItem
from steward.domain.runtimes.reporting.summary import OwnerSums
from steward.domain.runtimes.reporting.told import Told
from steward.domain.runtimes.reporting.work_cells import Sums, WorkCells


def work_items(work: WorkCells, told: Told, today: date, silent: str = "") -> tuple[WorkItem, ...]:
    """What there is to do: what is blocked first, then the nearest milestone.

    `silent`: why nobody is told of anything at all; empty when people are.
    """
    items = [_item(key, sums, told, today, silent) for key, sums in work.items().items()]
    return tuple(sorted(items, key=_order))


def _item(key: GroupKey, sums: Sums, told: Told, today: date, silent: str) -> WorkItem:
    given = told.acknowledged(key, today)
    come = told.escalation(key, sums.level, today)
    return WorkItem(
        group=str(key),
        owner=key.owner,
        origin=key.origin,
        place=key.place,
        milestone=key.milestone,
        day=sums.day,
        days_left=(sums.day - today).days if sums.day else None,
        level=sums.level,
        functions=sums.functions,
        versions=sums.versions,
        units=tuple(str(unit) for unit in sorted(sums.units)),
        runtimes=tuple(sorted(sums.runtimes)),
        targets=tuple(sorted(sums.hops)),
        breakers=tuple(sorted(sums.breakers)),
        remedy=remedy(key, sums),
        acknowledged=f"{given.by} on {given.at:%Y-%m-%d}" if given else "",
        told=silent or f"{come.audience}: {come.reason}",
    )


def remedy(key: GroupKey, sums: Sums) -> str:
    """What to change, in a sentence."""
    return remedy_of(
        key,
        sorted(sums.runtimes),
        sums.hops,
        in_stack=sums.in_stack,
        only_versions=not sums.functions,
    )


def _order(item: WorkItem) -> tuple[bool, date, str]:
    """A work item without a date has no milestone left: it is blocked, and comes first."""
    return item.day is not None, item.day or date.min, item.group


def owner_lines(owners: dict[str, OwnerSums]) -> tuple[OwnerLine, ...]:
    """Who has to do something, the gravest first, then who has most."""
    lines = [
        OwnerLine(
            owner=owner,
            functions=sums.functions,
            versions=sums.versions,
            worst=sums.worst,
            excepted=sums.excepted,
            nearest=sums.nearest,
        )
        for owner, sums in owners.items()
    ]
    return tuple(sorted(lines, key=lambda each: (-each.worst.rank, -each.functions, each.owner)))
