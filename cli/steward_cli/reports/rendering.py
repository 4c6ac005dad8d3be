"""The latest report for people: what is affected of what was covered, when, and what to do first.

Days are days in UTC, as the report's are.
"""

import shlex
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from rich.console import Console
from rich.text import Text

from steward.domain.instants import spoken
from steward.domain.runtimes.reporting.overview import (
    CoverageBox,
    MoveLine,
    Overview,
    RegressionLine,
    Wave,
    WorkItem,
)
from steward_cli.ages import short_age
from steward_cli.clock import UTC_ZONE
from steward_cli.counting import days_until, number, versions_too
from steward_cli.reports.linking import PageLink
from steward_cli.terminal import say

MOST_WORK = 10
MOST_NEW = 10
LATELY = timedelta(days=90)


def show_report(overview: Overview, now: datetime, most_work: int | None, console: Console) -> None:
    """Print the report; `most_work`: so many work items, None for all."""
    age = short_age(overview.scanned_at, now)
    say(console, f"Lambda runtimes as of {spoken(overview.scanned_at, UTC_ZONE)}, {age} ago")
    say(console, overview.headline)
    counted = ", ".join(f"{count} {name}" for name, count in overview.buckets.items() if count)
    say(console, f"{number(overview.total, 'function')}: {counted or 'none'}")
    say(console, "Coverage")
    for line in coverage_lines(overview.coverage):
        say(console, line, indent=2)
    _show_waves(overview.waves, most_work is None, console)
    _show_new(overview, None if most_work is None else MOST_NEW, console)
    _show_work(overview, most_work, console)
    show_moves(overview.moves, overview.today, most_work is None, console)


def coverage_lines(coverage: CoverageBox) -> Iterator[str]:
    """What the numbers stand on, and everything they leave out."""
    yield (
        f"{coverage.covered} of {coverage.total} account regions, "
        f"{coverage.live} of them read from Lambda itself"
    )
    for unit in coverage.uncovered:
        known = f"; {number(unit.functions, 'function')} known there" if unit.functions else ""
        where = f"{unit.account_name or unit.account_id} ({unit.account_id}), {unit.region}"
        yield f"not covered: {where}: {unit.reason}{known}"
    for account_id, why in coverage.passed_over.items():
        yield f"passed over: {account_id}: {why}"
    for source in coverage.sources:
        if not source.available:
            yield f"not available: {source.name}: {source.warning or 'no reason is given'}" + (
                f"; {source.lowers}" if source.lowers else ""
            )
        elif source.warning:
            yield f"old: {source.name}: {source.warning}"
    for problem in coverage.problems:
        yield f"not understood: {problem}"


def _show_waves(waves: Sequence[Wave], everything: bool, console: Console) -> None:
    say(console, "Waves")
    shown = [wave for wave in waves if everything or wave.functions or wave.versions]
    for wave in shown:
        _show_wave(wave, console)
    left = len(waves) - len(shown)
    if left:
        hint = "hit nothing yet in what is covered (--all lists them)"
        say(console, f"{number(left, 'other date')} {hint}", indent=2)


def _show_wave(wave: Wave, console: Console) -> None:
    hit = f"{number(wave.functions, 'function')}{versions_too(wave.versions)}"
    whose = f"of {number(wave.owners, 'owner')}" if wave.owners else "that nobody owns"
    where = f"in {number(wave.accounts, 'account')}"
    excepted = f", {wave.excepted} excepted" if wave.excepted else ""
    when = f"{wave.day} {wave.milestone}, {days_until(wave.days_left)}"
    what = f"{hit} {whose} {where}{excepted}: {', '.join(wave.runtimes)}"
    say(console, f"{when}: {what}", indent=2)
    say(console, wave.sentence, indent=4)


def _show_new(overview: Overview, most: int | None, console: Console) -> None:
    if overview.regressed:
        say(console, "New on a runtime that ends")
    for each in overview.regressions[:most]:
        say(console, _new(each), indent=2)
    left = overview.regressed - len(overview.regressions[:most])
    if left:
        listed = "steward runtimes list lists them" if most is None else "--all lists more"
        say(console, f"and {number(left, 'more function')} ({listed})", indent=2)


def _new(each: RegressionLine) -> str:
    account = each.account_name or each.account_id
    whose = f"{each.stack}, {each.owner}" if each.stack else each.owner
    where = f"{account}, {each.region}"
    return f"{each.name} ({whose or 'nobody owns it'}) in {where} on {each.runtime}"


def _show_work(overview: Overview, most: int | None, console: Console) -> None:
    say(console, "Most urgent work")
    for item in overview.work[:most]:
        say(console, _work(item), indent=2)
        say(console, item.remedy, indent=4)
        if item.acknowledged:
            say(console, f"acknowledged: {item.acknowledged}", indent=4)
        else:
            group = shlex.quote(item.group)
            say(console, f"steward runtimes acknowledge {group}", indent=4)
    left = len(overview.work) - len(overview.work[:most])
    if left:
        say(console, f"and {number(left, 'more work item')} (--all lists them)", indent=2)
    if not overview.work:
        say(console, "none in what is covered", indent=2)


def _work(item: WorkItem) -> str:
    hit = f"{number(item.functions, 'function')}{versions_too(item.versions)}"
    when = ""
    if item.milestone and item.day and item.days_left is not None:
        when = f"; {item.milestone} on {item.day}, {days_until(item.days_left)}"
    units = number(len(item.units), "account region")
    whose = item.owner or "nobody's"
    on = ", ".join(item.runtimes)
    return f"{item.level} {item.place} ({whose}): {hit} in {units} on {on}{when}"


def show_moves(moves: Sequence[MoveLine], today: date, everything: bool, console: Console) -> None:
    """Print the dates that moved lately, and how many did before."""
    recent = [move for move in moves if everything or today - move.seen <= LATELY]
    if moves:
        say(console, "Dates that moved")
    for move in recent:
        say(console, f"{move.sentence} (seen {move.seen})", indent=2)
    left = len(moves) - len(recent)
    if left:
        hint = f"seen more than {LATELY.days} days ago (--all lists them)"
        say(console, f"{number(left, 'move')} {hint}", indent=2)


def show_link(link: PageLink, console: Console) -> None:
    """Print the link on a line of its own, so that it can be taken whole."""
    earlier = f" ({link.earlier})" if link.earlier else ""
    say(
        console,
        f"whoever has this link reads the page until {spoken(link.ends_at, UTC_ZONE)}{earlier}",
    )
    console.print(Text(link.url), soft_wrap=True)
