"""Notices of runtimes as rows of a digest: the most urgent first, each group's newest."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from steward.domain.runtimes.records import RuntimeNotice, RuntimeNoticeKind

OF_WORK = frozenset(
    {RuntimeNoticeKind.WORK, RuntimeNoticeKind.ESCALATED, RuntimeNoticeKind.REGRESSION}
)
_NEWS = frozenset(
    {RuntimeNoticeKind.DATES, RuntimeNoticeKind.UNKNOWN, RuntimeNoticeKind.REGRESSION}
)


@dataclass(frozen=True, slots=True)
class RuntimeRow:
    """One notice as the digest tells it on `today`. `note`: which owners mails do not reach."""

    notice: RuntimeNotice
    today: date
    note: str = ""

    @property
    def silent_owner(self) -> str:
        """Whose group it is, as the group's name begins with its owner; empty: nobody's."""
        return self.notice.group.partition("|")[0]


def runtime_rows(rows: Iterable[RuntimeRow]) -> tuple[RuntimeRow, ...]:
    """Of several notices of one group the newest is told, as far as it says all of the others."""
    by_topic: dict[tuple[str | None, ...], list[RuntimeRow]] = {}
    for row in rows:
        by_topic.setdefault(_topic(row.notice), []).append(row)
    told = (row for of_one in by_topic.values() for row in _newest(of_one))
    return tuple(sorted(told, key=_urgency))


def _topic(notice: RuntimeNotice) -> tuple[str | None, ...]:
    """News share a group, and are each about something else."""
    key = notice.key if notice.kind in _NEWS else ""
    return (notice.kind, notice.group, notice.milestone, key)


def _newest(rows: list[RuntimeRow]) -> Iterator[RuntimeRow]:
    """Newest first; an older one that speaks of a runtime that no newer one has is told too."""
    said: set[str] = set()
    for row in sorted(rows, key=_age, reverse=True):
        runtimes = set(row.notice.runtimes) or {""}
        if not runtimes <= said:
            yield row
        said |= runtimes


def _age(row: RuntimeRow) -> tuple[float, str]:
    return (row.notice.queued_at.timestamp(), row.notice.key)


def _urgency(row: RuntimeRow) -> tuple[int, bool, date, int, str, str]:
    """Work without a date is blocked already, so it comes first."""
    notice = row.notice
    order = list(RuntimeNoticeKind).index(notice.kind)
    day = notice.day or date.min
    return (order, notice.day is not None, day, -notice.level.rank, notice.place, notice.group)
