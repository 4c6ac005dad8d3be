"""Notices beside the work items: exceptions that end, runtimes nobody knows, dates that moved."""

from collections.abc import Iterator

from steward.domain.runtimes.escalation import Audience
from steward.domain.runtimes.exceptions import GrantedException
from steward.domain.runtimes.moved import DateMoved
from steward.domain.runtimes.records import RuntimeNotice, RuntimeNoticeKind
from steward.domain.runtimes.reporting.due_notices import Mailbag
from steward.domain.runtimes.reporting.summary import ExceptionSums
from steward.domain.runtimes.severity import Level

UNKNOWN_GROUP = "unknown runtimes"
DATES_GROUP = "dates"


def reminders(bag: Mailbag) -> Iterator[RuntimeNotice]:
    """One for each exception that ends within 14 days and covers something today."""
    for number, sums in sorted(bag.summary.covers.items()):
        if sums.remind:
            yield _reminder(bag, bag.summary.exceptions[number], sums)


def exception_group(exception: GrantedException) -> str:
    """An exception as notices know it."""
    return f"exception|{exception.kind}|{exception.scope}|{exception.runtime}"


def _reminder(bag: Mailbag, exception: GrantedException, sums: ExceptionSums) -> RuntimeNotice:
    group = exception_group(exception)
    days = (exception.expires - bag.today).days
    return RuntimeNotice(
        kind=RuntimeNoticeKind.REMINDER,
        group=group,
        key=f"{RuntimeNoticeKind.REMINDER}|{exception.expires}",
        owners=tuple(sorted(sums.owners)) or (bag.owners.fallback,),
        audience=Audience.OWNER,
        level=Level.MEDIUM,
        headline=(
            f"the exception for {exception.runtime} ends on {exception.expires}, "
            f"in {days} {'day' if days == 1 else 'days'}"
        ),
        place=f"{exception.kind} {exception.scope}",
        remedy=f"change {exception.runtime}, or ask {exception.approver} for another exception",
        count=sums.functions + sums.versions,
        units=(),
        runtimes=(exception.runtime,),
        queued_at=bag.now,
        day=exception.expires,
        functions=tuple(sums.shown),
        details=(exception.reason,),
    )


def unknown_runtimes(bag: Mailbag) -> Iterator[RuntimeNotice]:
    """One for each runtime that nobody knows, to the platform team: owners cannot mend that."""
    for runtime_id, count in sorted(bag.summary.unknown.items()):
        name = runtime_id or "no runtime"
        yield _to_platform(
            bag,
            kind=RuntimeNoticeKind.UNKNOWN,
            group=UNKNOWN_GROUP,
            name=f"{RuntimeNoticeKind.UNKNOWN}|{name}",
            headline=f"{name}: nobody knows when it ends",
            remedy="upgrade Steward, or write its dates into the policy's runtimes.dates",
            runtime_id=runtime_id,
            count=count,
        )


def moved_dates(bag: Mailbag) -> Iterator[RuntimeNotice]:
    """One for each date that moved since the scan before; owners are told at their next stage."""
    for moved in bag.dates.scan.moved:
        functions, versions = bag.summary.of_runtime(moved.runtime_id)
        yield _to_platform(
            bag,
            kind=RuntimeNoticeKind.DATES,
            group=DATES_GROUP,
            name=_name_of_move(moved, bag),
            headline=moved.sentence,
            remedy="nothing is to be done; notices follow the new date from here on",
            runtime_id=moved.runtime_id,
            count=functions + versions,
        )


def _name_of_move(moved: DateMoved, bag: Mailbag) -> str:
    """The day is part of it: a date may move back and forth."""
    what = f"{moved.runtime_id}|{moved.milestone}|{moved.before}|{moved.after}"
    return f"{RuntimeNoticeKind.DATES}|{what}|{bag.today}"


def _to_platform(
    bag: Mailbag,
    *,
    kind: RuntimeNoticeKind,
    group: str,
    name: str,
    headline: str,
    remedy: str,
    runtime_id: str,
    count: int,
) -> RuntimeNotice:
    return RuntimeNotice(
        kind=kind,
        group=group,
        key=name,
        owners=(bag.owners.fallback,),
        audience=Audience.PLATFORM,
        level=Level.MEDIUM,
        headline=headline,
        place="runtime table",
        remedy=remedy,
        count=count,
        units=(),
        runtimes=(runtime_id,) if runtime_id else (),
        queued_at=bag.now,
    )
