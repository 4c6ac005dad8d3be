"""What subscriptions can filter notices by."""

import unicodedata
from typing import TYPE_CHECKING

from steward.domain.one_line import one_line
from steward.domain.policy_owners import Owners

if TYPE_CHECKING:
    from steward.notify.channels import Publishable

# Control characters have no place in a value, and surrogates no bytes in UTF-8.
_UNFIT = frozenset({"Cc", "Cs"})
# As far as the source of an owner shows a tag's value.
_LONGEST_SHOWN = 120


def attributes_of(message: "Publishable", owner: str = "") -> dict[str, str]:
    """The attributes of `message` as it is published for `owner`.

    Filter policies heed case ("Filter policy constraints in Amazon SNS", Amazon SNS Developer
    Guide), so `owner` is in lower case. What is empty is left out: SNS refuses empty values.
    """
    values = {
        "kind": message.kind,
        "severity": message.severity,
        "team": message.team,
        "account": message.account,
        "owner": owner.casefold(),
    }
    fit = {name: _fit(value) for name, value in values.items()}
    return {name: value for name, value in fit.items() if value.strip()}


def _fit(value: str) -> str:
    return "".join(" " if unicodedata.category(each) in _UNFIT else each for each in value)


def team_of(owner_source: str, owners: Owners) -> str:
    """The name in the policy's contacts by which the owner was found; empty when by an address."""
    found_by = {
        f"{tag}={one_line(name, _LONGEST_SHOWN)}": name
        for name in owners.contacts
        for tag in _tags(owners)
    }
    by_length = sorted(found_by, key=len, reverse=True)
    exact = (tag for tag in by_length if owner_source == tag or owner_source.startswith(f"{tag}; "))
    return found_by.get(next(exact, ""), "")


def team_of_addresses(addresses: tuple[str, ...], owners: Owners) -> str:
    """The name in the policy's contacts that stands for an owner; empty when several do."""
    wanted = {address.casefold() for address in addresses}
    names = [name for name, address in owners.contacts.items() if address.casefold() in wanted]
    return names[0] if len(names) == 1 else ""


def _tags(owners: Owners) -> list[str]:
    of_the_account = [f"account tag {key}" for key in owners.account_tag_keys]
    return [*(f"tag {key}" for key in owners.tag_keys), *of_the_account]
