"""Accounts that are on record, and members of the organization no more.

The ledger keeps what it has read of every account. A sweep plans those that are active members, so
only the few that it did not plan are asked for.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from steward.domain.stacks import Account
from steward.ledger.attributes import UnreadableItem
from steward.ledger.ledger import Ledger

if TYPE_CHECKING:
    from mypy_boto3_organizations import OrganizationsClient

_AT_ONCE = 8


def members(
    client: "OrganizationsClient", ledger: Ledger, accounts: Iterable[Account], policy: str
) -> tuple[Account, ...]:
    """`accounts` without those that have left. Before the first sweep under `policy`, which is a
    fingerprint, nobody is known to have left."""
    known = {each.account_id: each for each in accounts}
    planned = _planned(ledger, policy)
    doubtful = sorted(known.keys() - planned) if planned else []
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        answers = threads.map(partial(_has_left, client), doubtful)
        left = {each for each, gone in zip(doubtful, answers, strict=True) if gone}
    return tuple(each for each in known.values() if each.account_id not in left)


def _planned(ledger: Ledger, policy: str) -> frozenset[str]:
    last = next(iter(ledger.sweeps(1)), None)
    if last is None or last.unreadable or last.policy != policy:
        return frozenset()
    try:
        plan, _ = ledger.book(last)
    except UnreadableItem:
        return frozenset()
    return frozenset(unit.account_id for unit in plan.units)


def _has_left(client: "OrganizationsClient", account_id: str) -> bool:
    """An account that cannot be asked after counts as a member."""
    try:
        client.describe_account(AccountId=account_id)
    except client.exceptions.AccountNotFoundException:
        return True
    except ClientError:
        return False
    return False
