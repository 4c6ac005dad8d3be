"""The policy: one AppConfig document that says which stacks are leased and how they end.

Every field that is left out takes the longest-lived, least destructive value that is sane.
"""

from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from steward.domain.durations import Duration, format_duration
from steward.domain.modes import Mode
from steward.domain.policy_owners import Owners
from steward.domain.policy_runtimes import Runtimes
from steward.domain.policy_scope import Scope
from steward.domain.policy_values import Section, TagKey, fingerprint_of, left_out
from steward.domain.policy_windows import Windows

MINIMUM_GRACE = timedelta(hours=1)
# As long as template.yaml lets SES try to deliver a mail before it bounces.
_DELIVERY_WAIT = timedelta(hours=14)


class LeaseTerms(Section):
    """How long a feature stack may live, and which of its tags may say otherwise."""

    ttl: Duration = timedelta(days=30)
    max_lifetime: Duration = timedelta(days=90)
    ttl_tag: TagKey = "ttl"
    expires_tag: TagKey = "expires-at"
    renew_on_deploy: bool = True

    @model_validator(mode="after")
    def _life_is_long_enough(self) -> Self:
        if self.ttl > self.max_lifetime:
            raise ValueError(
                f"ttl {format_duration(self.ttl)} is longer than max_lifetime "
                f"{format_duration(self.max_lifetime)}; shorten ttl or lengthen max_lifetime"
            )
        if self.ttl_tag == self.expires_tag:
            raise ValueError("ttl_tag and expires_tag must be two different tag keys")
        return self


class Limits(Section):
    """How much one sweep may delete, and how much a new scope may select unacknowledged.

    `percent_of_leases` counts live leases of the whole organization, rounded up.
    `new_leases`: stacks, older than the scope, that a scope may newly select before
    `acknowledged_new_leases` has to name at least their number.
    """

    reaps_per_sweep: Annotated[int, Field(ge=1, le=1000)] = 20
    percent_of_leases: Annotated[int, Field(ge=1, le=100)] = 10
    reaps_per_account: Annotated[int, Field(ge=1, le=1000)] = 5
    new_leases: Annotated[int, Field(ge=0, le=100_000)] = 25
    acknowledged_new_leases: Annotated[int, Field(ge=0)] = 0


class Deletion(Section):
    """What may be done when a plain delete fails. Each is receipted with what it left behind."""

    empty_buckets: bool = False
    retain_failed_resources: bool = False
    force: bool = False


def _descending(stages: list[timedelta]) -> list[timedelta]:
    if any(earlier <= later for earlier, later in pairwise(stages)):
        written = ", ".join(format_duration(stage) for stage in stages)
        raise ValueError(
            f"notices [{written}] must each be shorter than the one before, like [7d, 3d, 1d]"
        )
    return stages


class Policy(Section):
    """The whole policy document."""

    version: Literal[1]
    mode: Mode = Mode.OBSERVE
    scope: Scope
    lease: LeaseTerms = LeaseTerms()
    notices: Annotated[
        list[Duration], Field(min_length=1, max_length=8), AfterValidator(_descending)
    ] = [
        timedelta(days=7),
        timedelta(days=3),
        timedelta(days=1),
    ]
    minimum_notice: Duration = timedelta(hours=24)
    delivery_wait: Annotated[Duration, left_out(_DELIVERY_WAIT)] = _DELIVERY_WAIT
    windows: Windows = Windows()
    limits: Limits = Limits()
    owners: Owners
    deletion: Deletion = Deletion()
    runtimes: Annotated[Runtimes, left_out(Runtimes())] = Runtimes()

    @model_validator(mode="after")
    def _fair_notice(self) -> Self:
        if self.minimum_notice < MINIMUM_GRACE:
            raise ValueError(
                f"minimum_notice {format_duration(self.minimum_notice)} is too short; write at "
                f"least {format_duration(MINIMUM_GRACE)}"
            )
        if self.notices[-1] < self.minimum_notice:
            raise ValueError(
                f"the last notice, {format_duration(self.notices[-1])} before deletion, is shorter "
                f"than minimum_notice {format_duration(self.minimum_notice)}; announce earlier"
            )
        if self.lease.max_lifetime < self.notices[0]:
            raise ValueError(
                "max_lifetime is shorter than the first notice; lengthen it or announce later"
            )
        return self

    @property
    def fingerprint(self) -> str:
        """Names this exact policy in the ledger, in messages and in audit events: 12 hex digits."""
        return fingerprint_of(self)

    @property
    def grace(self) -> timedelta:
        """How long after a mail was accepted a deletion waits: the minimum notice, and until the
        mail would have bounced."""
        return max(self.minimum_notice, self.delivery_wait)

    def zone_for(self, address: str) -> ZoneInfo:
        """The time zone that somebody's mail is written in."""
        zones = {key.casefold(): name for key, name in self.owners.time_zones.items()}
        known = address.casefold()
        name = zones.get(known) or zones.get(known.rpartition("@")[2])
        return ZoneInfo(name) if name else self.windows.zone

    def with_mode(self, mode: Mode) -> "Policy":
        return self.model_copy(update={"mode": mode})
