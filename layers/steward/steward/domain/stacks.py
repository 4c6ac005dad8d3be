"""What Steward has seen of accounts and stacks. Facts only; no judgement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Unit:
    """One account in one region: what one worker scans with one list call."""

    account_id: str
    region: str

    def __str__(self) -> str:
        return f"{self.account_id}/{self.region}"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the organization; `ou_path` holds OU ids from the root's child to the leaf."""

    account_id: str
    name: str = ""
    ou_path: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    is_management: bool = False


class Protection(StrEnum):
    """Termination protection. UNKNOWN: the answer left it out, as list calls may."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stack:
    """One CloudFormation stack as DescribeStacks showed it. Identity is `stack_id`.

    `updated_at` is LastUpdatedTime, absent until the first update.
    `exports` holds the export names among the outputs.
    """

    stack_id: str
    name: str
    unit: Unit
    status: str
    created_at: datetime
    updated_at: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    parent_id: str = ""
    protection: Protection = Protection.UNKNOWN
    role_arn: str = ""
    description: str = ""
    output_keys: frozenset[str] = frozenset()
    exports: tuple[str, ...] = ()

    @property
    def in_progress(self) -> bool:
        return self.status.endswith("_IN_PROGRESS")

    @property
    def touched_at(self) -> datetime:
        return self.updated_at or self.created_at


UPDATABLE_STATUSES = frozenset(
    {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
    }
)
GONE_STATUS = "DELETE_COMPLETE"
DELETE_FAILED = "DELETE_FAILED"
