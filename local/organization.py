"""Builds the embedded organization through the AWS Organizations API, and opens sessions in it.

The emulator has an organization from the start and invents account ids, so accounts are known by
name here. A session needs no role: the emulator takes a 12-digit access key id for the root of
that account, with IAM enforced too, as the README of ministack says of multi-tenancy. Only what
seeds and inspects the organization uses these; Steward's functions run under their own roles.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from local.emulated_session import EmulatedSession
from local.emulator_environment import HOME_REGION, HUB_ACCOUNT, MANAGEMENT_ACCOUNT

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient

HUB = "hub"
MANAGEMENT = "management"
# What org/management.yaml and the guide's commands let the hub administer.
DELEGATED = (
    "member.org.stacksets.cloudformation.amazonaws.com",
    "health.amazonaws.com",
    "account.amazonaws.com",
    "config.amazonaws.com",
)


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
    """`accounts` and `organizational_units` map names to ids; the hub is the account `hub`, a
    member, and the management account is `management`."""

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
    endpoint: str,
    members: tuple[MemberAccount, ...],
    hub_account: str = HUB_ACCOUNT,
    *,
    delegated: bool = True,
    hub_unit: str = "",
) -> Organization:
    """Create the organizational units, the member accounts in them, and the accounts' tags.

    `delegated`: with the hub as the administrator that installing Steward makes it. `hub_unit`:
    where the hub is, the root if empty. A unit's name with slashes is that of a unit inside others:
    `Development/Backend`.
    """
    client = EmulatedSession(endpoint, MANAGEMENT_ACCOUNT).client("organizations")
    if delegated:
        _delegate(endpoint, client, hub_account)
    root = client.list_roots()["Roots"][0]["Id"]
    paths = [member.organizational_unit for member in members]
    units = _create_units(client, root, [hub_unit, *paths] if hub_unit else paths)
    accounts = {HUB: hub_account, MANAGEMENT: MANAGEMENT_ACCOUNT}
    if hub_unit:
        client.move_account(
            AccountId=hub_account, SourceParentId=root, DestinationParentId=units[hub_unit]
        )
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


def _delegate(endpoint: str, client: "OrganizationsClient", hub_account: str) -> None:
    known = client.list_delegated_administrators()["DelegatedAdministrators"]
    if known:
        return
    for principal in DELEGATED:
        client.enable_aws_service_access(ServicePrincipal=principal)
        client.register_delegated_administrator(AccountId=hub_account, ServicePrincipal=principal)
    session = EmulatedSession(endpoint, MANAGEMENT_ACCOUNT)
    session.client("cloudformation").activate_organizations_access()


def _create_units(client: "OrganizationsClient", root: str, paths: Iterable[str]) -> dict[str, str]:
    """Ids by path, of the units that only hold others too."""
    made = {"": root}
    for path in dict.fromkeys(paths):
        names = path.split("/")
        for depth in range(len(names)):
            parent, own = "/".join(names[:depth]), "/".join(names[: depth + 1])
            if own not in made:
                made[own] = _create_unit(client, made[parent], names[depth])
    return {path: unit for path, unit in made.items() if path}


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
