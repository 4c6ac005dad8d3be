"""What `steward explain` says, as the JSON document it prints. docs/guide/cli.md describes it."""

from datetime import datetime
from typing import Literal

from steward_cli.plan_report import NotRead, Part, PolicyUsed


class StackFacts(Part):
    """`status` is empty when CloudFormation does not know the stack (any more)."""

    account_id: str
    account_name: str
    region: str
    stack_name: str
    stack_id: str
    status: str
    created_at: datetime
    updated_at: datetime | None
    tags: dict[str, str]


class Verdict(Part):
    """`action` is empty for a lease that has ended."""

    action: str
    reason: str
    until: datetime | None
    lease_state: str


class Dates(Part):
    """`not_before`: the earliest deletion as things are; null when none is in sight."""

    expires_at: datetime | None
    expiry_source: str
    warning: str
    marked_at: datetime | None
    not_before: datetime | None


class Who(Part):
    owners: tuple[str, ...]
    source: str


class Change(Part):
    what: str
    tag: str
    commands: tuple[str, ...]


class HistoryEntry(Part):
    at: datetime
    actor: str
    what: str
    why: str
    policy: str
    version: int
    evidence: dict[str, str]


class NoticeEntry(Part):
    kind: str
    stage: str
    generation: int
    state: str
    owners: tuple[str, ...]
    queued_at: datetime
    delivered_at: datetime | None
    tries: int
    error: str
    left_behind: tuple[str, ...]


class Explanation(Part):
    """`holds`: what keeps the stack from being deleted even when it is due."""

    format: Literal["steward.explanation/1"] = "steward.explanation/1"
    at: datetime
    policy: PolicyUsed
    without_ledger: str
    stack: StackFacts
    verdict: Verdict
    dates: Dates
    who: Who
    holds: tuple[str, ...]
    changes: tuple[Change, ...]
    history: tuple[HistoryEntry, ...]
    notices: tuple[NoticeEntry, ...]
    earlier_stacks: tuple[str, ...]
    units_not_searched: tuple[NotRead, ...]
