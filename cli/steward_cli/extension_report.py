"""What `steward extend` did, as the JSON document it prints. docs/guide/cli.md describes it."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from steward_cli.plan_report import Part
from steward_cli.stack_place import StackPlace


class Outcome(StrEnum):
    """POSSIBLE: a dry run found nothing against it."""

    EXTENDED = "extended"
    POSSIBLE = "possible"
    REFUSED = "refused"


class LeaseNow(Part):
    """The lease before anything was asked. `latest`: the longest life that the policy allows."""

    state: str
    generation: int
    expires_at: datetime
    expiry_source: str
    not_before: datetime | None
    latest: datetime


class Wish(Part):
    until: datetime
    by: str
    reason: str


class ExtensionReport(Part):
    """`expires_at` is the lease's expiry afterwards."""

    format: Literal["steward.extension/1"] = "steward.extension/1"
    at: datetime
    stack: StackPlace
    before: LeaseNow
    wish: Wish
    outcome: Outcome
    reason: str
    expires_at: datetime
