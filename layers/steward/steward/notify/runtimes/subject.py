"""What a digest says of runtimes in one line: how many items, and the nearest deadline."""

from datetime import date

from steward.domain.runtimes.records import RuntimeNoticeKind
from steward.notify.harmless import header_safe
from steward.notify.runtimes.rows import RuntimeRow
from steward.notify.runtimes.words import counted, day_said, deadline_said

# Leaves room for the deadline, which matters more than the end of a long name.
_LONGEST_NAME = 60
_NEWS = {
    RuntimeNoticeKind.REGRESSION: (
        "place has functions new on a runtime that ends",
        "places have functions new on runtimes that end",
    ),
    RuntimeNoticeKind.ESCALATED: ("runtime notice unanswered", "runtime notices unanswered"),
    RuntimeNoticeKind.REMINDER: ("runtime exception ends", "runtime exceptions end"),
    RuntimeNoticeKind.UNKNOWN: ("notice of unknown runtimes", "notices of unknown runtimes"),
    RuntimeNoticeKind.DATES: ("runtime date moved", "runtime dates moved"),
}


def work_headline(rows: tuple[RuntimeRow, ...], *, names: bool) -> str:
    """What has to be changed, and by when; with `names` the place, if it is all there is to say."""
    work = [row for row in rows if row.notice.kind is RuntimeNoticeKind.WORK]
    if names and len(rows) == len(work) == 1:
        return _named(work[0])
    places = counted(len(work), "place needs", "places need")
    return _dated(f"{places} newer Lambda runtimes", work) if work else ""


def news_headline(rows: tuple[RuntimeRow, ...]) -> str:
    """What else there is to say of runtimes."""
    by_kind = {kind: [row for row in rows if row.notice.kind is kind] for kind in _NEWS}
    return "; ".join(
        _dated(counted(len(found), *_NEWS[kind]), found) for kind, found in by_kind.items() if found
    )


def _named(row: RuntimeRow) -> str:
    name = header_safe(row.notice.place, _LONGEST_NAME)
    deadline = deadline_said(row.notice, row.today)
    return f"{name}: {deadline}" if deadline else f"{name} needs newer Lambda runtimes"


def _dated(what: str, rows: list[RuntimeRow]) -> str:
    """With the next milestone to come; if all have come, the last that did."""
    days = [row.notice.day for row in rows if row.notice.day]
    coming = [day for day in days if day >= rows[0].today]
    nearest: date | None = min(coming, default=None) or max(days, default=None)
    return f"{what}, nearest {day_said(nearest, rows[0].today)}" if nearest else what
