"""The lease: Steward's record of a feature stack's permitted life. Identity is the StackId."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from steward.domain.stacks import Unit


class LeaseState(StrEnum):
    """ACTIVE -> MARKED -> REAPING -> REAPED; EXEMPT, BLOCKED and GONE beside it."""

    ACTIVE = "active"
    MARKED = "marked"
    REAPING = "reaping"
    REAPED = "reaped"
    EXEMPT = "exempt"
    BLOCKED = "blocked"
    GONE = "gone"


ENDED_STATES = frozenset({LeaseState.REAPED, LeaseState.GONE})


class TagStatus(StrEnum):
    """How far the ledger's mark is mirrored on the stack.

    NONE: no tag of ours and none wanted. WANTED: to be written, or removed when `value` is empty.
    REVERTED: CloudFormation rolled our update back; it is never tried again.
    """

    NONE = "none"
    WANTED = "wanted"
    WRITTEN = "written"
    SKIPPED = "skipped"
    REVERTED = "reverted"


@dataclass(frozen=True, slots=True)
class TagMirror:
    """`value` is the delete-after instant in ISO 8601; `why` says what kept it from the stack."""

    status: TagStatus = TagStatus.NONE
    value: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class LeaseNotice:
    """One stage of the current generation; it counts once `delivered_at` is known."""

    stage: timedelta
    queued_at: datetime
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """A longer life that somebody asked Steward for: `by` names them, `at` is when."""

    until: datetime
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Creator:
    """Who created the stack, and by which record. An empty name: asked, and nobody was found."""

    name: str
    source: str


class Step(StrEnum):
    """The rungs of the deletion ladder, gentlest first."""

    PLAIN = "plain"
    OWN_ROLE = "own-role"
    EMPTY_BUCKETS = "empty-buckets"
    RETAIN_FAILED = "retain-failed-resources"
    FORCE = "force"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One DeleteStack call. `accepted_at`: the call returned. `failure`: what DELETE_FAILED said.

    `retry_step` at `retry_at` is what the ladder does next; without them the ladder has ended.
    """

    number: int
    step: Step
    token: str
    started_at: datetime
    accepted_at: datetime | None = None
    failure: str = ""
    retry_step: Step | None = None
    retry_at: datetime | None = None
    failed_resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lease:
    """The state of one lease as of `version`; every change is a new value with the next version.

    `created_at` and `deployed_at` are the stack's; `seen_update` is the LastUpdatedTime (creation
    time before any update) that was last examined. `selected_by` is the scope's fingerprint when
    the scope found a stack older than itself, else empty. `notices` are this generation's.
    """

    stack_id: str
    unit: Unit
    stack_name: str
    state: LeaseState
    reason: str
    created_at: datetime
    registered_at: datetime
    deployed_at: datetime
    seen_update: datetime
    expires_at: datetime
    expiry_source: str
    warning: str = ""
    generation: int = 1
    notices: tuple[LeaseNotice, ...] = ()
    marked_at: datetime | None = None
    delete_after: datetime | None = None
    owners: tuple[str, ...] = ()
    owner_source: str = ""
    tag: TagMirror = field(default_factory=TagMirror)
    attempt: Attempt | None = None
    tried: tuple[Step, ...] = ()
    retry_at: datetime | None = None
    selected_by: str = ""
    extension: Extension | None = None
    creator: Creator | None = None
    version: int = 0

    @property
    def lease_id(self) -> str:
        return lease_id(self.stack_id)

    @property
    def delivered(self) -> tuple[LeaseNotice, ...]:
        return tuple(notice for notice in self.notices if notice.delivered_at is not None)

    @property
    def awaits_delivery(self) -> bool:
        return len(self.delivered) < len(self.notices)


def lease_id(stack_id: str) -> str:
    """A lease's short name in tags, tokens and messages: 12 hex digits of the StackId's hash."""
    return hashlib.sha256(stack_id.encode()).hexdigest()[:12]


def next_generation(lease: Lease) -> Lease:
    """`lease` with its notices to be given anew, and in full."""
    return replace(lease, generation=lease.generation + 1, notices=())


def with_delivery(lease: Lease, stage: timedelta, at: datetime) -> Lease:
    """`lease` after its notice of `stage` was accepted for delivery; the first time counts."""
    notices = tuple(
        replace(notice, delivered_at=at)
        if notice.stage == stage and notice.delivered_at is None
        else notice
        for notice in lease.notices
    )
    return replace(lease, notices=notices)


def withdrawn(lease: Lease, generation: int) -> Lease | None:
    """`lease`, still marked, after a notice of `generation` turned out to have reached nobody:
    whoever is told next is told in full.

    None when no deletion rests on that notice. One that is under way cannot be stopped, but it is
    not tried again before somebody was told.
    """
    if lease.generation != generation or lease.marked_at is None or lease.state in ENDED_STATES:
        return None
    return replace(next_generation(lease), delete_after=None)


def mirror_wanted(tag: TagMirror, value: str) -> TagMirror:
    """The tag to aim at when the mark's date becomes `value` (empty: no mark any more).

    Once a tag was wanted, an earlier date may be on the stack whatever became of the last one, so
    that removing it is always wanted too.
    """
    is_settled = tag.status in {TagStatus.WRITTEN, TagStatus.SKIPPED} and tag.value == value
    if tag.status is TagStatus.REVERTED or is_settled:
        return tag
    if not value and tag.status is TagStatus.NONE:
        return tag
    return TagMirror(TagStatus.WANTED, value)
