"""Who reads a digest, when, and what is known for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from steward.domain.instants import spoken
from steward.domain.policy import Policy
from steward.domain.stacks import Account
from steward.notify.links import Links


@dataclass(frozen=True, slots=True)
class Occasion:
    """One digest's writing: dates are in the `reader`'s `zone`.

    `links` is None when no page is configured that they could lead to. `accounts` holds those that
    are on record, by id.
    """

    reader: str
    zone: ZoneInfo
    policy: Policy
    now: datetime
    links: Links | None = None
    accounts: Mapping[str, Account] = field(default_factory=dict)

    def said(self, moment: datetime) -> str:
        return spoken(moment, self.zone)
