"""The policy: one AppConfig document that says which stacks are leased and how they end.

Every field that is left out takes the longest-lived, least destructive value that is sane.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, time, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from steward.domain.durations import Duration, format_duration
from steward.domain.modes import Mode
from steward.domain.windows import WEEKDAYS

AccountId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
RegionName = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,4}(-[a-z]+)+-[0-9]$")]
UnitId = Annotated[
    str, StringConstraints(pattern=r"^(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$")
]
TagKey = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Email = Annotated[
    str, StringConstraints(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$", max_length=254)
]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
Hours = Annotated[
    str,
    StringConstraints(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
    ),
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

MINIMUM_GRACE = timedelta(hours=1)
# A name made only of these says nothing about which stack is meant.
_WILDCARDS = frozenset("*?[]!-_. ")
# Names that a pattern for feature stacks has no reason to match, however it is spelled.
_EVERYDAY_NAMES = ("api", "network", "vpc-prod", "payments-service", "Web", "a1", "x-y-z")


class Section(BaseModel):
    """A part of the policy: unknown keys are refused, values never change after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no IANA time zone; write one like Europe/Berlin") from None
    return name


def _selective(pattern: str) -> str:
    if not set(pattern) - _WILDCARDS:
        raise ValueError(f"{pattern!r} matches every stack; write a pattern like feat-*")
    if any(fnmatchcase(name, pattern) for name in _EVERYDAY_NAMES):
        raise ValueError(f"{pattern!r} matches everyday stack names; write a pattern like feat-*")
    return pattern


Pattern = Annotated[str, StringConstraints(min_length=1, max_length=128)]
SelectivePattern = Annotated[Pattern, AfterValidator(_selective)]
TimeZoneName = Annotated[str, AfterValidator(_known_zone)]
TagValues = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=256)]], Field(min_length=1)
]


class Match(StrEnum):
    """any: name or tag. all: name and tag."""

    ANY = "any"
    ALL = "all"


class Exclusions(Section):
    """What is never leased, whatever the scope says."""

    accounts: list[AccountId] = []
    organizational_units: list[UnitId] = []
    name_patterns: list[Pattern] = []
    tags: dict[TagKey, TagValues] = {}


def _no_bare_wildcard(tags: dict[str, list[str]]) -> dict[str, list[str]]:
    for key, values in tags.items():
        for value in values:
            if set(value) & set("*?"):
                raise ValueError(
                    f"tag {key!r} has value {value!r}; values are compared exactly, list each one"
                )
    return tags


class Scope(Section):
    """Which stacks are feature stacks. Name patterns (fnmatch) heed case; tag values do not."""

    match: Match = Match.ANY
    name_patterns: list[SelectivePattern] = []
    tags: Annotated[dict[TagKey, TagValues], AfterValidator(_no_bare_wildcard)] = {}
    regions: Annotated[list[RegionName], Field(min_length=1)]
    organizational_units: list[UnitId] = []
    exclude: Exclusions = Exclusions()

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.name_patterns and not self.tags:
            raise ValueError("scope selects nothing: give name_patterns, tags, or both")
        if self.match is Match.ALL and not (self.name_patterns and self.tags):
            raise ValueError("match: all needs both name_patterns and tags")
        return self

    @cached_property
    def fingerprint(self) -> str:
        """Changes when, and only when, the selection of stacks may change."""
        return _fingerprint(self)


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


class Freeze(Section):
    """Days, both included, on which nothing is deleted."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(
                f"the freeze ends {self.last}, before it starts {self.first}; swap first and last"
            )
        return self


class Windows(Section):
    """When deleting is allowed. `hours` may cross midnight; 00:00-24:00 is the whole day."""

    timezone: TimeZoneName = "UTC"
    weekdays: Annotated[list[Weekday], Field(min_length=1)] = ["mon", "tue", "wed", "thu"]
    hours: Hours = "09:00-16:00"
    freeze: list[Freeze] = []

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.hours[:5] == self.hours[6:]:
            raise ValueError(f"hours {self.hours!r} are empty; write 00:00-24:00 for the whole day")
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def opens(self) -> time:
        return time.fromisoformat(self.hours[:5])

    @property
    def closes(self) -> time:
        written = self.hours[6:]
        return time.min if written == "24:00" else time.fromisoformat(written)

    def is_frozen(self, day: date) -> bool:
        return any(freeze.first <= day <= freeze.last for freeze in self.freeze)

    def allows_day(self, day: date) -> bool:
        return WEEKDAYS[day.weekday()] in self.weekdays


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


def _left_out(default: object) -> Any:
    """Marks a field that came with a later release: at its default it is not written, so that the
    fingerprint of a document stays what it was."""
    return Field(exclude_if=lambda value: value == default)


_OWNER_TAGS = ["owner", "contact", "team"]
# SES tries again for up to 14 hours before a mail that was deferred bounces.
_DELIVERY_WAIT = timedelta(hours=14)


class Owners(Section):
    """Who is told, in this order: the stack's tags, its creator, the account's tags, the account's
    operations contact, its organizational unit's contact, `fallback`.

    Values of tags are addresses or names of `contacts`. `time_zones` maps addresses and domains to
    the zone their digests are written in; the deletion windows' zone is that of all others.
    """

    tag_keys: Annotated[list[TagKey], Field(min_length=1)] = _OWNER_TAGS
    account_tag_keys: Annotated[list[TagKey], _left_out(_OWNER_TAGS)] = _OWNER_TAGS
    email_domains: list[Domain] = []
    contacts: dict[Annotated[str, StringConstraints(min_length=1, max_length=256)], Email] = {}
    organizational_units: Annotated[dict[UnitId, Email], _left_out({})] = {}
    ask_creator: Annotated[bool, _left_out(True)] = True
    ask_alternate_contact: Annotated[bool, _left_out(True)] = True
    time_zones: Annotated[dict[Email | Domain, TimeZoneName], _left_out({})] = {}
    fallback: Email

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        named = [*self.contacts.items(), *self.organizational_units.items()]
        for name, address in [*named, ("fallback", self.fallback)]:
            if not self.permits(address):
                raise ValueError(
                    f"{name}: {address} is outside email_domains {', '.join(self.email_domains)}; "
                    "add its domain or take another address"
                )
        return self

    def permits(self, address: str) -> bool:
        return not self.email_domains or address.rpartition("@")[2].lower() in self.email_domains


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
    delivery_wait: Annotated[Duration, _left_out(_DELIVERY_WAIT)] = _DELIVERY_WAIT
    windows: Windows = Windows()
    limits: Limits = Limits()
    owners: Owners
    deletion: Deletion = Deletion()

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
        return _fingerprint(self)

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


def _fingerprint(section: Section) -> str:
    document = json.dumps(section.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(document.encode()).hexdigest()[:12]


def first_match(name: str, patterns: Iterable[str]) -> str | None:
    """The first fnmatch pattern that matches `name`, heeding case."""
    return next((pattern for pattern in patterns if fnmatchcase(name, pattern)), None)
