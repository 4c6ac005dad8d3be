"""How grave one function's runtime is: days to the next milestone, then who is exposed.

The windows are defaults that an organizational unit may override.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from steward.domain.runtimes.lifecycle import OperatingSystem, Runtime
from steward.domain.runtimes.states import RuntimeState, State, runtime_state

# "Amazon Linux AMI FAQs" and "Amazon Linux 2 FAQs": from these days on the system has ended.
OS_ENDS = {
    OperatingSystem.AL1: date(2023, 12, 31),
    OperatingSystem.AL2: date(2026, 6, 30),
}


class Level(StrEnum):
    """From nothing to do, over report only, to a function that can no longer be updated."""

    NONE = "NONE"
    INFO = "INFO"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"
    BREACH = "BREACH"

    @property
    def rank(self) -> int:
        return _GRAVITY[self]


_GRAVITY = {level: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Windows:
    """Days to the next milestone at which each level begins.

    `block`: days to a block at which what is deprecated, or about to be frozen, is critical.
    """

    info: int = 365
    low: int = 180
    medium: int = 90
    high: int = 30
    block: int = 90

    def __post_init__(self) -> None:
        if not self.info > self.low > self.medium > self.high > 0:
            raise ValueError("windows: write info > low > medium > high > 0, in days")
        if self.block <= 0:
            raise ValueError("windows: write a block of at least one day")


DEFAULTS = Windows()


@dataclass(frozen=True, slots=True)
class Exposure:
    """Who would notice. `invocations`: in the last 90 days; None when nobody counted."""

    internet_facing: bool = False
    invocations: int | None = None
    stack_deployed: bool = False


UNEXPOSED = Exposure()


@dataclass(frozen=True, slots=True)
class Severity:
    """A level and the sentence why; `advice` when there is more to do than to change it."""

    level: Level
    reason: str
    advice: str = ""


def severity_of(
    runtime: Runtime, today: date, exposure: Exposure = UNEXPOSED, windows: Windows = DEFAULTS
) -> Severity:
    """The severity of a function on `runtime`, if nothing is known of it that says otherwise."""
    state = runtime_state(runtime, today)
    base, why = _by_dates(runtime, state, today, exposure, windows)
    steps = list(_modifiers(runtime, today, exposure))
    level = _moved(base, sum(step for step, _why in steps), state)
    said = [why, *(reason for _step, reason in steps)] if level is not base else [why]
    advice = "nobody has called it for 90 days: delete it" if exposure.invocations == 0 else ""
    return Severity(level, "; ".join(said), advice if level is not Level.NONE else "")


def _by_dates(
    runtime: Runtime, state: State, today: date, exposure: Exposure, windows: Windows
) -> tuple[Level, str]:
    if state.state is RuntimeState.UPDATE_BLOCKED:
        return Level.BREACH, state.reason
    if _is_critical(runtime, state, today, exposure, windows):
        return Level.CRITICAL, state.reason
    if state.has_ended:
        return Level.HIGH, state.reason
    return _by_days(state.days_left, windows), state.reason


def _is_critical(
    runtime: Runtime, state: State, today: date, exposure: Exposure, windows: Windows
) -> bool:
    if state.state is RuntimeState.CREATE_BLOCKED and exposure.stack_deployed:
        return True
    if _within(runtime.update_block, today, windows.block):
        return True
    return state.has_ended and _within(runtime.create_block, today, windows.block)


def _within(day: date | None, today: date, days: int) -> bool:
    """Whether `day` is still to come, in at most `days` days."""
    return day is not None and 0 < (day - today).days <= days


def _by_days(days: int | None, windows: Windows) -> Level:
    if days is None or days > windows.info:
        return Level.NONE
    reached = (
        (windows.high, Level.HIGH),
        (windows.medium, Level.MEDIUM),
        (windows.low, Level.LOW),
    )
    return next((level for limit, level in reached if days <= limit), Level.INFO)


def _modifiers(runtime: Runtime, today: date, exposure: Exposure) -> Iterator[tuple[int, str]]:
    if exposure.internet_facing:
        yield 1, "it faces the internet"
    elif exposure.invocations:
        yield 1, "it is in use"
    ends = OS_ENDS.get(runtime.os) if runtime.os else None
    if runtime.os and ends and ends <= today:
        yield 1, f"{runtime.os.full_name} has ended on {ends}"
    if exposure.invocations == 0:
        yield -1, "it was not called in 90 days"


def _moved(base: Level, steps: int, state: State) -> Level:
    """NONE and BREACH are facts of dates alone; deprecated is never below LOW."""
    if base in {Level.NONE, Level.BREACH}:
        return base
    floor = Level.LOW if state.has_ended else Level.INFO
    rank = min(max(base.rank + steps, floor.rank), Level.CRITICAL.rank)
    return list(Level)[rank]
