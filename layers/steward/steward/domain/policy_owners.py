"""Whom the policy lets Steward tell."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from steward.domain.policy_values import (
    Domain,
    Email,
    Section,
    TagKey,
    TimeZoneName,
    UnitId,
    left_out,
)

_OWNER_TAGS = ["owner", "contact", "team"]


class Owners(Section):
    """Who is told, in this order: the stack's tags, its creator, the account's tags, the account's
    operations contact, its organizational unit's contact, `fallback`.

    Values of tags are addresses or names of `contacts`. `time_zones` maps addresses and domains to
    the zone their digests are written in; the deletion windows' zone is that of all others.
    """

    tag_keys: Annotated[list[TagKey], Field(min_length=1)] = _OWNER_TAGS
    account_tag_keys: Annotated[list[TagKey], left_out(_OWNER_TAGS)] = _OWNER_TAGS
    email_domains: list[Domain] = []
    contacts: dict[Annotated[str, StringConstraints(min_length=1, max_length=256)], Email] = {}
    organizational_units: Annotated[dict[UnitId, Email], left_out({})] = {}
    ask_creator: Annotated[bool, left_out(True)] = True
    ask_alternate_contact: Annotated[bool, left_out(True)] = True
    time_zones: Annotated[dict[Email | Domain, TimeZoneName], left_out({})] = {}
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
