"""Who is told about a stack, and how we know: its tags, the contact map, then the fallback."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import validate_email
from pydantic_core import PydanticCustomError

from steward.domain.policy import Owners

_SEPARATORS = re.compile(r"[\s,;]+")
_MOST_OWNERS = 10


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who is told. `source` says where the addresses were found and what was passed over."""

    addresses: tuple[str, ...]
    source: str


def resolve_owners(tags: Mapping[str, str], owners: Owners) -> Ownership:
    """The first tag key whose value names somebody reachable; several owners are allowed.

    Values may be addresses or names of the contact map. What is passed over is said in `source`.
    """
    passed_over: list[str] = []
    for key in owners.tag_keys:
        value = tags.get(key, "").strip()
        if not value:
            continue
        addresses = _addresses(value, owners)
        if addresses:
            return Ownership(addresses, _source(f"tag {key}={value}", passed_over))
        passed_over.append(f"tag {key}={value} names nobody reachable")
    return Ownership((owners.fallback,), _source("the policy's fallback contact", passed_over))


def _source(found: str, passed_over: list[str]) -> str:
    return "; ".join([found, *passed_over])


def _addresses(value: str, owners: Owners) -> tuple[str, ...]:
    whole = owners.contacts.get(value)
    if whole:
        return (whole,)
    found = (_address(part, owners) for part in _SEPARATORS.split(value) if part)
    return tuple(dict.fromkeys(address for address in found if address))[:_MOST_OWNERS]


def _address(part: str, owners: Owners) -> str:
    if part in owners.contacts:
        return owners.contacts[part]
    try:
        _name, address = validate_email(part)
    except PydanticCustomError:
        return ""
    return address if owners.permits(address) else ""
