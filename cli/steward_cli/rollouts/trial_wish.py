"""What is to be tried, as it was asked for on the command line."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from steward.domain.rollouts.results import Phase
from steward.workflows.rollouts.bench import ShiftWindow
from steward_cli.failures import ExitCode, Failure

_WINDOW = timedelta(minutes=15)


class PhaseChoice(StrEnum):
    """Which checks to run."""

    PRE = "pre"
    POST = "post"
    ALL = "all"

    @property
    def phases(self) -> tuple[Phase, ...]:
        chosen = {PhaseChoice.PRE: (Phase.PRE,), PhaseChoice.POST: (Phase.POST,)}
        return chosen.get(self, (Phase.PRE, Phase.POST))


@dataclass(frozen=True, slots=True)
class Wish:
    """None, and empty: not given."""

    function: str | None
    version: str | None
    alias: str | None = None
    current: str | None = None
    config_file: str | None = None
    phases: tuple[Phase, ...] = PhaseChoice.ALL.phases
    deployment_id: str | None = None
    alarms: tuple[str, ...] = ()
    window: ShiftWindow | None = None


def window_of(since: str | None, until: str | None, now: datetime) -> ShiftWindow | None:
    """The time of live traffic to judge; None when neither end is given."""
    if since is None and until is None:
        return None
    end = _instant("--until", until) if until else now
    start = _instant("--since", since) if since else end - _WINDOW
    if not start < end <= now:
        todo = "give --since before --until, and neither ahead of now"
        raise Failure(f"no time lies between {start} and {end}", todo, ExitCode.USAGE)
    return ShiftWindow(start, end)


def last_minutes(now: datetime) -> ShiftWindow:
    """The window where none is asked for and no deployment has one."""
    return ShiftWindow(now - _WINDOW, now)


def _instant(option: str, text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        todo = "write it like 2027-01-31T09:00, in UTC unless it names an offset"
        raise Failure(f"{option} {text} is no instant", todo, ExitCode.USAGE) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
