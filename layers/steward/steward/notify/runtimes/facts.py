"""What a row says about runtimes, as labelled lines that the HTML and the text mail share."""

from collections.abc import Iterator
from typing import assert_never

from steward.domain.runtimes.escalation import Audience
from steward.domain.runtimes.records import RuntimeNoticeKind
from steward.domain.runtimes.severity import Level
from steward.notify.facts import Fact, Tone
from steward.notify.occasion import Occasion
from steward.notify.runtimes.rows import OF_WORK, RuntimeRow
from steward.notify.runtimes.words import (
    acknowledge_command,
    counted,
    day_said,
    deadline_said,
    some_of,
    today_of,
)

MOST_NAMES = 10
MOST_PLACES = 6


def runtime_facts(row: RuntimeRow, occasion: Occasion) -> Iterator[Fact]:
    """Everything the owner should know, most important first."""
    notice = row.notice
    yield from brief_runtime_facts(row)
    if notice.runtimes:
        yield Fact("Runtimes", (", ".join(notice.runtimes),))
    if notice.functions:
        yield Fact("Functions", some_of(notice.functions, MOST_NAMES, notice.count))
    if notice.units:
        yield Fact(
            "Where", some_of([place_said(each, occasion) for each in notice.units], MOST_PLACES)
        )
    if notice.breakers:
        yield Fact("May break", some_of(notice.breakers, MOST_NAMES))
    if notice.details:
        yield Fact("Also", notice.details)


def brief_runtime_facts(row: RuntimeRow) -> Iterator[Fact]:
    """What the owner needs for deciding what to do."""
    notice = row.notice
    if row.note:
        yield Fact("Not told", (row.note,), Tone.WARNING)
    yield from _news(row)
    if notice.remedy:
        yield Fact("To do", (notice.remedy,))
    if notice.kind in OF_WORK:
        yield Fact("Acknowledge", (acknowledge_command(notice),))


def place_said(unit: str, occasion: Occasion) -> str:
    """`payments-dev (222222222222) · eu-west-1` of `222222222222/eu-west-1`."""
    account_id, _, region = unit.partition("/")
    account = occasion.accounts.get(account_id)
    named = f"{account.name} ({account_id})" if account and account.name else account_id
    return f"{named} · {region}" if region else named


def extent_said(row: RuntimeRow) -> str:
    """How much of the organization it is about: `3 functions in 2 accounts and 1 region`."""
    notice = row.notice
    places = [unit.partition("/") for unit in notice.units]
    accounts, regions = {each[0] for each in places}, {each[2] for each in places if each[2]}
    functions = counted(notice.count, "function or version", "functions and versions")
    if not accounts:
        return functions if notice.count else "no function"
    where = f"{counted(len(accounts), 'account')}, {counted(len(regions), 'region')}"
    return f"{functions} · {where}"


def _news(row: RuntimeRow) -> Iterator[Fact]:
    headline = row.notice.headline
    match row.notice.kind:
        case RuntimeNoticeKind.WORK:
            yield from _deadline(row, _fresh_headline(row))
            yield Fact("Severity", (row.notice.level.lower(),), _tone(row))
        case RuntimeNoticeKind.ESCALATED:
            yield Fact("No answer", (_silence(row), *_fresh_headline(row)), Tone.WARNING)
            yield from _deadline(row)
            yield Fact("Severity", (row.notice.level.lower(),), _tone(row))
        case RuntimeNoticeKind.REGRESSION:
            yield Fact("New", (headline,), Tone.WARNING)
            yield from _deadline(row)
            yield Fact("Severity", (row.notice.level.lower(),), _tone(row))
        case RuntimeNoticeKind.REMINDER:
            yield Fact("Exception", _fresh_headline(row) or (_ending(row),), Tone.DEADLINE)
        case RuntimeNoticeKind.UNKNOWN:
            yield Fact("Unknown", (headline,), Tone.WARNING)
        case RuntimeNoticeKind.DATES:
            yield Fact("News", (headline,), Tone.DEADLINE)
        case _:
            assert_never(row.notice.kind)


def _deadline(row: RuntimeRow, more: tuple[str, ...] = ()) -> Iterator[Fact]:
    lines = tuple(filter(None, (deadline_said(row.notice, row.today), *more)))
    if lines:
        yield Fact("Deadline", lines, Tone.DEADLINE)


def _fresh_headline(row: RuntimeRow) -> tuple[str, ...]:
    """The sentence counts the days of the day that it was queued on; without a date it always
    holds."""
    is_fresh = today_of(row.notice.queued_at) == row.today
    return (row.notice.headline,) if is_fresh or row.notice.day is None else ()


def _ending(row: RuntimeRow) -> str:
    """When an exception ends, on another day than that on which the reminder was queued."""
    verb = "ends" if row.notice.day and row.notice.day > row.today else "ended"
    return f"{verb} on {day_said(row.notice.day, row.today)}" if row.notice.day else ""


def _tone(row: RuntimeRow) -> Tone:
    return Tone.WARNING if row.notice.level.rank >= Level.CRITICAL.rank else Tone.PLAIN


def _silence(row: RuntimeRow) -> str:
    silent = row.silent_owner or "its owner"
    if row.notice.audience is Audience.OWNER:
        return f"{silent} was told and has not answered"
    return f"{silent} was told and has not answered, so the {row.notice.audience} hears of it"
