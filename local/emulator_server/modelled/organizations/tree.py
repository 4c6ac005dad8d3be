"""The organization as ministack keeps it: which accounts it has, and where they are.

ministack 1.5.33 gives every account an organization of its own; here there is one, that of the
management account, and the hub is an ordinary member of it.
"""

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from local.emulator_server.pinned import private, require

ORGANIZATIONS = "ministack.services.organizations"
RESPONSES = "ministack.core.responses"
ANY_REGION = "us-east-1"
SUSPENDED = "SUSPENDED"
Record = dict[str, Any]


def management_account() -> str:
    return os.environ["MANAGEMENT_ACCOUNT_ID"]


def install() -> None:
    """Make the organization, with the hub in it."""
    require(ORGANIZATIONS, "_accounts", "_ous", "_roots", "_orgs", "_ensure_org")
    with as_management():
        private(ORGANIZATIONS, "_ensure_org")()
        accounts = private(ORGANIZATIONS, "_accounts")
        hub = os.environ["MINISTACK_ACCOUNT_ID"]
        management = accounts[management_account()]
        accounts[hub] = management | {
            "Id": hub,
            "Arn": management["Arn"].replace(f"/{management['Id']}", f"/{hub}"),
            "Email": "hub@example.com",
            "Name": "hub",
            "JoinedTimestamp": int(time.time()),
        }


def as_management() -> AbstractContextManager[None]:
    scope: AbstractContextManager[None] = private(RESPONSES, "request_scope")(
        management_account(), ANY_REGION
    )
    return scope


def organization() -> Record:
    with as_management():
        return dict(private(ORGANIZATIONS, "_orgs")["self"])


def account(account_id: str) -> Record | None:
    with as_management():
        found: Record | None = private(ORGANIZATIONS, "_accounts").get(account_id)
    return found


def suspend(account_id: str) -> None:
    with as_management():
        accounts = private(ORGANIZATIONS, "_accounts")
        if account_id not in accounts:
            raise ValueError(f"{account_id} is no account of the organization")
        accounts[account_id] = accounts[account_id] | {"Status": SUSPENDED}


def is_suspended(account_id: str) -> bool:
    return (account(account_id) or {}).get("Status") == SUSPENDED


def accounts_under(parent: str) -> Iterator[str]:
    """Ids of the accounts anywhere under a root or organizational unit."""
    return (each for each, ancestors in _placed().items() if parent in ancestors)


def knows_parent(parent: str) -> bool:
    with as_management():
        return parent in private(ORGANIZATIONS, "_ous") or parent in private(
            ORGANIZATIONS, "_roots"
        )


def _placed() -> dict[str, tuple[str, ...]]:
    with as_management():
        units = dict(private(ORGANIZATIONS, "_ous").items())
        accounts = dict(private(ORGANIZATIONS, "_accounts").items())
    return {each: tuple(_upward(record, units)) for each, record in accounts.items()}


def _upward(record: Record, units: dict[str, Record]) -> Iterator[str]:
    parent = record.get("_ParentId")
    while parent:
        yield parent
        parent = units.get(parent, {}).get("_ParentId")
