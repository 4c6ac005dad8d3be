"""The four keys for people. Whatever there is no data for is said to have none."""

from collections.abc import Iterator

from rich.console import Console

from steward.domain.durations import spoken_duration
from steward_cli.counting import number
from steward_cli.rollouts.columns import print_columns
from steward_cli.rollouts.dora_report import DoraReport, Keys, SpreadPart
from steward_cli.rollouts.list_rendering import GUIDE
from steward_cli.terminal import say

_NOTHING = "-"


def show_dora(report: DoraReport, console: Console) -> None:
    """Print the keys of all, then of each group."""
    total = report.total
    lately = f"the last {spoken_duration(report.at - report.since)}"
    if not total.changes:
        say(console, f"no change began in {lately}; look further back, as with --since 90d")
        say(console, f"if there should be some, {GUIDE} says how accounts and functions take part")
        return
    say(
        console,
        f"{number(total.changes, 'change')} and {number(total.rollbacks, 'rollback')} in {lately}",
    )
    print_columns(list(_lines(total)), console)
    if report.groups:
        say(console, "")
    for each in report.groups:
        say(console, f"{each.name}: {_in_short(each)}")


def _in_short(keys: Keys) -> str:
    said = [f"{number(keys.changes, 'change')}, {keys.per_week:.1f} a week"]
    if keys.finished:
        said.append(f"{_percent(keys.failure_rate)} failed")
    if keys.restored.count:
        said.append(f"restored in {_short(keys.restored.median_seconds)}")
    if keys.recovered.count:
        said.append(f"next success after {_short(keys.recovered.median_seconds)}")
    if keys.unrecovered:
        said.append(f"{keys.unrecovered} not recovered yet")
    return ", ".join(said)


def _lines(keys: Keys) -> Iterator[tuple[str, str]]:
    yield "deployment frequency", f"{keys.per_day:.2f} a day, {keys.per_week:.1f} a week"
    yield "change failure rate", _failure_rate(keys)
    yield "serving restored", _spread(keys.restored, "rollback")
    open_ones = f"; {keys.unrecovered} not yet" if keys.unrecovered else ""
    yield "next change succeeded", _spread(keys.recovered, "failure") + open_ones
    yield "lead time", _lead_time(keys)
    caught = ", ".join(f"{by} {count}" for by, count in keys.caught_by.items())
    yield "caught by", caught or "nothing had to be caught"
    hooks = keys.hooks
    yield "hooks took", f"{_short(hooks.p95_seconds)} at p95 of {number(hooks.count, 'run')}"
    yield "inconclusive checks", _percent(keys.inconclusive_rate)
    yield "overrides", str(keys.overridden)


def _failure_rate(keys: Keys) -> str:
    if keys.failure_rate is None:
        return "no change has ended yet"
    undone = f", {keys.undone} of them after success" if keys.undone else ""
    failures = keys.failed + keys.undone
    return f"{_percent(keys.failure_rate)} ({failures} of {keys.finished}{undone})"


def _lead_time(keys: Keys) -> str:
    if not keys.lead_time.count:
        return f"not known: no function has the tag steward:commit-time ({GUIDE})"
    without = f"; {keys.without_commit_time} left out" if keys.without_commit_time else ""
    return f"{_spread(keys.lead_time, 'change')}{without}"


def _spread(spread: SpreadPart, what: str) -> str:
    if not spread.count:
        return f"no {what} to tell it by"
    median, p90 = _short(spread.median_seconds), _short(spread.p90_seconds)
    return f"{median} at the median, {p90} at p90 of {number(spread.count, what)}"


def _percent(rate: float | None) -> str:
    return _NOTHING if rate is None else f"{rate:.0%}"


def _short(seconds: float | None) -> str:
    """`45s`, `12m`, `3h20m`, `2d4h`: two units at most."""
    if seconds is None:
        return _NOTHING
    if seconds < 90:
        return f"{seconds:.0f}s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes}m"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours}h{rest}m" if rest else f"{hours}h"
    days, left = divmod(hours, 24)
    return f"{days}d{left}h" if left else f"{days}d"
