"""Builds the embedded organization through the AWS Organizations API, and opens sessions in it.

The emulator has an organization from the start and invents account ids, so accounts are known by
name here. A session needs no role: the emulator takes a 12-digit access key id for the root of
that account, with IAM enforced too, as the README of ministack says of multi-tenancy. Only what
seeds and inspects the organization uses these; Steward's functions run under their own roles.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from local.emulated_session import EmulatedSession
from local.emulator_environment import HOME_REGION, HUB_ACCOUNT

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient

HUB = "hub"


@dataclass(frozen=True)
class MemberAccount:
    """`reaping`: whether its owner opted in by deploying the reap role. `enrolled`: whether it has
    Steward's roles at all."""

    name: str
    organizational_unit: str
    tags: Mapping[str, str] = field(default_factory=dict)
    reaping: bool = True
    enrolled: bool = True


@dataclass(frozen=True)
class Organization:
    """`accounts` and `organizational_units` map names to ids; the hub is the account `hub`."""

    endpoint: str
    organization_id: str
    accounts: Mapping[str, str]
    organizational_units: Mapping[str, str]
    _sessions: dict[tuple[str, str], EmulatedSession] = field(
        default_factory=dict, repr=False, compare=False
    )

    def session(self, account: str = HUB, region: str = HOME_REGION) -> EmulatedSession:
        """A session as the root of the named account; its clients find the emulator themselves."""
        key = (account, region)
        if key not in self._sessions:
            self._sessions[key] = EmulatedSession(self.endpoint, self.accounts[account], region)
        return self._sessions[key]

    def name_of(self, account_id: str) -> str:
        names = {number: name for name, number in self.accounts.items()}
        return names.get(account_id, account_id)


def create_organization(
    endpoint: str, members: tuple[MemberAccount, ...], hub_account: str = HUB_ACCOUNT
) -> Organization:
    """Create the organizational units, the member accounts in them, and the accounts' tags."""
    client = EmulatedSession(endpoint, hub_account).client("organizations")
    root = client.list_roots()["Roots"][0]["Id"]
    unit_names = dict.fromkeys(member.organizational_unit for member in members)
    units = {name: _create_unit(client, root, name) for name in unit_names}
    accounts = {HUB: hub_account}
    for member in members:
        accounts[member.name] = _create_account(client, member)
        client.move_account(
            AccountId=accounts[member.name],
            SourceParentId=root,
            DestinationParentId=units[member.organizational_unit],
        )
    return Organization(
        endpoint=endpoint,
        organization_id=client.describe_organization()["Organization"]["Id"],
        accounts=MappingProxyType(accounts),
        organizational_units=MappingProxyType(units),
    )


def _create_unit(client: "OrganizationsClient", root: str, name: str) -> str:
    answer = client.create_organizational_unit(ParentId=root, Name=name)
    return answer["OrganizationalUnit"]["Id"]


def _create_account(client: "OrganizationsClient", member: MemberAccount) -> str:
    status = client.create_account(
        AccountName=member.name,
        Email=f"{member.name}@example.com",
        Tags=[{"Key": key, "Value": value} for key, value in member.tags.items()],
    )["CreateAccountStatus"]
    if status["State"] != "SUCCEEDED":
        raise OrganizationError(
            f"account {member.name} was not created: {status['State']} "
            f"{status.get('FailureReason', '')}; see the emulator's log"
        )
    return status["AccountId"]


class OrganizationError(Exception):
    """The organization could not be built as planned."""
