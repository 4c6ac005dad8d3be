"""Accounts of the organization, with where they are in it and how they are tagged."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from steward.aws.stack_rows import tags_of
from steward.domain.stacks import Account

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient
    from mypy_boto3_organizations.type_defs import AccountTypeDef

ACTIVE = "ACTIVE"


def single_account(account_id: str) -> Account:
    """The one account of single-account mode; Organizations is not asked."""
    return Account(account_id)


def accounts(client: "OrganizationsClient") -> list[Account]:
    """Every ACTIVE account of the organization; `ou_path` starts with the root's id."""
    management = client.describe_organization()["Organization"]["MasterAccountId"]
    return [
        Account(
            account_id=row["Id"],
            name=row.get("Name", ""),
            ou_path=path,
            tags=_tags(client, row["Id"]),
            is_management=row["Id"] == management,
        )
        for root in _root_ids(client)
        for path, row in _accounts_under(client, (root,))
        if _state(row) == ACTIVE
    ]


def _accounts_under(
    client: "OrganizationsClient", path: tuple[str, ...]
) -> "Iterator[tuple[tuple[str, ...], AccountTypeDef]]":
    children = client.get_paginator("list_accounts_for_parent").paginate(ParentId=path[-1])
    for accounts_page in children:
        for row in accounts_page["Accounts"]:
            yield path, row
    units = client.get_paginator("list_organizational_units_for_parent")
    for units_page in units.paginate(ParentId=path[-1]):
        for unit in units_page["OrganizationalUnits"]:
            yield from _accounts_under(client, (*path, unit["Id"]))


def _root_ids(client: "OrganizationsClient") -> list[str]:
    pages = client.get_paginator("list_roots").paginate()
    return [root["Id"] for page in pages for root in page["Roots"]]


def _tags(client: "OrganizationsClient", account_id: str) -> dict[str, str]:
    pages = client.get_paginator("list_tags_for_resource").paginate(ResourceId=account_id)
    return {key: value for page in pages for key, value in tags_of(page["Tags"]).items()}


def _state(row: "AccountTypeDef") -> str:
    """ "Account", AWS Organizations API Reference: State replaces Status, which retires in 2026."""
    return row.get("State") or row.get("Status") or ""
