"""What the ledger keeps of runtimes: findings, who was told of what, counts, and dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from steward.domain.outbox import NoticeState
from steward.domain.runtimes.escalation import Audience
from steward.domain.runtimes.lifecycle import Milestone
from steward.domain.runtimes.severity import Level
from steward.domain.runtimes.stages import StageKey
from steward.domain.stacks import Unit


@dataclass(frozen=True, slots=True)
class FindingOnRecord:
    """A finding that is open. `story`: what of it is worth writing again, as one text.

    `absences`: scans in a row that did not see the function. `revision`: counts its writes.
    """

    unit: Unit
    name: str
    version: str
    runtime_id: str
    level: Level
    story: str
    opened_at: datetime
    changed_at: datetime
    absences: int = 0
    revision: int = 1


@dataclass(frozen=True, slots=True)
class FindingChange:
    """One transition of a finding: opened (no `before`), changed, or closed (no `after`)."""

    before: FindingOnRecord | None
    after: FindingOnRecord | None
    why: str

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise ValueError("a change needs a finding before or after it")


class RuntimeNoticeKind(StrEnum):
    """WORK: an owner has something to change. REMINDER: an exception ends soon.

    ESCALATED: an owner did not answer. UNKNOWN, DATES: for the platform team. REGRESSION: functions
    of an owner are new on a runtime that ends.
    """

    WORK = "work"
    REMINDER = "reminder"
    ESCALATED = "escalated"
    UNKNOWN = "unknown"
    DATES = "dates"
    REGRESSION = "regression"


@dataclass(frozen=True, slots=True)
class RuntimeNotice:
    """One message to the owners of a group. The same `group` and `key` again is the same notice.

    `settles`: the stages that count as told once it is sent. `functions`: some of the functions,
    as text; `count` is how many there are. `units`: account/region. `headline` is its sentence.
    """

    kind: RuntimeNoticeKind
    group: str
    key: str
    owners: tuple[str, ...]
    audience: Audience
    level: Level
    headline: str
    place: str
    remedy: str
    count: int
    units: tuple[str, ...]
    runtimes: tuple[str, ...]
    queued_at: datetime
    milestone: Milestone | None = None
    day: date | None = None
    settles: tuple[StageKey, ...] = ()
    functions: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    breakers: tuple[str, ...] = ()
    state: NoticeState = NoticeState.PENDING
    sent_at: datetime | None = None
    tries: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A group's owner knows. It holds until the group's milestone of that day has come."""

    group: str
    by: str
    at: datetime
    milestone: Milestone | None
    day: date | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The counts of a day. `waves`: `<milestone>/<date>` to functions; `owners`: owner to open
    functions. `opened`, `closed`: findings since the snapshot before."""

    day: date
    covered: int
    total_units: int
    buckets: Mapping[str, int]
    states: Mapping[str, int]
    waves: Mapping[str, int]
    owners: Mapping[str, int]
    organizational_units: Mapping[str, int]
    runtimes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DateOnRecord:
    """A date as it counted last. `region`: empty where it holds everywhere. `since`: the day from
    which it has its present value; `moved`: whether it ever had another."""

    runtime_id: str
    milestone: Milestone
    region: str
    day: date | None
    speaker: str
    since: date
    moved: bool = False
