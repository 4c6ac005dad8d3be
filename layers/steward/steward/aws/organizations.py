"""Accounts of the organization, with where they are in it and how they are tagged.

Organizations tells the tags of one account a call. Ten thousand of them, one after the other, would
leave a planner little of its 15 minutes, so several are asked for at a time. How many a second
Organizations answers is its own affair: the client's adaptive retries slow all threads down.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from steward.aws.stack_rows import tags_of
from steward.domain.stacks import Account

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient
    from mypy_boto3_organizations.type_defs import AccountTypeDef

ACTIVE = "ACTIVE"
# A client keeps ten connections. At 30 to 100 ms a call, this asks 80 to 250 times a second.
THREADS = 8


def single_account(account_id: str) -> Account:
    """The one account of single-account mode; Organizations is not asked."""
    return Account(account_id)


def accounts(client: "OrganizationsClient", threads: int = THREADS) -> list[Account]:
    """Every ACTIVE account of the organization; `ou_path` starts with the root's id."""
    management = client.describe_organization()["Organization"]["MasterAccountId"]
    listed = [
        (path, row)
        for root in _root_ids(client)
        for path, row in _accounts_under(client, (root,))
        if _state(row) == ACTIVE
    ]
    tags = _tags_of_all(client, [row["Id"] for _, row in listed], threads)
    return [
        Account(
            account_id=row["Id"],
            name=row.get("Name", ""),
            ou_path=path,
            tags=found,
            is_management=row["Id"] == management,
        )
        for (path, row), found in zip(listed, tags, strict=True)
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


def _tags_of_all(
    client: "OrganizationsClient", account_ids: Sequence[str], threads: int
) -> list[dict[str, str]]:
    """In the order of the accounts. The first refusal is raised, and no more are asked for."""
    pool = ThreadPoolExecutor(threads)
    try:
        return list(pool.map(partial(_tags, client), account_ids))
    finally:
        pool.shutdown(cancel_futures=True)


def _tags(client: "OrganizationsClient", account_id: str) -> dict[str, str]:
    pages = client.get_paginator("list_tags_for_resource").paginate(ResourceId=account_id)
    return {key: value for page in pages for key, value in tags_of(page["Tags"]).items()}


def _state(row: "AccountTypeDef") -> str:
    """ "Account", AWS Organizations API Reference: State replaces Status, which retires in 2026."""
    return row.get("State") or row.get("Status") or ""
