"""Deployments for people: a line each, the latest first. Times are UTC."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from steward.domain.durations import spoken_duration
from steward.domain.rollouts.records import Rollout
from steward.notify.harmless import harmless
from steward_cli.counting import number
from steward_cli.rollouts.selecting import Found, StatusChoice, Wish, status_of
from steward_cli.rollouts.words import outcome_of, place_of, versions_of, workload_of
from steward_cli.row_table import Row, print_rows
from steward_cli.terminal import say

HEADINGS = ("BEGAN (UTC)", "STATUS", "FUNCTION", "VERSIONS", "WHAT")
MOST_SHOWN = 50
GUIDE = "docs/guide/rollouts.md"
STYLES = {
    StatusChoice.FAILED: "red",
    StatusChoice.STOPPED: "red",
    StatusChoice.RUNNING: "yellow",
    StatusChoice.SUCCEEDED: "green",
}


def show_rollouts(found: Found, wish: Wish, everything: bool, console: Console) -> None:
    """Print the latest of them, or all; how many there are is said at the end."""
    shown = found.rollouts if everything else found.rollouts[:MOST_SHOWN]
    if shown:
        print_rows(HEADINGS, [_cells(each) for each in shown], list(map(_what, shown)), console)
    for line in _ending(found, wish, len(shown)):
        say(console, line)


def short_moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def _cells(rollout: Rollout) -> Row:
    status = status_of(rollout)
    return (
        Text(short_moment(rollout.created_at)),
        Text(status, style=STYLES[status]),
        Text(harmless(workload_of(rollout))),
        Text(versions_of(rollout)),
    )


def _what(rollout: Rollout) -> str:
    return f"{rollout.deployment_id} in {place_of(rollout)}: {outcome_of(rollout)}"


def _ending(found: Found, wish: Wish, shown: int) -> Iterator[str]:
    lately = f"in the last {spoken_duration(found.at - found.since)}"
    count = len(found.rollouts)
    if count:
        yield f"{number(count, 'deployment')} {lately}; `steward rollouts show ID` tells all of one"
        if count > shown:
            yield f"the latest {shown} are shown; --all shows the {count - shown} before them too"
    elif wish == Wish():
        yield f"no deployment began {lately}; look further back, as with --since 30d"
        yield f"if there should be some, {GUIDE} says how accounts and functions take part"
    else:
        yield f"no deployment {lately} is like that; leave a filter out, or look further back"
