"""The report without its functions: what its page, its JSON and its mails say of the whole.

This is the head of `runtimes.json`, version 1 of its schema.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.states import RuntimeState


class Part(BaseModel):
    """A part of the report's document."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class UncoveredUnit(Part):
    """`functions`: how many were known there when it was last read; they count as not covered."""

    account_id: str
    account_name: str = ""
    region: str
    reason: str
    functions: int = 0
    last_read: AwareDatetime | None = None


class SourceLine(Part):
    """A source of the report: whether it was there, how old it is, what its lack lowers."""

    name: str
    available: bool = True
    age_hours: float | None = None
    warning: str = ""
    lowers: str = ""


class CoverageBox(Part):
    """Units are account regions. `partial`: the scan was not finished when this was written."""

    covered: int
    total: int
    live: int
    partial: bool = False
    uncovered: tuple[UncoveredUnit, ...] = ()
    passed_over: Mapping[str, str] = {}
    sources: tuple[SourceLine, ...] = ()
    problems: tuple[str, ...] = ()


class Point(Part):
    """How many functions a milestone would hit, as counted on a day."""

    day: date
    functions: int


class Wave(Part):
    """One milestone's date, everything it hits, and whether it will be done in time.

    `needed_per_week`: functions to fix each week from today; None when the day has come.
    `actual_per_week`: fixed each week lately; None until there are two counts a day apart.
    `forecast`: the day on which none is left at that rate; None when there is no such day.
    """

    milestone: Milestone
    day: date
    days_left: int
    runtimes: tuple[str, ...]
    functions: int
    versions: int
    excepted: int
    owners: int
    accounts: int
    history: tuple[Point, ...] = ()
    needed_per_week: float | None = None
    actual_per_week: float | None = None
    forecast: date | None = None
    sentence: str


class OwnerLine(Part):
    """`owner` is empty for functions that nobody owns."""

    owner: str
    functions: int
    versions: int
    worst: Level
    excepted: int = 0
    nearest: date | None = None


class WorkItem(Part):
    """One thing to change by one owner: a stack, wherever it is deployed. `group`: its name in
    `steward runtimes acknowledge`. `told`: up to whom it has come, and why."""

    group: str
    owner: str
    origin: str
    place: str
    milestone: Milestone | None = None
    day: date | None = None
    days_left: int | None = None
    level: Level
    functions: int
    versions: int
    units: tuple[str, ...]
    runtimes: tuple[str, ...]
    targets: tuple[str, ...] = ()
    breakers: tuple[str, ...] = ()
    remedy: str
    acknowledged: str = ""
    told: str = ""


class RegressionLine(Part):
    """A function that is new on a runtime that ends, or was changed to it, since `read_before`: the
    last day before on which its account region was read. `owner` is empty when nobody owns it."""

    account_id: str
    account_name: str = ""
    region: str
    name: str
    runtime: str
    owner: str = ""
    stack: str = ""
    read_before: date


class RuntimeLine(Part):
    """A runtime in use, or with a date to come, and who says its dates."""

    id: str
    os: str = ""
    state: RuntimeState
    deprecated: date | None = None
    create_block: date | None = None
    update_block: date | None = None
    said_by: Mapping[str, str] = {}
    conflicts: tuple[str, ...] = ()
    confidence: str = ""
    note: str = ""
    latest: str = ""
    recommended: str = ""
    functions: int = 0
    versions: int = 0


class MoveLine(Part):
    """A date that moved. `seen`: the day it was first seen with its new value."""

    sentence: str
    seen: date


class ExceptionLine(Part):
    """`holds`: whether it covers anything today."""

    scope: str
    runtime: str
    reason: str
    approver: str
    expires: date
    holds: bool = True
    functions: int = 0
    ticket: str = ""


class CanaryLine(Part):
    account_id: str
    account_name: str = ""
    region: str
    name: str
    runtime_version: str
    ends: date | None = None
    days_left: int | None = None
    latest: str = ""
    owner: str = ""
    stack: str = ""


class Overview(Part):
    """`buckets` add up to `total`: every function of the inventory is in exactly one of them.

    `versions`: published versions read, on an ending runtime, and of those in use.
    `headline` never says a number without what it covers. `regressions` are the first of
    `regressed`.
    """

    schema_version: Literal[1] = 1
    scan_id: str
    scanned_at: AwareDatetime
    written_at: AwareDatetime
    today: date
    why: str
    headline: str
    coverage: CoverageBox
    total: int
    buckets: Mapping[str, int]
    states: Mapping[str, int]
    levels: Mapping[str, int]
    versions: Mapping[str, int]
    unowned: int = 0
    pinned: int = 0
    framework: int = 0
    blocked_by_layers: int = 0
    regressed: int = 0
    regressions: tuple[RegressionLine, ...] = ()
    waves: tuple[Wave, ...] = ()
    owners: tuple[OwnerLine, ...] = ()
    work: tuple[WorkItem, ...] = ()
    runtimes: tuple[RuntimeLine, ...] = ()
    moves: tuple[MoveLine, ...] = ()
    exceptions: tuple[ExceptionLine, ...] = ()
    canaries: tuple[CanaryLine, ...] = ()
